"""Parts of answers, for what reads them."""

from __future__ import annotations

from typing import Any

from gate.adapters.answer import Asked
from gate.adapters.part import Part


def part(value: Any) -> Part:
    return Part(value, Asked(system="GitLab", what="something", host="gitlab.example.com"))
