from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.debts import Debt, Debts, debts, of_release
from gate.domain.emergency_facts import FollowUps, FollowUpTicket
from gate.domain.facts import Baseline, Clock, Fact
from gate.domain.follow_up import LABEL
from gate.domain.grant import Owed
from gate.domain.landing import Landed, Landing
from gate.domain.missing import Missing
from gate.domain.policy.emergency import Emergency
from gate.domain.review_comment import ReviewOutcome
from tests import builders as b
from tests import owed
from tests.domain import small_team as team


def judge(
    *tickets: FollowUpTicket,
    now: datetime = b.NOW,
    known: Mapping[type[Fact], Fact | Missing] | None = None,
    **policy: Any,
) -> Debts:
    facts: dict[type[Fact], Fact | Missing] = {
        Clock: b.clock(now),
        FollowUps: FollowUps(tickets=tickets),
        Baseline: b.baseline(history=()),
        **(known or {}),
    }
    found = debts(facts, owed.policy(**policy))
    assert isinstance(found, Debts)
    return found


def only(*tickets: FollowUpTicket, **changes: Any) -> Debt:
    (debt,) = judge(*tickets, **changes).debts
    return debt


def test_an_open_ticket_is_a_debt_until_its_deadline() -> None:
    debt = only(owed.ticket())
    assert debt.marker == owed.marker()
    assert (debt.system, debt.key, debt.url) == (
        "jira",
        "CHG-90",
        "https://acme.atlassian.net/browse/CHG-90",
    )
    assert debt.due_at == owed.DUE
    assert not debt.overdue
    assert debt.review is None
    assert debt.could == ("carol",)
    assert not only(owed.ticket(), now=owed.DUE).overdue
    assert only(owed.ticket(), now=owed.after_deadline(microseconds=1)).overdue


def test_closing_the_ticket_pays_nothing_and_leaving_it_open_owes_nothing() -> None:
    assert only(owed.ticket(is_open=False), now=owed.after_deadline(hours=1)).overdue
    paid = only(owed.ticket(owed.comment()), now=owed.after_deadline(hours=1))
    assert paid.review is not None
    assert not paid.overdue
    assert not paid.late


def test_a_review_pays_and_the_first_one_says_when() -> None:
    debt = only(
        owed.ticket(
            owed.comment(at=b.ago(minutes=5)), owed.comment(at=b.ago(minutes=50)), is_open=False
        )
    )
    assert debt.review is not None
    assert (debt.review.person, debt.review.at) == ("carol", b.ago(minutes=50))


def test_a_review_after_the_deadline_pays_late() -> None:
    comment = owed.comment(at=owed.after_deadline(minutes=1))
    debt = only(owed.ticket(comment), now=owed.after_deadline(days=1))
    assert debt.late
    assert not debt.overdue
    assert not only(owed.ticket(owed.comment(at=owed.DUE)), now=owed.after_deadline(days=1)).late


def test_attempts_that_do_not_count_are_kept_with_their_reasons() -> None:
    debt = only(owed.ticket(owed.comment(by=owed.BOB)))
    assert debt.review is None
    assert [(one.person, one.code) for one in debt.refused] == [("bob", "dependent")]


def test_the_ticket_cannot_grant_more_time_than_the_policy() -> None:
    marker = owed.marker(due_at=owed.ISSUED + timedelta(days=400))
    assert only(owed.ticket(about=marker)).due_at == owed.DUE
    sooner = owed.marker(due_at=owed.ISSUED + timedelta(hours=4))
    assert only(owed.ticket(about=sooner)).due_at == sooner.due_at
    hurried = Emergency(review_within=timedelta(hours=24))
    assert only(owed.ticket(), emergency=hurried).due_at == owed.ISSUED + timedelta(hours=24)


def test_what_the_ticket_says_is_owed_buys_no_time_either() -> None:
    """A notice may take longer, but it is about no run: the id of an emergency cannot be its id."""
    ticket = owed.ticket()
    altered = {**ticket.marker, "owed": Owed.INDEPENDENT_REVIEW.value}
    debt = only(replace(ticket, marker=altered))
    assert debt.marker is None
    assert debt.due_at == owed.DUE


def test_a_notice_is_due_as_the_exception_says_and_never_later() -> None:
    marker = owed.marker(owed=Owed.INDEPENDENT_REVIEW, due_at=owed.ISSUED + timedelta(days=400))
    assert only(owed.ticket(about=marker)).due_at == owed.ISSUED + timedelta(days=5)
    short = only(
        owed.ticket(about=marker),
        separation_of_duties=team.duties(review_within=timedelta(days=2)),
        roles=team.policy().roles,
    )
    assert short.due_at == owed.ISSUED + timedelta(days=2)


def test_only_the_reviewer_role_reviews_what_a_notice_announced() -> None:
    advised = {"separation_of_duties": team.duties(), "roles": team.policy().roles}
    about = owed.marker(owed=Owed.INDEPENDENT_REVIEW, not_by=("bob",))
    by_alice = only(owed.ticket(owed.comment(by=owed.ALICE), about=about), **advised)
    assert [one.code for one in by_alice.refused] == ["not-reviewer"]
    assert by_alice.could == ("carol",)
    assert only(owed.ticket(owed.comment(), about=about), **advised).review
    # Without the exception nobody says who they are: anybody without a part.
    assert only(owed.ticket(owed.comment(by=owed.ALICE), about=about)).review


def test_an_unreadable_ticket_gets_the_shortest_time_of_the_policy() -> None:
    nameless = owed.ticket(marker={})
    quick = {
        "separation_of_duties": team.duties(review_within=timedelta(hours=30)),
        "roles": team.policy().roles,
    }
    assert only(nameless, **quick).due_at == owed.ISSUED + timedelta(hours=30)
    assert only(nameless, **quick, emergency=None).due_at == owed.ISSUED + timedelta(hours=30)


def test_two_tickets_of_one_release_are_one_debt_and_the_stricter_word_holds() -> None:
    forged = owed.ticket(
        owed.comment(by=owed.BOB),
        about=owed.marker(not_by=(), issued_at=b.ago(hours=5), due_at=b.ago(hours=-400)),
        key="CHG-89",
        opened_at=b.ago(hours=5),
        opened_by=owed.BOB,
    )
    debt = only(owed.ticket(), forged)
    assert debt.marker is not None
    assert debt.marker.not_by == ("alice", "bob", "dana")
    assert debt.marker.issued_at == owed.ISSUED
    assert debt.review is None
    assert debt.due_at == b.ago(hours=5) + timedelta(hours=48)
    assert debt.key == "CHG-89"


def test_a_review_in_any_of_its_tickets_pays() -> None:
    first = owed.ticket()
    other = owed.ticket(owed.comment(), system="github", key="acme/app#9")
    assert only(first, other).review is not None


def test_what_evidence_says_makes_it_stricter() -> None:
    ticket = owed.ticket(owed.comment(), about=owed.marker(not_by=()))
    group = [(ticket, owed.marker(not_by=()))]
    paid = of_release(group, owed.policy(), b.NOW)
    assert paid.review is not None
    known = owed.marker(not_by=("carol",))
    assert of_release(group, owed.policy(), b.NOW, known=(known,)).review is None
    late = Landed(state=Landing.DEPLOYED, at=b.ago(minutes=30))
    unjudged = owed.marker(not_judged=("rollback",))
    asked = of_release(group, owed.policy(), b.NOW, known=(unjudged,))
    assert [one.code for one in asked.refused] == ["not-answered"]
    out = of_release(group, owed.policy(), b.NOW, out=late)
    assert [one.code for one in out.refused] == ["too-early"]
    early = Landed(state=Landing.DEPLOYED, at=b.ago(hours=3))
    assert of_release(group, owed.policy(), b.NOW, out=early).review is not None


def test_a_ticket_that_does_not_say_what_it_is_about_is_a_debt_of_nobody_knows_what() -> None:
    debt = only(owed.ticket(owed.comment(), marker={}), now=owed.after_deadline(hours=1))
    assert debt.marker is None
    assert (debt.due_at, debt.overdue, debt.could) == (owed.DUE, True, ())
    assert debt.review is None
    assert not only(owed.ticket(marker={})).overdue


def test_what_somebody_labelled_for_themselves_is_only_noted() -> None:
    found = judge(owed.ticket(marker={}, labels=(LABEL,), opened_by=owed.BOB))
    assert found.debts == ()
    (note,) = found.notes
    assert note.text.startswith("CHG-90 carries the label change-gate-follow-up, but a person")


FAILED = {Baseline: b.baseline(b.deployment("m0", at=b.ago(days=9)))}
"""The forge knows of no successful deployment since."""


def test_an_emergency_owes_its_review_although_no_deployment_of_it_succeeded() -> None:
    debt = only(owed.ticket(), now=owed.after_deadline(hours=1), known=FAILED)
    assert (debt.overdue, debt.void) == (True, False)


def test_that_nothing_was_deployed_is_for_a_person_to_say_once_nothing_can_go_out_any_more() -> (
    None
):
    nothing = owed.review(Outcome="not deployed")
    soon = owed.comment(body=nothing, at=owed.ISSUED + timedelta(minutes=59))
    later = owed.comment(body=nothing, at=owed.ISSUED + timedelta(minutes=60))
    assert [one.code for one in only(owed.ticket(soon), known=FAILED).refused] == ["may-go-out"]
    paid = only(owed.ticket(later), known=FAILED)
    assert paid.review is not None
    assert paid.review.outcome is ReviewOutcome.NOT_DEPLOYED
    out = {Baseline: b.baseline(b.deployment("m1", at=owed.ISSUED, run_id="6900"))}
    assert [one.code for one in only(owed.ticket(later), known=out).refused] == ["was-deployed"]


def test_a_notice_that_was_let_through_owes_its_review_although_its_deploy_failed() -> None:
    lapsed = owed.marker(owed=Owed.INDEPENDENT_REVIEW)
    never = only(owed.ticket(about=lapsed), now=owed.DUE, known=FAILED)
    assert (never.overdue, never.void) == (False, True)
    labels = (*owed.ticket(about=lapsed).labels, "Let-Through")
    after = owed.after_deadline(hours=1)
    failed = only(owed.ticket(about=lapsed, labels=labels), now=after, known=FAILED)
    assert (failed.overdue, failed.void) == (True, False)


def test_without_records_of_deployments_nobody_knows_what_a_review_is_worth() -> None:
    gap: dict[type[Fact], Fact | Missing] = {
        Clock: b.clock(),
        FollowUps: FollowUps(tickets=(owed.ticket(),)),
        Baseline: b.missing(),
    }
    assert isinstance(debts(gap, owed.policy()), Missing)
    nothing = {**gap, FollowUps: FollowUps()}
    assert isinstance(debts(nothing, owed.policy()), Debts)


def test_without_break_glass_nothing_is_owed() -> None:
    assert judge(owed.ticket(), emergency=None) == Debts(kept=False)


def test_where_no_release_owes_a_review_nothing_has_to_be_known() -> None:
    gaps: dict[type[Fact], Fact | Missing] = {Clock: b.missing(), FollowUps: b.missing()}
    assert debts(gaps, b.policy()) == Debts(kept=False)


def test_tickets_of_a_policy_that_had_break_glass_keep_the_usual_time() -> None:
    group = [(owed.ticket(), owed.marker())]
    debt = of_release(group, owed.policy(emergency=None), b.NOW)
    assert debt.due_at == owed.DUE


@pytest.mark.parametrize("kind", [Clock, FollowUps])
def test_without_tickets_or_clock_nobody_knows_what_is_overdue(kind: type[Fact]) -> None:
    known: dict[type[Fact], Fact | Missing] = {Clock: b.clock(), FollowUps: FollowUps()}
    known[kind] = b.missing(reason_code="timed-out")
    found = debts(known, owed.policy())
    assert isinstance(found, Missing)
    assert found.reason_code == "timed-out"


@given(
    st.lists(
        st.builds(
            lambda run, hours, is_open: owed.ticket(
                about=owed.marker(run_id=run), opened_at=b.ago(hours=hours), is_open=is_open
            ),
            st.sampled_from(["1", "2", "3"]),
            st.integers(min_value=0, max_value=200),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_every_release_is_one_debt_the_oldest_first(tickets: list[FollowUpTicket]) -> None:
    found = judge(*tickets).debts
    assert {debt.marker.id for debt in found if debt.marker} == {
        one.marker["id"] for one in tickets
    }
    assert len(found) == len({one.marker["id"] for one in tickets})
    assert all(one.opened_at <= other.opened_at for one, other in pairwise(found))


@given(
    st.permutations(
        [
            owed.ticket(owed.comment(by=owed.BOB)),
            owed.ticket(owed.comment(), key="CHG-91", opened_at=b.ago(hours=1)),
            owed.ticket(marker={}, key="CHG-92"),
            owed.ticket(about=owed.marker(run_id="1"), key="CHG-93", is_open=False),
        ]
    )
)
def test_the_order_of_the_tickets_says_nothing(tickets: list[FollowUpTicket]) -> None:
    assert judge(*tickets) == judge(*reversed(tickets))


def test_another_account_of_the_opener_changes_nothing() -> None:
    assert only(replace(owed.ticket(), opened_by=owed.CAROL)).could == ("carol",)
