from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.github import forge
from gate.adapters.forges.github.forge import GitHub
from tests.adapters.forges.github.canned import ASKED, CannedTransport, recorder, table

Making = Callable[..., tuple[GitHub, CannedTransport]]


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Making:
    """Makes a GitHub that answers from the table, with some entries replaced."""

    def make(changes: dict[str, Any] | None = None, **more: Any) -> tuple[GitHub, CannedTransport]:
        transport = CannedTransport({**table(), **(changes or {})})
        monkeypatch.setattr(forge, "Transport", lambda *_: transport)
        made = GitHub(
            more.pop("asked", ASKED),
            api_url="https://api.github.com",
            token="t",
            recorder=recorder(),
            deadline=Deadline(60),
            pause=lambda _: None,
            **more,
        )
        return made, transport

    return make
