from gate.controls import emergency
from gate.domain.control import Failed, NotApplicable, Observation, Passed, Reason
from gate.domain.emergency_case import EmergencyCase
from tests import builders as b

SEEN = (Observation("erin asked for it"),)


def test_it_does_not_arise_when_nobody_asked() -> None:
    found = emergency.evaluate(EmergencyCase(), None)
    assert found == NotApplicable(reason="nobody asked for an emergency")


def test_a_grant_passes_until_it_expires_and_says_what_it_can_waive() -> None:
    case = EmergencyCase(asked=True, observations=SEEN, grant=b.grant())
    found = emergency.evaluate(case, b.emergency_rules())
    said = Observation(
        f"granted until 2026-11-25 16:00 UTC ({b.grant().id}); it can waive ticket, authority, tests and window"
    )
    assert found == Passed(observations=(*SEEN, said), until=b.grant().expires_at)


def test_a_grant_may_waive_nothing() -> None:
    case = EmergencyCase(asked=True, grant=b.grant(waives=()))
    found = emergency.evaluate(case, b.emergency_rules())
    assert isinstance(found, Passed)
    assert found.observations[-1].text.endswith("it can waive nothing")


def test_a_refusal_fails_with_every_reason() -> None:
    reasons = (Reason(code="used", text="It was used.", remedy="Start a new run."),)
    found = emergency.evaluate(EmergencyCase(asked=True, reasons=reasons, observations=SEEN), None)
    assert found == Failed(reasons=reasons, observations=SEEN)
