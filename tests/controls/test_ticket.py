from dataclasses import replace
from typing import Any

import pytest

from gate.controls import ticket as control
from gate.domain.control import Failed, NotApplicable, Outcome, Passed, Reason
from gate.domain.derived import ChangeType, JudgedTickets, OutOfScope, ScopedChange
from gate.domain.facts import (
    Change,
    ChangeKind,
    Clock,
    EarlierUse,
    EarlierUses,
    Fact,
    MergeRequest,
    Run,
    Ticket,
    Tickets,
    TicketState,
)
from gate.domain.identity import Identity
from gate.domain.policy.workflow import TicketRules, Tie
from gate.domain.ticket_approval import WHY_NOT, judged_tickets
from gate.domain.ticket_reasons import CODES
from tests.domain.slips import (
    APPROVED,
    GITLAB,
    ISSUES,
    JIRA,
    edit,
    issue,
    jira,
    labelled,
    naming,
    step,
    with_rules,
    work_item,
)
from tests.domain.who import CUSTOMER, NOON, at, commit, run, scoped

CAROL_GITLAB = Identity(system="gitlab", login="carol.d", id="7")
BOUND = replace(JIRA, bound_by=(Tie.REPOSITORY, Tie.MERGE_REQUEST))
REDEPLOY = ScopedChange(kind=ChangeKind.REDEPLOY)
ROLLBACK = ScopedChange(kind=ChangeKind.ROLLBACK)


def evaluate(
    *requests: MergeRequest,
    tickets: tuple[Ticket, ...] = (jira(APPROVED),),
    rules: TicketRules = JIRA,
    scope: ScopedChange | None = None,
    for_run: tuple[str, ...] = (),
    **changed: Any,
) -> Outcome:
    """Judge the tickets for real, then ask the control about them."""
    scope = scope or scoped(*requests)
    known: dict[type[Fact], Fact] = {
        ScopedChange: scope,
        Tickets: Tickets(tickets=tickets, named_for_run=for_run),
        Run: changed.get("run", run()),
        Clock: Clock(now=NOON),
    }
    judged = judged_tickets(known, with_rules(rules))
    assert isinstance(judged, JudgedTickets)
    given: dict[str, Any] = {
        "scope": scope,
        "change": Change(kind=scope.kind, base="b0", head="m1"),
        "judged": judged,
        "uses": EarlierUses(),
        "change_type": ChangeType(name="normal", reasons=()),
        "run": run(),
        "clock": Clock(now=NOON),
        "settings": rules,
    }
    return control.evaluate(**{**given, **changed})


def reasons(outcome: Outcome) -> tuple[Reason, ...]:
    assert isinstance(outcome, Failed)
    return outcome.reasons


def codes(outcome: Outcome) -> list[str]:
    return [reason.code for reason in reasons(outcome)]


def seen(outcome: Outcome) -> str:
    assert isinstance(outcome, Passed | Failed)
    return "\n".join(item.text for item in outcome.observations)


NAMED = naming("CHG-7 Add retries")


def test_an_approved_ticket_passes_and_says_who_approved_it_and_how_far_it_looked() -> None:
    outcome = evaluate(NAMED)
    assert isinstance(outcome, Passed)
    assert outcome.until is None
    assert seen(outcome) == (
        "#12: CHG-7 (Retries) was approved by Alice Ng (Jira 5b-alice) on 2026-11-25 02:00 UTC "
        "(it is Approved now)\n"
        "no merge request merged earlier used these tickets (looked at all of them)"
    )


def test_a_merge_request_that_names_no_ticket_fails_and_its_author_can_mend_it() -> None:
    (reason,) = reasons(evaluate(naming("UTF-8 for CVE-2026-1"), tickets=()))
    assert reason.code == "not-named"
    assert "#12 (UTF-8 for CVE-2026-1) names no ticket of CHG or OPS" in reason.text
    assert "bokafor, who opened it, writes" in reason.remedy
    assert "CHG-123" in reason.remedy
    assert reason.who == ("bokafor",)
    assert reason.url == "https://github.com/acme/app/pull/12"


def test_each_merge_request_is_asked() -> None:
    outcome = evaluate(NAMED, naming("x", number=13), naming("y", number=14))
    assert codes(outcome) == ["not-named", "not-named"]
    assert "CHG-7" in seen(outcome)


def test_a_ticket_for_the_run_covers_merge_requests_that_name_none() -> None:
    assert isinstance(evaluate(naming("x"), for_run=("CHG-7",)), Passed)


def test_a_ticket_for_the_run_must_stand_although_every_merge_request_names_its_own() -> None:
    tickets = jira(APPROVED), jira(key="OPS-1", status="Open")
    assert codes(evaluate(NAMED, tickets=tickets, for_run=("OPS-1",))) == ["not-approved"]


def test_all_tickets_that_are_named_must_stand() -> None:
    both = naming("CHG-7 and CHG-8")
    outcome = evaluate(both, tickets=(jira(APPROVED), jira(key="CHG-8", status="Open")))
    assert codes(outcome) == ["not-approved"]
    assert "CHG-7" in seen(outcome)


@pytest.mark.parametrize(
    ("ticket", "code", "remedy"),
    [
        (jira(APPROVED, key="CHG-9", asked="CHG-7"), "moved", "names the ticket that is meant, of CHG or OPS"),
        (jira(APPROVED, status="Rejected"), "rejected", "Whoever rejected CHG-7 settles"),
        (jira(APPROVED, status="Done", state=TicketState.DONE), "closed", "opens CHG-7 again"),
        (jira(status="Review"), "not-approved", "sets CHG-7 to Approved or Scheduled"),
        (jira(APPROVED, step("Approved", "Review", -5), status="Review"), "not-approved", "sets CHG-7"),
        (jira(), "not-approved", "approves it again"),
        (jira(step("Review", "Approved", by=None)), "not-approved", "approves it again"),
        (jira(step("Review", "Approved", by=CUSTOMER)), "not-approved", "under `people`"),
        (jira(APPROVED, edit("summary", 5)), "not-approved", "administrator"),
        (jira(APPROVED, edit("summary", -5)), "changed-after-approval", "(out of Approved or Scheduled, and back)"),
    ],
)  # fmt: skip
def test_a_ticket_that_does_not_stand_fails_and_says_what_to_do(
    ticket: Ticket, code: str, remedy: str
) -> None:
    replaced = replace(ticket, asked_key="CHG-7")
    (reason,) = reasons(evaluate(NAMED, tickets=(replaced,)))
    assert reason.code == code
    assert reason.text.startswith("CHG-7 (Retries) ")
    assert remedy in reason.remedy
    assert reason.url == ticket.url


def test_every_code_has_a_meaning_and_every_finding_a_code() -> None:
    assert set(WHY_NOT) >= set(CODES)
    assert set(CODES.values()) < set(control.REASONS)
    assert "not-approved" in control.REASONS


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (1, 2, "opens on 2026-11-25 13:00 UTC"),
        (1, None, "opens on 2026-11-25 13:00 UTC"),
        (-2, -1, "ended on 2026-11-25 11:00 UTC"),
        (None, 0, "ended on 2026-11-25 12:00 UTC"),
        (1, -1, "ends (2026-11-25 11:00 UTC) before it starts"),
        (0, 0, "ends (2026-11-25 12:00 UTC) before it starts"),
    ],
)
def test_outside_its_own_planned_window_a_ticket_is_for_another_time(
    start: float | None, end: float | None, text: str
) -> None:
    planned = (None if start is None else at(start), None if end is None else at(end))
    (reason,) = reasons(evaluate(NAMED, tickets=(jira(APPROVED, planned=planned),)))
    assert reason.code == "outside-planned-window"
    assert text in reason.text
    assert "plans CHG-7 anew" in reason.remedy


def test_the_earliest_planned_end_limits_the_pass() -> None:
    both = naming("CHG-7 CHG-8")
    tickets = (
        jira(APPROVED, planned=(at(0), at(3))),
        jira(APPROVED, key="CHG-8", planned=(None, at(2))),
    )
    outcome = evaluate(both, tickets=tickets)
    assert isinstance(outcome, Passed)
    assert outcome.until == at(2)
    assert "its planned window ends on 2026-11-25 15:00 UTC" in seen(outcome)


def test_a_window_that_only_opens_has_no_end() -> None:
    outcome = evaluate(NAMED, tickets=(jira(APPROVED, planned=(at(-1), None)),))
    assert isinstance(outcome, Passed)
    assert outcome.until is None


def used(*keys: str, commit: str = "m0", hours: float = -100, reference: str = "#3") -> EarlierUse:
    return EarlierUse(
        reference=reference,
        keys=keys,
        merged_at=at(hours),
        merge_commit=commit,
        url=f"https://github.com/acme/app/pull/{reference[1:]}",
    )


def test_a_ticket_is_for_one_change() -> None:
    uses = EarlierUses(
        uses=(used("CHG-1"), used("chg-7", reference="#5"), used("CHG-7", hours=-200))
    )
    (reason,) = reasons(evaluate(NAMED, uses=uses))
    assert reason.code == "already-used"
    assert "#5, merged on 2026-11-21 08:00 UTC, names it" in reason.text
    assert reason.url == "https://github.com/acme/app/pull/5"


def test_a_use_without_an_address_shows_the_ticket() -> None:
    uses = EarlierUses(uses=(replace(used("CHG-7"), url=""),))
    (reason,) = reasons(evaluate(NAMED, uses=uses))
    assert reason.url == "https://acme.atlassian.net/browse/CHG-7"


def test_other_tickets_that_were_used_do_not_matter_and_the_horizon_is_told() -> None:
    outcome = evaluate(NAMED, uses=EarlierUses(uses=(used("CHG-8", "CHG-77"),), since=at(-500)))
    assert isinstance(outcome, Passed)
    assert "looked at those since 2026-11-04 16:00 UTC" in seen(outcome)


def test_a_standard_change_may_use_its_ticket_again() -> None:
    standard = ChangeType(name="standard", reasons=(), standard=True)
    outcome = evaluate(NAMED, uses=EarlierUses(uses=(used("CHG-7"),)), change_type=standard)
    assert isinstance(outcome, Passed)
    assert "a standard change may use its ticket again" in seen(outcome)


@pytest.mark.parametrize(
    ("text", "passes"),
    [("for acme/app", True), ("see acme/app#12", True), ("for acme/web", False), ("", False)],
)
def test_a_ticket_names_its_change_where_the_policy_asks_for_it(text: str, passes: bool) -> None:
    outcome = evaluate(NAMED, tickets=(jira(APPROVED, body=text),), rules=BOUND)
    if passes:
        assert isinstance(outcome, Passed)
    else:
        (reason,) = reasons(outcome)
        assert reason.code == "not-bound"
        assert "name acme/app or acme/app#12" in reason.text
        assert "adds a link to acme/app#12" in reason.remedy


@pytest.mark.parametrize(
    ("rules", "ticket", "title"),
    [
        (ISSUES, issue(labelled("approved")), "Fix #3"),
        (replace(GITLAB, projects=("acme/app",)),
         work_item(labelled("workflow::approved", by=CAROL_GITLAB), key="acme/app#3"), "Fix acme/app#3"),
    ],
)  # fmt: skip
def test_an_issue_has_no_links_so_its_text_has_to_name_the_change(
    rules: TicketRules, ticket: Ticket, title: str
) -> None:
    rules = replace(rules, bound_by=(Tie.MERGE_REQUEST,))
    (reason,) = reasons(evaluate(naming(title), tickets=(ticket,), rules=rules))
    assert reason.code == "not-bound"
    assert reason.remedy == (
        "Whoever owns acme/app#3 names acme/app#12 in its description; since that changes its text, it is then "
        "approved again."
    )


def test_a_request_tie_asks_for_the_request_alone() -> None:
    rules = replace(JIRA, bound_by=(Tie.MERGE_REQUEST,))
    (reason,) = reasons(evaluate(NAMED, tickets=(jira(APPROVED, body="acme/app"),), rules=rules))
    assert "nor its links name acme/app#12." in reason.text


def test_a_repository_tie_asks_for_the_repository_alone() -> None:
    rules = replace(JIRA, bound_by=(Tie.REPOSITORY,))
    (reason,) = reasons(evaluate(NAMED, tickets=(jira(APPROVED, body="acme/web"),), rules=rules))
    assert "nor its links name acme/app." in reason.text


def test_a_ticket_for_a_rollback_names_at_least_the_repository() -> None:
    rules = replace(JIRA, bound_by=(Tie.MERGE_REQUEST,))
    outcome = evaluate(scope=ROLLBACK, for_run=("CHG-7",), rules=rules)
    (reason,) = reasons(outcome)
    assert "nor its links name acme/app." in reason.text


def test_all_that_is_wrong_with_a_ticket_is_told_at_once() -> None:
    ticket = jira(status="Open", planned=(at(1), None))
    outcome = evaluate(
        NAMED, tickets=(ticket,), rules=BOUND, uses=EarlierUses(uses=(used("CHG-7"),))
    )
    assert codes(outcome) == ["not-approved", "outside-planned-window", "already-used", "not-bound"]


def test_a_redeploy_needs_no_ticket() -> None:
    outcome = evaluate(scope=REDEPLOY, tickets=())
    assert isinstance(outcome, NotApplicable)
    assert "already runs" in outcome.reason


def test_a_ticket_given_for_a_redeploy_is_judged_but_may_be_the_old_one() -> None:
    uses = EarlierUses(uses=(used("CHG-7"),))
    outcome = evaluate(scope=REDEPLOY, for_run=("CHG-7",), uses=uses)
    assert isinstance(outcome, Passed)
    assert "this deploy: CHG-7" in seen(outcome)
    assert "so a ticket may be named again" in seen(outcome)
    unapproved = jira(status="Open")
    assert codes(evaluate(scope=REDEPLOY, for_run=("CHG-7",), tickets=(unapproved,))) == [
        "not-approved"
    ]


def test_a_change_out_of_scope_needs_no_ticket() -> None:
    scope = ScopedChange(
        kind=ChangeKind.FORWARD, left_out=(OutOfScope(what="#9", why="only touches web"),)
    )
    outcome = evaluate(scope=scope, tickets=())
    assert isinstance(outcome, NotApplicable)
    assert "only touches web" in outcome.reason


def test_a_rollback_needs_a_ticket_of_its_own() -> None:
    (reason,) = reasons(evaluate(scope=ROLLBACK, tickets=()))
    assert reason.code == "not-named"
    assert "This is a rollback" in reason.text
    assert "input `ticket`" in reason.remedy
    assert reason.who == ()
    assert isinstance(evaluate(scope=ROLLBACK, for_run=("CHG-7",)), Passed)


def test_a_rollback_may_name_the_ticket_that_it_takes_back_and_no_older_one() -> None:
    change = Change(kind=ChangeKind.ROLLBACK, base="m2", head="m1", undone=("m2",))
    undone = EarlierUses(uses=(used("CHG-7", commit="m2"),))
    assert isinstance(
        evaluate(scope=ROLLBACK, for_run=("CHG-7",), change=change, uses=undone), Passed
    )
    older = EarlierUses(uses=(used("CHG-7", commit="m0"),))
    outcome = evaluate(scope=ROLLBACK, for_run=("CHG-7",), change=change, uses=older)
    assert codes(outcome) == ["already-used"]


def test_commits_without_any_merge_request_need_a_ticket_for_the_run() -> None:
    scope = scoped(direct=(commit("d1", by=()),))
    (reason,) = reasons(evaluate(scope=scope, tickets=()))
    assert reason.code == "not-named"
    assert "deploy without merge requests" in reason.text
    assert isinstance(evaluate(scope=scope, for_run=("CHG-7",)), Passed)


@pytest.mark.parametrize("kind", [ChangeKind.FIRST, ChangeKind.FORWARD, ChangeKind.DIVERGED])
def test_every_other_kind_of_change_is_asked_the_same(kind: ChangeKind) -> None:
    assert isinstance(evaluate(scope=scoped(NAMED, kind=kind)), Passed)
    assert codes(evaluate(scope=scoped(naming("x"), kind=kind))) == ["not-named"]
    assert codes(evaluate(scope=ScopedChange(kind=kind), tickets=())) == ["not-named"]


def test_issues_of_github_are_tickets_too() -> None:
    outcome = evaluate(naming("Fixes #3"), tickets=(issue(labelled("approved")),), rules=ISSUES)
    assert isinstance(outcome, Passed)
    (reason,) = reasons(evaluate(naming("x"), tickets=(), rules=ISSUES))
    assert "acme/app#123" in reason.remedy


def test_hostile_titles_are_made_harmless() -> None:
    evil = replace(naming("\u202eevil\n##[error]x"), author=replace(NAMED.author, login="a\u200bb"))
    (reason,) = reasons(evaluate(evil, tickets=()))
    assert "\\u202eevil\\u000a##[error]x" in reason.text
    assert reason.who == ("a\\u200bb",)


def test_a_change_on_gitlab_with_its_issue_passes() -> None:
    here = replace(run(), forge="gitlab", host="git.acme.example", repository="acme/shop/app")
    url = "https://git.acme.example/acme/shop/app/-/merge_requests/12"
    request = replace(naming("Add retries (#3)", mark="!"), url=url)
    approved = labelled("workflow::approved", by=CAROL_GITLAB)
    closed = step("open", "closed", -2, by=CAROL_GITLAB, field="state")
    ticket = work_item(approved, closed, state=TicketState.DONE, body="For !12")
    rules = replace(GITLAB, bound_by=(Tie.MERGE_REQUEST,))
    outcome = evaluate(request, tickets=(ticket,), rules=rules, run=here)
    assert isinstance(outcome, Passed)
    assert "!12: acme/shop/app#3 (Retries) was approved by @carol.d" in seen(outcome)
