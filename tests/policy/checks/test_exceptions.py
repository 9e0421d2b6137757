import pytest

from gate.domain.never_excused import NEVER_EXCUSED
from gate.policy.known_controls import EXCUSABLE
from tests.policy.policies import errors, warnings


def waiver(**settings: object) -> dict[str, object]:
    granted = {"reason": "vendor outage", "granted_by": "alice", "expires": "2026-12-01"}
    return {"waivers": [{**granted, **settings}]}


@pytest.mark.parametrize("control", NEVER_EXCUSED)
@pytest.mark.parametrize("enforcement", ["warn", "off"])
def test_some_controls_always_block(control: str, enforcement: str) -> None:
    (said,) = errors({"controls": {control: enforcement}})
    assert said.startswith(f"controls.{control}: `{control}` cannot be set to `{enforcement}`")
    assert errors({"controls": {control: "block"}}) == []


@pytest.mark.parametrize("control", EXCUSABLE)
def test_other_controls_can_be_lowered(control: str) -> None:
    assert errors({"controls": {control: "off"}}) == []


@pytest.mark.parametrize("control", EXCUSABLE)
def test_other_controls_can_be_waived(control: str) -> None:
    assert warnings(waiver(control=control)) == []


def test_a_waiver_without_an_end_is_refused() -> None:
    granted = {"control": "tests", "reason": "x", "granted_by": "alice"}
    (said,) = errors({"waivers": [granted]})
    assert said.startswith("waivers[0].expires: is missing: last day")
    assert "every waiver has an end" in said


@pytest.mark.parametrize("part", ["unit", "e2e / safari", "e2e / *"])
def test_one_check_can_be_waived(part: str) -> None:
    required = [{"name": "unit", "app": "a"}, {"name": "e2e / *", "app": "a"}]
    patch = {**waiver(control="tests", check=part), "workflow": {"tests": {"required": required}}}
    assert warnings(patch) == []


def test_a_waiver_of_a_check_that_is_not_required_has_no_effect() -> None:
    assert warnings(waiver(control="tests", check="units")) == [
        "waivers[0].check: no required check is called `units`, so that the waiver has no effect; "
        "allowed: unit; did you mean `unit`?"
    ]


def test_a_control_without_parts_is_waived_as_a_whole() -> None:
    (said,) = warnings(waiver(control="ticket", check="CHG-7"))
    assert said.startswith("waivers[0].check: has no effect, and neither has the waiver: `ticket`")


def test_a_lowered_risk_class_is_named() -> None:
    risk = {"risk": {"high": {"when": {"labels": ["x"]}, "approvals": [{"role": "engineer"}]}}}
    assert errors({**risk, **waiver(control="risk", check="high")}) == []
    assert errors({**risk, **waiver(control="risk")}) == [
        "waivers[0]: says not which risk class is lowered; allowed: high; add `check`"
    ]
    assert errors({**risk, **waiver(control="risk", check="hihg")}) == [
        "waivers[0].check: there is no risk class `hihg`; allowed: high; did you mean `high`?"
    ]
