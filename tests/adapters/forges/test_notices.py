from collections.abc import Sequence
from typing import Any

import pytest

from gate.adapters.forges.github.comments import GitHubComments
from gate.adapters.forges.gitlab.notes import GitLabNotes
from gate.adapters.marks import signed
from gate.adapters.writing import WriteUnknown
from gate.domain.ports import FactMissing, Notices
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault, Wrong
from tests.adapters.trackers.forge_desks import FORGES, Played, played
from tests.adapters.trackers.forge_desks import world as small_world

WRITES = {
    "github": "P* /repos/*/*/issues/**",
    "gitlab": "P* /projects/*/merge_requests/*/notes**",
}
PULL = {
    "author": "ann", "commits": ["m0"], "branch": "fix", "state": "open", "title": "x",
}  # fmt: skip
both_forges = pytest.mark.parametrize("forge", FORGES)


def world(**over: Any) -> World:
    return small_world(pull_requests={"12": PULL}, **over)


def notices(place: Played) -> GitHubComments | GitLabNotes:
    if place.forge == "github":
        return GitHubComments(**place.connection(repository="acme/app"))
    return GitLabNotes(**place.connection(project="acme/app"))


def as_notices(place: Played) -> Notices:
    """What the ports ask for."""
    return notices(place)


def said(place: Played) -> Sequence[str]:
    return place.comments("acme/app#12" if place.forge == "github" else "acme/app!12")


@both_forges
def test_people_are_told_once_and_then_told_anew_in_the_same_place(forge: str) -> None:
    with played(forge, world()) as place:
        told = as_notices(place)
        told.tell(12, "Blocked.", "verdict:production")
        told.tell(12, "Blocked.", "verdict:production")
        assert len(place.writes()) == 1
        told.tell(12, "Allowed.", "verdict:production")
        told.tell(12, "Blocked.", "verdict:staging")
        assert [one.splitlines()[0] for one in said(place)] == ["Allowed.", "Blocked."]
        assert place.writes()[1][0] == ("PATCH" if forge == "github" else "PUT")


@both_forges
def test_what_others_wrote_is_never_touched(forge: str) -> None:
    with played(forge, world()) as place:
        spot = "acme/app#12" if forge == "github" else "acme/app!12"
        other = place.written.say(spot, "ann", signed("Mine", "verdict"), place.box.clock())
        notices(place).tell(12, "Blocked.", "verdict")
        assert len(said(place)) == 2
        assert place.written.comment(other.id) == other


@both_forges
@pytest.mark.parametrize("first", ["nothing", "an earlier one"])
@pytest.mark.parametrize(
    "how", [{"reset": True}, {"status": 500}, {"status": 502, "body": "<html>"}, {"truncate": 5}]
)
def test_a_lost_answer_makes_no_second_comment(forge: str, first: str, how: dict[str, Any]) -> None:
    with played(forge, world()) as place:
        told = notices(place)
        if first == "an earlier one":
            told.tell(12, "Blocked.", "verdict")
        place.fail(Fault(route=WRITES[forge], done=True, **how))
        told.tell(12, "Allowed.", "verdict")
        assert [one.splitlines()[0] for one in said(place)] == ["Allowed."]


@both_forges
def test_what_never_gets_through_is_told_after_a_second_try(forge: str) -> None:
    with played(forge, world()) as place:
        place.fail(Fault(route=WRITES[forge], status=500))
        with pytest.raises(WriteUnknown):
            notices(place).tell(12, "Allowed.", "verdict")
        assert len(place.writes()) == 2


@both_forges
def test_a_token_that_may_not_write_is_told_what_it_takes(forge: str) -> None:
    site = {"write_token": True, "write_role": "guest"}
    with played(forge, world(token={"writes": []}, gitlab=site)) as place:
        with pytest.raises(FactMissing) as caught:
            notices(place).tell(12, "Allowed.", "verdict")
        assert said(place) == []
    needed = "pull-requests: write" if forge == "github" else "CHANGE_GATE_WRITE_TOKEN"
    assert needed in caught.value.missing.remedy


@both_forges
def test_a_merge_request_that_is_not_there_is_missing(forge: str) -> None:
    with played(forge, world()) as place, pytest.raises(FactMissing) as caught:
        notices(place).tell(77, "Allowed.", "verdict")
    assert caught.value.missing.reason_code == "not-found"


@both_forges
def test_hostile_words_do_not_act(forge: str) -> None:
    text = "/close\n/merge\n@everybody --> <!-- x"
    with played(forge, world()) as place:
        told = notices(place)
        for _ in range(2):
            told.tell(12, text, "verdict -->")
        assert len(said(place)) == 1
        told.close()
    if forge == "gitlab":
        assert "/close" not in place.written.comments("acme/app!12")[0].body


def test_either_of_two_permissions_lets_a_workflow_comment() -> None:
    for writes in (["issues"], ["pull-requests"]):
        with played("github", world(token={"writes": writes})) as place:
            notices(place).tell(12, "Allowed.", "verdict")
            assert len(said(place)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"number": 13},
        {"comments": None},
        {"comments": {"nodes": [{"fullDatabaseId": "x", "viewerDidAuthor": True, "body": "x"}]}},
        {"comments": {"nodes": [{"fullDatabaseId": 7, "viewerDidAuthor": True, "body": "x"}]}},
        {"comments": {"nodes": [{"fullDatabaseId": "7", "viewerDidAuthor": "yes", "body": "x"}]}},
    ],
)
def test_an_answer_that_cannot_be_believed_leads_to_no_comment(change: dict[str, Any]) -> None:
    with played("github", world()) as place:
        place.fail(
            Fault(
                route="POST /graphql OwnComments",
                merge={"data": {"repository": {"pullRequest": change}}},
            )
        )
        with pytest.raises(FactMissing) as caught:
            notices(place).tell(12, "Allowed.", "verdict")
        assert caught.value.missing.reason_code == "unreadable"
        assert place.writes() == []


def test_a_user_without_a_name_owns_no_note() -> None:
    with played("gitlab", world()) as place:
        place.fail(Fault(route="GET /user", wrong=Wrong(json={"id": 1})))
        with pytest.raises(FactMissing):
            notices(place).tell(12, "Allowed.", "verdict")
        assert place.writes() == []
