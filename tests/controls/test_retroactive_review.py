from datetime import datetime, timedelta
from typing import Any

from gate.controls.retroactive_review import REASONS, evaluate
from gate.domain.control import Failed, NotApplicable, Outcome, Passed, Reason
from gate.domain.debts import Debts, debts
from gate.domain.despite_overdue import DespiteOverdue
from gate.domain.emergency_facts import BreakGlass, FollowUps, FollowUpTicket
from gate.domain.facts import Baseline, Clock, Fact
from gate.domain.follow_up import LABEL, LET_THROUGH
from gate.domain.grant import Owed
from gate.domain.missing import Missing
from gate.domain.policy.people import PersonEntry
from tests import builders as b
from tests import owed

LATE = owed.after_deadline(hours=5)
ASKED = BreakGlass(asked=True, reason="the shop is down and nobody can pay", incident="4711")
OUT = b.deployment("m1", at=owed.ISSUED + timedelta(minutes=5), run_id="6900")
BEFORE = b.deployment("m0", at=b.ago(days=9))


def judge(
    *tickets: FollowUpTicket,
    now: datetime = b.NOW,
    said: BreakGlass | None = None,
    baseline: Baseline | None = None,
    despite: DespiteOverdue | None = None,
    **policy: Any,
) -> Outcome:
    chosen = owed.policy(**policy)
    facts: dict[type[Fact], Fact | Missing] = {
        Clock: b.clock(now),
        FollowUps: FollowUps(tickets=tickets),
        Baseline: baseline or b.baseline(OUT, BEFORE),
    }
    known = debts(facts, chosen)
    assert isinstance(known, Debts)
    return evaluate(
        known,
        said or BreakGlass(),
        b.run(),
        despite or DespiteOverdue(why_not="bob does not hold engineering-lead"),
        chosen.emergency,
    )


def reason(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Failed)
    assert {one.code for one in outcome.reasons} <= REASONS.keys()
    (found,) = outcome.reasons
    return found


def texts(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Passed | Failed)
    return [item.text for item in outcome.observations]


def test_it_does_not_arise_where_no_release_owes_a_review() -> None:
    assert isinstance(judge(owed.ticket(), now=LATE, emergency=None), NotApplicable)


def test_it_passes_when_nothing_was_ever_owed() -> None:
    outcome = judge()
    assert texts(outcome) == ["no earlier release owes a review"]
    assert isinstance(outcome, Passed)
    assert outcome.until is None


def test_a_debt_before_its_deadline_passes_until_then_and_says_who_can_do_what() -> None:
    outcome = judge(owed.ticket(owed.comment(by=owed.BOB)))
    assert isinstance(outcome, Passed)
    assert outcome.until == owed.DUE
    assert texts(outcome) == [
        f"The release of {b.sha('m1')[:12]} to production on 2026-11-25 13:00 UTC (run 6900) owes its review by carol "
        "until 2026-11-27 13:00 UTC. The comment of bob on 2026-11-25 14:00 UTC does not count: bob had a part in the "
        "release."
    ]


def test_a_debt_after_its_deadline_blocks_and_says_who_can_do_what() -> None:
    found = reason(judge(owed.ticket(owed.comment(by=owed.BOB)), now=LATE))
    revision = b.sha("m1")[:12]
    assert found.code == "overdue"
    assert found.text == (
        f"The release of {revision} to production on 2026-11-25 13:00 UTC (run 6900) owes its review in CHG-90, "
        "overdue since 2026-11-27 13:00 UTC. The comment of bob on 2026-11-25 14:00 UTC does not count: bob had "
        "a part in the release."
    )
    assert found.remedy == (
        f"carol reviews that revision and writes the result as a comment in CHG-90: the line `Reviewed: {revision}`, "
        "then `Outcome:` and `Findings:` as its text shows. Not alice, bob or dana, who had a part in the release. "
        "Then the check is started again."
    )
    assert found.who == ("carol",)
    assert found.url == "https://acme.atlassian.net/browse/CHG-90"


def test_without_anybody_left_it_still_says_what_to_do() -> None:
    everybody = owed.marker(not_by=("alice", "bob", "carol", "dana"))
    found = reason(judge(owed.ticket(about=everybody), now=LATE))
    assert found.remedy.startswith("Somebody who had no part in it reviews that revision")
    nobody = owed.marker(not_by=())
    assert "Not" not in reason(judge(owed.ticket(about=nobody), now=LATE)).remedy


def test_of_many_who_could_it_names_a_few() -> None:
    people = {f"p{n}": PersonEntry(jira=f"jira-{n}") for n in range(9)}
    found = reason(judge(owed.ticket(), now=LATE, people=people))
    assert found.remedy.startswith("p0, p1, p2, p3, p4 or 4 more reviews")
    assert len(found.who) == 9


def test_a_review_in_time_passes_and_one_after_the_deadline_is_counted_as_late() -> None:
    paid = owed.ticket(owed.comment())
    late = owed.ticket(
        owed.comment(at=owed.after_deadline(hours=1)), about=owed.marker(run_id="6901")
    )
    assert texts(judge(paid, now=LATE)) == ["1 review of earlier releases was done"]
    assert texts(judge(paid, late, now=LATE)) == [
        "2 reviews of earlier releases were done, 1 of them after the deadline"
    ]


def test_debts_of_other_repositories_are_theirs() -> None:
    other = owed.marker(repository_id="1", repository="acme/other")
    assert texts(judge(owed.ticket(about=other), now=LATE)) == ["no earlier release owes a review"]


def test_a_ticket_that_cannot_be_read_blocks_once_it_is_overdue() -> None:
    ticket = owed.ticket(owed.comment(), marker={})
    found = reason(judge(ticket, now=LATE))
    assert found.code == "unreadable-debt"
    assert "overdue since 2026-11-27 13:00 UTC" in found.text
    assert "`gate follow-up` then opens the ticket again" in found.remedy
    early = judge(ticket)
    assert texts(early) == ["What CHG-90 is about owes its review until 2026-11-27 13:00 UTC"]


def test_a_label_on_somebodys_own_ticket_blocks_nothing() -> None:
    outcome = judge(owed.ticket(marker={}, labels=(LABEL,), opened_by=owed.BOB), now=LATE)
    assert isinstance(outcome, Passed)
    assert "is no follow-up of the gate" in texts(outcome)[1]


def test_break_glass_is_blocked_as_well_and_says_why_it_cannot_go_on() -> None:
    found = reason(judge(owed.ticket(), now=LATE, said=ASKED))
    assert found.text.endswith(
        "This emergency cannot go on in spite of it: bob does not hold engineering-lead."
    )
    lead = DespiteOverdue(role="lead", holders=("alice",), why_not="bob does not hold lead")
    could = reason(judge(owed.ticket(), now=LATE, said=ASKED, despite=lead))
    assert could.text.endswith("in spite of it: bob does not hold lead; alice could start it.")
    unreadable = reason(judge(owed.ticket(marker={}), now=LATE, said=ASKED))
    assert unreadable.text.endswith("bob does not hold engineering-lead.")


def test_break_glass_by_the_role_that_the_policy_names_goes_on_and_says_so() -> None:
    lead = DespiteOverdue(role="engineering-lead", holders=("alice",), granted_to=("alice",))
    outcome = judge(
        owed.ticket(), owed.ticket(marker={}, key="CHG-91"), now=LATE, said=ASKED, despite=lead
    )
    assert isinstance(outcome, Passed)
    assert all("because alice holds engineering-lead" in text for text in texts(outcome))
    assert len(texts(outcome)) == 2


def test_the_role_opens_nothing_for_a_normal_deploy() -> None:
    lead = DespiteOverdue(role="engineering-lead", holders=("alice",), granted_to=("alice",))
    assert reason(judge(owed.ticket(), now=LATE, despite=lead)).code == "overdue"


def test_an_emergency_whose_deploy_failed_owes_its_review_all_the_same() -> None:
    """Only success is recorded, and a job can change production and then fail."""
    outcome = judge(owed.ticket(), now=LATE, baseline=b.baseline(BEFORE))
    assert reason(outcome).code == "overdue"
    unreadable = owed.ticket(marker={})
    assert reason(judge(unreadable, now=LATE, baseline=b.baseline(BEFORE))).code == (
        "unreadable-debt"
    )


def test_somebody_without_a_part_can_say_that_nothing_was_deployed() -> None:
    said = owed.comment(body=owed.review(Outcome="not deployed"), at=b.NOW)
    outcome = judge(owed.ticket(said), now=LATE, baseline=b.baseline(BEFORE))
    assert isinstance(outcome, Passed)
    refused = reason(judge(owed.ticket(said), now=LATE))
    assert "says that nothing was deployed, and the forge recorded that it was" in refused.text


def test_a_notice_that_lapsed_before_its_release_was_let_through_owes_nothing() -> None:
    notice = owed.ticket(about=owed.marker(owed=Owed.INDEPENDENT_REVIEW))
    outcome = judge(notice, now=LATE, baseline=b.baseline(BEFORE))
    assert isinstance(outcome, Passed)
    assert outcome.until is None
    assert texts(outcome)[0].endswith("owes nothing: it was never let through")
    let = owed.ticket(
        about=owed.marker(owed=Owed.INDEPENDENT_REVIEW), labels=(*notice.labels, LET_THROUGH)
    )
    assert reason(judge(let, now=LATE, baseline=b.baseline(BEFORE))).code == "overdue"


def test_hostile_text_in_a_ticket_is_shown_as_text() -> None:
    marker = owed.marker(environment="prod\u202e")
    found = reason(judge(owed.ticket(about=marker), now=LATE))
    assert "\u202e" not in found.text
