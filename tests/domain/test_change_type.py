from datetime import UTC, date, datetime

from gate.domain.change_type import change_type
from gate.domain.derived import ChangeType, JudgedTickets, ScopedChange
from gate.domain.facts import ChangeKind, Clock, Fact
from gate.domain.missing import Missing
from gate.domain.policy.people import ApprovalRule, ChangeTypeRule, Template
from tests import builders as b

ENGINEER = ApprovalRule(role="engineer")
LEAD = ApprovalRule(role="engineering-lead")
SECURITY = ApprovalRule(role="security")
STANDARD = ChangeTypeRule(
    when=b.condition(ticket={"type": "Standard Change"}, paths=("docs/**",)),
    template=Template(id="STD-001", approved_by="alice", expires=date(2026, 11, 25)),
    approvals=(ENGINEER,),
)
NORMAL = ChangeTypeRule(approvals=(ENGINEER, LEAD))
EMERGENCY = ChangeTypeRule(when=b.condition(paths=("**",)))
TYPES = {"emergency": EMERGENCY, "standard": STANDARD, "normal": NORMAL}

DOCS = b.scoped(files=b.files("docs/a.md").files)
TICKET = b.judged(b.ticket(type="Standard Change"))


def typed(
    change: ScopedChange | Missing = DOCS,
    tickets: JudgedTickets | Missing = TICKET,
    clock: Clock | Missing | None = None,
    types: dict[str, ChangeTypeRule] | None = None,
) -> ChangeType:
    facts: dict[type[Fact], Fact | Missing] = {
        ScopedChange: change,
        JudgedTickets: tickets,
        Clock: clock or b.clock(),
    }
    found = change_type(facts, b.policy(change_types=TYPES if types is None else types))
    assert isinstance(found, ChangeType)
    return found


def test_a_standard_change_stands_on_a_template_that_holds() -> None:
    assert typed() == ChangeType(
        name="standard",
        reasons=(
            "is standard: every changed file matches docs/** and CHG-7 has type Standard Change; "
            "template STD-001, approved by alice, holds until 2026-11-25",
        ),
        approvals=(ENGINEER,),
        standard=True,
    )


def test_what_no_type_describes_is_normal_and_says_why() -> None:
    found = typed(b.scoped())
    assert found == ChangeType(
        name="normal",
        reasons=(
            "is not standard: services/api/app.py does not match docs/**",
            "no other type describes the whole change",
        ),
        approvals=(ENGINEER, LEAD),
    )


def test_a_template_holds_to_the_end_of_its_last_day_in_the_zone_of_the_policy() -> None:
    # Midnight in New York is 05:00 UTC.
    assert typed(clock=b.clock(datetime(2026, 11, 26, 4, 59, 59, tzinfo=UTC))).standard
    found = typed(clock=b.clock(datetime(2026, 11, 26, 5, 0, tzinfo=UTC)))
    assert found.name == "normal"
    assert found.reasons[0] == (
        "is not standard: template STD-001 expired on 2026-11-25; alice or whoever now approves "
        "standard changes must renew it in the policy"
    )


def test_an_expired_template_is_not_mentioned_for_a_change_that_it_would_not_cover() -> None:
    late = b.clock(datetime(2027, 1, 1, tzinfo=UTC))
    assert "expired" not in typed(b.scoped(), clock=late).reasons[0]


def test_without_a_clock_nothing_is_standard() -> None:
    found = typed(clock=b.missing())
    assert found.name == "normal"
    assert "nobody can tell whether template STD-001 still holds" in found.reasons[0]


def test_without_tickets_nothing_is_standard_even_if_its_description_needs_none() -> None:
    found = typed(tickets=b.missing())
    assert (found.name, found.approvals) == ("normal", (ENGINEER, LEAD))
    by_path = {
        "standard": ChangeTypeRule(
            when=b.condition(paths=("docs/**",)), template=STANDARD.template
        ),
        "normal": NORMAL,
    }
    assert typed(types=by_path).standard
    found = typed(tickets=b.missing(detail="Jira answered 502"), types=by_path)
    assert found.name == "normal"
    assert found.reasons[0] == "is not standard: the tickets are not known (Jira answered 502)"


def test_the_first_type_in_the_order_of_the_file_wins() -> None:
    types = {
        "minor": ChangeTypeRule(when=b.condition(paths=("docs/**",)), approvals=(ENGINEER,)),
        **TYPES,
    }
    assert typed(types=types).name == "minor"
    assert typed(types={**TYPES, "minor": types["minor"]}).name == "standard"


def test_a_label_makes_a_standard_change_only_when_all_of_it_carries_it() -> None:
    types = {
        "standard": ChangeTypeRule(
            when=b.condition(labels=("routine",)), template=STANDARD.template
        )
    }
    labelled = b.request(12, labels=("routine",))
    assert typed(b.scoped(labelled), types=types).standard
    assert not typed(b.scoped(labelled, b.request(13)), types=types).standard


def test_another_type_needs_one_label_only() -> None:
    types = {"major": ChangeTypeRule(when=b.condition(labels=("breaking",)), approvals=(SECURITY,))}
    change = b.scoped(b.request(12, labels=("breaking",)), b.request(13))
    assert typed(change, types=types).name == "major"


def test_a_type_that_cannot_be_ruled_out_adds_its_approvals_to_those_of_a_normal_change() -> None:
    types = {
        "major": ChangeTypeRule(
            when=b.condition(ticket={"type": "Major"}), approvals=(SECURITY, ENGINEER)
        ),
        "minor": ChangeTypeRule(when=b.condition(paths=("docs/**",)), approvals=(ENGINEER,)),
        "normal": NORMAL,
    }
    found = typed(tickets=b.missing(), types=types)
    assert (found.name, found.standard) == ("normal", False)
    assert found.approvals == (ENGINEER, LEAD, SECURITY)
    assert found.reasons == (
        "cannot be ruled out to be major: the tickets are not known (GitHub answered 502.)",
        "is minor: every changed file matches docs/**",
    )
    assert typed(b.scoped(), tickets=b.missing(), types=types).approvals == (
        ENGINEER,
        LEAD,
        SECURITY,
    )


def test_a_policy_without_normal_changes_asks_nobody_for_them() -> None:
    assert typed(b.scoped(), types={"standard": STANDARD}).approvals == ()


def test_an_emergency_is_never_a_match() -> None:
    assert typed(b.scoped(), types={"emergency": EMERGENCY, "normal": NORMAL}).name == "normal"


def test_a_redeploy_or_rollback_without_files_is_normal() -> None:
    for kind in (ChangeKind.REDEPLOY, ChangeKind.ROLLBACK):
        found = typed(b.scoped(kind=kind, files=()))
        assert found.name == "normal"
        assert found.reasons == (f"a {kind.value} brings nothing that a type could be told by",)


def test_a_rollback_with_files_is_told_by_them() -> None:
    change = b.scoped(kind=ChangeKind.ROLLBACK, merge_requests=(), files=b.files("docs/a.md").files)
    assert typed(change).name == "standard"


def test_an_unknown_change_has_no_type() -> None:
    facts: dict[type[Fact], Fact | Missing] = {ScopedChange: b.missing()}
    assert isinstance(change_type(facts, b.policy()), Missing)
