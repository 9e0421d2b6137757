from dataclasses import replace

import pytest

from gate.domain.emergency_facts import Incident, IncidentState
from gate.domain.identity import Identity, Kind
from gate.domain.missing import OUTAGES, REASONS, Missing
from gate.domain.policy.emergency import PagerName, Unreachable
from tests import builders as b
from tests.domain.emergencies import case, codes, gap, granted, judged


@pytest.mark.parametrize("typed", ["", "   "])
def test_with_a_pager_an_incident_is_named(typed: str) -> None:
    found = case(b.break_glass(incident=typed), Incident())
    reason = next(one for one in found.reasons if one.code == "no-incident")
    assert "PagerDuty" in reason.text
    assert "PSHOP" in reason.remedy
    assert found.grant is None


def test_spaces_around_what_was_typed_do_not_matter() -> None:
    assert granted(b.break_glass(incident=" 1234 ")).incident == "PINC1"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": IncidentState.RESOLVED, "status": "resolved"}, "incident-resolved"),
        ({"state": IncidentState.TEST, "status": ""}, "incident-test"),
        ({"services": ("POTHER",)}, "incident-other-service"),
        ({"services": ()}, "incident-other-service"),
    ],
)
def test_an_incident_that_is_no_reason_is_refused(changes: dict[str, object], code: str) -> None:
    found = case(b.incident(**changes))
    assert [reason.code for reason in found.reasons] == [code]
    assert found.reasons[0].text.startswith("Incident 1234 is ")
    assert found.reasons[0].url == "https://acme.pagerduty.com/incidents/PINC1"


def test_an_incident_of_several_services_is_about_each_of_them() -> None:
    assert granted(b.incident(services=("POTHER", "PSHOP"))).id


def test_whoever_breaks_the_glass_did_not_raise_the_incident() -> None:
    found = case(b.incident(b.raised(b.ERIN_ON_CALL), b.acknowledged()))
    assert [reason.code for reason in found.reasons] == ["incident-by-invoker"]
    assert "erin raised incident 1234" in found.reasons[0].text


@pytest.mark.parametrize("by", [b.CAROL_ON_CALL, replace(b.ERIN_ON_CALL, kind=Kind.BOT), None])
def test_a_colleague_or_a_machine_may_have_raised_it(by: Identity | None) -> None:
    assert granted(b.incident(b.raised(by), b.acknowledged())).id


def test_only_the_first_entry_raises_it() -> None:
    again = b.raised(b.ERIN_ON_CALL, at=b.ago(minutes=1))
    assert granted(b.incident(b.raised(), b.acknowledged(), again)).id


def test_who_raised_it_must_be_known() -> None:
    stranger = b.account("", system="pagerduty", id="PNEW")
    assert gap(b.incident(b.raised(stranger), b.acknowledged())).reason_code == "identity-unmapped"
    assert gap(b.incident(b.acknowledged())).reason_code == "unreadable"
    assert codes(b.incident(b.acknowledged(), state=IncidentState.RESOLVED)) == [
        "incident-resolved"
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Incident(), "not-gathered"),
        (b.incident(asked_key="9999"), "wrong-object"),
        (b.incident(system="jsm"), "wrong-object"),
    ],
)
def test_an_answer_to_another_question_is_none(answer: Incident, code: str) -> None:
    assert gap(answer).reason_code == code


@pytest.mark.parametrize("code", sorted(REASONS))
def test_only_a_pager_that_does_not_answer_lets_the_forge_stand_in(code: str) -> None:
    down = {Incident: b.missing(source="PagerDuty", reason_code=code)}
    merged = b.request(
        reviews=(b.review(submitted_at=b.ago(minutes=8)),), merged_at=b.ago(minutes=7)
    )
    rules = b.pager_rules(if_unreachable=Unreachable.FORGE)
    found = judged(b.change(merged), without=down, pager=rules)
    assert isinstance(found, Missing) == (code not in OUTAGES)
    assert isinstance(judged(b.change(merged), without=down), Missing)


def test_what_the_forge_stands_in_for_is_told() -> None:
    down = {Incident: b.missing(source="PagerDuty")}
    rules = b.pager_rules(if_unreachable=Unreachable.FORGE)
    told = " ".join(seen.text for seen in case(without=down, pager=rules).observations)
    assert "PagerDuty could not confirm incident 1234 (PagerDuty: GitHub answered 502.)" in told
    assert "the review afterwards has to confirm the incident" in told


def test_without_a_pager_what_was_typed_is_told_as_such() -> None:
    told = [seen.text for seen in case(pager=None).observations]
    assert "incident 1234, as typed: no pager confirms it" in told
    told = [seen.text for seen in case(b.break_glass(incident=""), pager=None).observations]
    assert not [text for text in told if "as typed" in text]


def test_other_pagers_are_called_by_their_names() -> None:
    rules = b.pager_rules(system=PagerName.INCIDENT_IO)
    found = case(b.incident(system="incident_io", number="", title=""), pager=rules)
    assert found.grant is not None
    assert found.observations[1].text.startswith("incident PINC1 of PSHOP is open in incident.io")
