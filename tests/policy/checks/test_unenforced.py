import pytest

from gate.policy.known_controls import ANNOUNCED
from tests.policy.policies import warnings

HIGH = {"high": {"when": [{"paths": ["infra/**"]}]}}


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        (
            {"windows": {"comms": {"for": "high", "lead_time": "72h"}}, "risk": HIGH},
            "windows.comms",
        ),
        *(({"controls": {name: "block"}}, f"controls.{name}") for name in ANNOUNCED),
    ],
)
def test_what_is_not_enforced_yet_is_said(patch: dict[str, object], path: str) -> None:
    (said,) = warnings(patch)
    assert said.startswith(f"{path}: not enforced by this version: ")


def test_break_glass_is_enforced() -> None:
    emergency = {"approved_by": "engineer", "waives": ["tests"]}
    assert warnings({"emergency": emergency, "controls": {"emergency": "block"}}) == []


def test_what_the_file_does_not_speak_of_is_not_mentioned() -> None:
    assert warnings({"evidence": {"retain": "2 years"}, "controls": {"tests": "warn"}}) == []
