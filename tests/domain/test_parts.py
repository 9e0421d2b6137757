import pytest

from gate.domain.derived import JudgedTickets
from gate.domain.directory import NOBODY
from gate.domain.facts import Change, ChangeKind, Commit, MergeRequest, Run, Tickets
from gate.domain.identity import Identity
from gate.domain.parts import AUTOMATED, Part, deployers, requesters, tickets_in_scope
from gate.domain.policy.people import AutomatedDeployer
from tests.domain.who import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    DANA_JIRA,
    commit,
    request,
    run,
    scoped,
    ticket,
)

TWO = (
    request(),
    request(number=13, merged_by=DANA, merge_commit="m0", commits=[commit("d1", by=(13,))]),
)


def who_deploys(
    started: Run,
    *requests: MergeRequest,
    commits: tuple[Commit, ...] = (),
    setting: AutomatedDeployer = AutomatedDeployer.MERGED_BY,
) -> list[Identity]:
    change = Change(
        kind=ChangeKind.FORWARD, base="b0", head="m1", commits=commits, merge_requests=requests
    )
    return [part.who for part in deployers(started, change, setting)]


def test_whoever_started_a_run_by_hand_deploys() -> None:
    assert who_deploys(run(started_by=ALICE), *TWO) == [ALICE]


@pytest.mark.parametrize("event", sorted(AUTOMATED))
def test_a_deploy_that_starts_by_itself_is_deployed_by_whoever_merged_its_revision(
    event: str,
) -> None:
    assert who_deploys(run(event=event, started_by=ALICE), *TWO) == [CAROL]


def test_a_rebased_revision_is_found_by_what_brought_it() -> None:
    started = run(event="push", revision="r9")
    assert who_deploys(started, *TWO, commits=(commit("r9", by=(13,)),)) == [DANA]


def test_when_nobody_can_tell_which_merge_started_it_all_who_merged_deploy() -> None:
    assert who_deploys(run(event="schedule", revision="x"), *TWO) == [CAROL, DANA]


def test_without_a_merge_request_whoever_started_the_run_deploys() -> None:
    assert who_deploys(run(event="push", started_by=ALICE)) == [ALICE]


def test_the_policy_can_say_that_the_actor_deploys() -> None:
    started = run(event="push", started_by=ALICE)
    assert who_deploys(started, *TWO, setting=AutomatedDeployer.ACTOR) == [ALICE]


def test_whoever_started_it_again_deploys_as_well() -> None:
    again = run(event="push", rerun_by=ALICE, attempt=2)
    assert who_deploys(again, *TWO) == [CAROL, ALICE]


def test_an_attempt_that_nobody_is_known_to_have_started_has_an_unknown_deployer() -> None:
    assert who_deploys(run(started_by=ALICE, attempt=2)) == [ALICE, NOBODY]
    assert who_deploys(run(event="push"), request(merged_by=None)) == [NOBODY]


def test_the_reporter_of_the_ticket_asked_and_else_whoever_opened_the_merge_request() -> None:
    change = scoped(request(), request(number=13, author=ALICE))
    judged = JudgedTickets(tickets=(ticket(),), by_request={12: ("CHG-7",)})
    in_scope = tickets_in_scope(change, judged, Tickets())
    assert requesters(change, judged, in_scope) == (
        Part(who=DANA_JIRA, did="reported CHG-7"),
        Part(who=ALICE, did="opened #13"),
    )


def test_a_ticket_without_a_reporter_was_asked_for_by_somebody_unknown() -> None:
    change, judged = scoped(), JudgedTickets(tickets=(ticket(reporter=None),))
    in_scope = tickets_in_scope(change, judged, Tickets(named_for_run=("CHG-7",)))
    assert [part.who for part in requesters(change, judged, in_scope)] == [NOBODY]


def test_a_key_without_a_judged_ticket_leaves_whoever_opened_the_merge_request() -> None:
    change, judged = scoped(request()), JudgedTickets(by_request={12: ("CHG-9",)})
    in_scope = tickets_in_scope(change, judged, Tickets())
    assert in_scope == ()
    assert [part.who for part in requesters(change, judged, in_scope)] == [BOB]


def test_each_ticket_is_taken_once_and_only_when_something_in_scope_names_it() -> None:
    judged = JudgedTickets(
        tickets=(ticket("CHG-7"), ticket("CHG-8")), by_request={12: ("CHG-7",), 99: ("CHG-8",)}
    )
    found = tickets_in_scope(scoped(request()), judged, Tickets(named_for_run=("CHG-7",)))
    assert [item.ticket.key for item in found] == ["CHG-7"]
