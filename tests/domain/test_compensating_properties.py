"""Compensating mode, whatever the tickets, the times, the comments and the other controls say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.domain import facts as f
from gate.domain.decision import Decision, ReleaseClass, Verdict
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.facts import Fact
from gate.domain.grant import Owed
from gate.domain.missing import Missing
from gate.domain.policy.people import SeparationMode
from tests import builders as b
from tests import owed
from tests.domain import small_team as team

PEOPLE = st.sampled_from([owed.ALICE, owed.BOB, owed.CAROL, owed.STRANGER, owed.GATE])
BODIES = st.sampled_from(
    ["Objection: wait", "Objection withdrawn", "Fine.", "> Objection: wait", owed.review()]
)
MINUTES = st.integers(-5, 150) | st.integers(-5, 8 * 24 * 60)


@st.composite
def comments(draw: st.DrawFn) -> FollowUpComment:
    return owed.comment(
        by=draw(PEOPLE),
        body=draw(BODIES),
        at=b.ago(minutes=draw(MINUTES)),
        altered=draw(st.booleans()),
    )


@st.composite
def tickets(draw: st.DrawFn) -> FollowUpTicket:
    """A notice of this release or of another one, whole or not, of any age."""
    opened = b.ago(minutes=draw(MINUTES))
    about = team.marker(
        issued_at=opened,
        due_at=opened + timedelta(days=draw(st.integers(0, 90))),
        revision=b.sha(draw(st.sampled_from(["m1", "m1", "m1", "m2"]))),
        not_by=draw(st.sampled_from([("bob",), ("bob", "carol"), ()])),
    )
    found = team.notice(
        *draw(st.lists(comments(), max_size=3)),
        about=about,
        key=f"CHG-{draw(st.integers(1, 999))}",
        opened_at=b.ago(minutes=draw(MINUTES)) if draw(st.booleans()) else opened,
        is_open=draw(st.booleans()),
    )
    return found if draw(st.integers(0, 5)) else replace(found, marker={})


@dataclass(frozen=True, kw_only=True)
class World:
    """What is put in, and what came of it."""

    tickets: tuple[FollowUpTicket, ...]
    now: datetime
    expires: date
    delay: timedelta
    mode: SeparationMode
    rejected: bool
    vetoed: bool
    tested: bool
    silent: bool

    def decided(self) -> Decision:
        no = f.DeploymentApproval(
            approver=b.CAROL, state=f.ApprovalState.REJECTED, comment="", at=None
        )
        veto = b.review(reviewer=b.CAROL, state=f.ReviewState.CHANGES_REQUESTED)
        request = team.request(reviews=(veto,) if self.vetoed else ())
        known: dict[type[Fact], Fact | Missing] = {
            f.Clock: b.clock(self.now),
            f.Change: b.change(request),
            f.DeploymentApprovals: f.DeploymentApprovals(
                environment="production", approvals=(no,) if self.rejected else ()
            ),
            f.Checks: b.checks(*([b.check()] if self.tested else [])),
        }
        changes = {"FollowUps": b.missing(detail="Jira answered 503.")} if self.silent else {}
        rules = team.policy(team.duties(mode=self.mode, expires=self.expires, delay=self.delay))
        return team.decided(*self.tickets, rules=rules, known=known, **changes)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Mostly such that only the notice decides."""
    rarely = st.integers(0, 9).map(lambda n: n == 0)
    days = st.sampled_from([date(2026, 11, 25), date(2026, 12, 31)])
    return World(
        tickets=tuple(draw(st.lists(tickets(), max_size=3))),
        now=b.NOW,
        expires=date(2026, 11, 20) if draw(rarely) else draw(days),
        delay=timedelta(minutes=draw(st.sampled_from([5, 30, 120]))),
        mode=SeparationMode.STANDARD if draw(rarely) else SeparationMode.COMPENSATING,
        rejected=draw(rarely),
        vetoed=draw(rarely),
        tested=not draw(rarely),
        silent=draw(rarely),
    )


def of_this(world: World) -> list[FollowUpTicket]:
    return [one for one in world.tickets if one.marker.get("id") == team.ID]


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_nothing_goes_out_too_early_unnoticed_objected_or_without_an_exception(
    world: World,
) -> None:
    found = world.decided()
    if found.verdict is not Verdict.ALLOW:
        return
    assert world.mode is SeparationMode.COMPENSATING
    assert world.expires >= date(2026, 11, 25)
    assert not any((world.rejected, world.vetoed, world.silent))
    assert world.tested
    noticed = of_this(world)
    assert any(one.opened_at + world.delay <= world.now for one in noticed)
    latest: dict[str, str] = {}
    said = [comment for one in noticed for comment in one.comments]
    for comment in sorted(said, key=lambda one: (one.at, one.id)):
        if comment.body == "Objection: wait":
            latest[comment.by.id] = "no"
        elif comment.body == "Objection withdrawn" and not comment.altered:
            latest.pop(comment.by.id, None)
    assert not latest.keys() & {"jira-alice", "jira-bob", "jira-carol"}


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_whatever_goes_out_is_told_as_a_class_of_its_own_and_owes_a_review(world: World) -> None:
    found = world.decided()
    if found.verdict is Verdict.ALLOW:
        assert found.release_class is ReleaseClass.COMPENSATING
        assert found.compensating is not None
        assert {one.control for one in found.results if one.notice} == {
            "review",
            "authority",
            "separation",
        }
        (owes,) = found.obligations
        assert owes.owed is Owed.INDEPENDENT_REVIEW
        assert owes.id == team.ID
        assert world.now < owes.due_at <= world.now + timedelta(days=5)
        assert "bob" in owes.not_by
        assert found.valid_until is not None
        assert found.valid_until <= owes.due_at
    else:
        assert found.release_class is None
        assert not any(one.notice for one in found.results if one.control == "separation")


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_a_notice_is_only_ever_given_when_nothing_but_time_is_wanting(world: World) -> None:
    found = world.decided()
    if found.obligations and found.verdict is Verdict.BLOCK:
        codes = set(found.reason_codes) - {"separation.self-approved-only"}
        assert len(codes) == 1
        assert codes <= {"separation.notice-given-now", "separation.notice-too-fresh"}
        assert found.compensating is not None
        assert found.compensating.deploy_from > world.now


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_time_alone_turns_a_waiting_release_into_an_allowed_one(world: World) -> None:
    found = world.decided()
    waiting = found.compensating
    if found.verdict is Verdict.BLOCK and waiting is not None and waiting.notice is not None:
        later = replace(world, now=waiting.deploy_from).decided()
        assert later.verdict is Verdict.ALLOW or "separation.notice-lapsed" in later.reason_codes
