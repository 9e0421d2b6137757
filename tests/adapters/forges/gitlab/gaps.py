"""What tests ask of a FactMissing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gate.domain.missing import REASONS, Missing
from gate.domain.ports import FactMissing


def gap_of(question: Callable[[], object]) -> Missing:
    """The Missing that the question ends in."""
    with pytest.raises(FactMissing) as caught:
        question()
    gap = caught.value.missing
    assert gap.reason_code in REASONS
    assert gap.source.startswith("GitLab")
    assert gap.detail
    assert gap.remedy
    return gap


def code_of(question: Callable[[], object]) -> str:
    """Its reason code."""
    return gap_of(question).reason_code
