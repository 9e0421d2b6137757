"""The address of a private calendar is its password: it stands in the policy, and nowhere else."""

from gate.evidence.bundle import POLICY
from tests.scenarios.conftest import Plays


def test_the_address_of_a_calendar_is_kept_in_the_policy_alone(played: Plays) -> None:
    found = played("calendar-freeze")
    holding = {name for name, content in found.evidence.items() if b"freeze.ics" in content}
    assert holding == {POLICY}
    assert "freeze.ics" not in found.said + found.summary
