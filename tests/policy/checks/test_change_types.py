import pytest

from tests.policy.policies import GONE, errors, warnings

ROWS = [{"role": "engineer"}]
TEMPLATE = {"id": "STD-001", "approved_by": "alice", "expires": "2027-05-01"}
CONTENT = {"paths": ["content/**"]}


def test_normal_is_what_everything_else_is_so_it_must_be_there() -> None:
    patch = {"change_types": {"normal": GONE, "fast": {"when": CONTENT, "approvals": ROWS}}}
    (said,) = errors(patch)
    assert said.startswith(
        "change_types: `normal` is missing: what matches no other type is normal"
    )


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("normal", {"approvals": []}),
        ("fast", {"when": CONTENT}),
        ("standard", {"when": CONTENT, "template": TEMPLATE}),
    ],
)
def test_a_type_that_nobody_approves_is_refused(name: str, rule: dict[str, object]) -> None:
    (said,) = errors({"change_types": {name: rule}})
    assert said.startswith(f"change_types.{name}: names no role that approves such a change")


def test_a_condition_on_normal_has_no_effect() -> None:
    (said,) = warnings({"change_types": {"normal": {"when": CONTENT}}})
    assert said.startswith("change_types.normal.when: has no effect")


def test_a_standard_change_needs_a_template() -> None:
    (said,) = errors({"change_types": {"standard": {"when": CONTENT, "approvals": ROWS}}})
    assert said.startswith("change_types.standard: a standard change is pre-approved by a template")
    standard = {"when": CONTENT, "approvals": ROWS, "template": TEMPLATE}
    assert errors({"change_types": {"standard": standard}}) == []


def test_a_type_that_never_applies_is_refused() -> None:
    (said,) = errors({"change_types": {"fast": {"approvals": ROWS}}})
    assert said.startswith("change_types.fast: says not when it applies")


def test_an_emergency_is_never_told_by_its_looks() -> None:
    assert errors({"change_types": {"emergency": {}}}) == []
    (said,) = errors({"change_types": {"emergency": {"when": CONTENT}}})
    assert said.startswith("change_types.emergency.when: a change becomes an emergency by")


@pytest.mark.parametrize("condition", [{}, {"paths": []}, {"ticket": {}, "labels": []}])
def test_a_condition_that_says_nothing_is_refused(condition: dict[str, object]) -> None:
    (said,) = errors({"risk": {"high": {"when": condition, "approvals": ROWS}}})
    assert said.startswith("risk.high.when: the condition says nothing")


def test_no_lines_is_a_condition() -> None:
    when = {"changed_lines_over": 0}
    assert errors({"risk": {"high": {"when": when, "approvals": ROWS}}}) == []


def test_a_class_that_nothing_uses_is_a_warning() -> None:
    risk = {"high": {"when": CONTENT}}
    (said,) = warnings({"risk": risk})
    assert said.startswith("risk.high: nothing uses this class")
    window = {"name": "w", "days": ["sat"], "from": "09:00", "to": "10:00"}
    waiver = {
        "control": "risk",
        "check": "high",
        "reason": "x",
        "granted_by": "alice",
        "expires": "2026-12-01",
    }
    assert warnings({"risk": risk, "rollback": {"required_for": "high"}}) == []
    assert warnings({"risk": risk, "windows": {"allow": [window, {**window, "for": "high"}]}}) == []
    assert warnings({"risk": risk, "waivers": [waiver]}) == []
    comms = {"for": "high", "lead_time": "72h"}
    (said,) = warnings({"risk": risk, "windows": {"comms": comms}})
    assert said.startswith("windows.comms: not enforced by this version")


def test_low_is_the_name_of_no_class() -> None:
    (said,) = errors({"risk": {"low": {"when": CONTENT, "approvals": ROWS}}})
    assert said.startswith("risk.low: `low` is what a change is called that is in no class")
