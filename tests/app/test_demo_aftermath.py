"""A sweep of the demo ends as `gate follow-up` would: also when nobody reviews."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from gate.app import demo_aftermath
from gate.app.context import Host
from gate.app.demo_aftermath import aftermath
from gate.app.demo_stage import stage
from tests.builders import NOW


def test_a_review_that_nobody_does_ends_the_sweep_with_its_own_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_aftermath, "MORNING", timedelta(hours=49))
    monkeypatch.setattr(demo_aftermath, "FINDINGS", "none")
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: NOW, out=out)
    with stage(host, "emergency", tmp_path, "github") as on:
        assert on.check() == 0
        found = aftermath(on, tmp_path / "ticket.md")
    assert found.exit_codes == (7, 7)
    assert out.getvalue().count("1 review overdue") == 2
    assert "the comment of alice on 2026-11-28 04:12 UTC does not count" in out.getvalue()
    text = found.ticket.read_text(encoding="utf-8")
    assert ", open)" in text.splitlines()[0]
    assert "The gate wrote:" in text
