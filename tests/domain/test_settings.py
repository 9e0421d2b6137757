import pytest

from gate.domain.settings import settings_of
from tests import builders as b


def test_settings_are_found_at_a_dotted_place() -> None:
    policy = b.policy()
    assert settings_of(policy, "workflow.ticket") is policy.workflow.ticket
    assert settings_of(policy, "windows") is policy.windows


def test_a_control_without_settings_gets_none() -> None:
    assert settings_of(b.policy(), "") is None


def test_a_place_that_the_policy_lacks_is_a_fault_and_no_default() -> None:
    with pytest.raises(AttributeError):
        settings_of(b.policy(), "workflow.tickets")
