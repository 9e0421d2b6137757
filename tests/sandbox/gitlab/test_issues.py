"""Issues, the events of their labels and states, and the notes about their edits."""

from typing import Any

from gate.sandbox.world import World
from tests.sandbox.asking import RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, ask, get, refusal

rich = site_of(World.load(RICH))


def test_an_issue_is_told_with_its_type_as_a_label() -> None:
    found = get(rich, "/issues/3", JOB)
    assert (found["state"], found["references"]["full"]) == ("closed", "acme/app#3")
    assert found["labels"] == ["approved", "good first issue", "type::Change"]
    assert (found["author"]["username"], found["closed_by"]["username"]) == ("dana-w", "alice-ng")
    assert found["closed_at"] == "2026-11-24T15:00:00.000Z"
    assert found["_links"]["closed_as_duplicate_of"] is None


def test_issues_of_other_projects_are_told_as_well() -> None:
    by_path = ask(rich, "/projects/acme%2Ftickets/issues/6", JOB).json()
    assert (by_path["state"], by_path["closed_by"], by_path["labels"]) == ("closed", None, [])
    assert ask(rich, f"/projects/{by_path['project_id']}/issues/6").json() == by_path
    ghost = ask(rich, "/projects/acme%2Ftickets/issues/5").json()
    assert (ghost["author"]["username"], ghost["closed_at"]) == ("ghost", None)


def test_an_issue_that_is_not_there_is_not_found() -> None:
    for path in ("4242/issues/1", "acme%2Ftickets/issues/3"):
        assert refusal(rich, f"/projects/{path}") == (404, {"message": "404 Not found"})
    assert refusal(rich, "/projects/acme%2Fnone/issues/3") == (
        404,
        {"message": "404 Project Not Found"},
    )


def test_a_duplicate_says_so() -> None:
    issue = {"state": "closed", "state_reason": "duplicate"}
    found = get(site(tickets={"acme/app#1": issue}), "/issues/1")
    assert found["_links"]["closed_as_duplicate_of"]


def test_labels_are_events_that_name_who_put_them_on() -> None:
    found = get(rich, "/issues/3/resource_label_events")
    told = [(one["action"], one["label"]["name"], one["user"]["username"]) for one in found]
    assert told == [("add", "approved", "alice-ng"), ("remove", "draft", "alice-ng")]
    assert len({one["id"] for one in found}) == 2


def test_states_are_events_even_of_somebody_who_is_no_more() -> None:
    found = get(rich, "/issues/3/resource_state_events")
    told = [(one["state"], one["user"]["username"]) for one in found]
    assert told == [("reopened", "ghost"), ("closed", "alice-ng")]


def test_edits_are_notes_of_the_system() -> None:
    def bodies(query: str) -> list[Any]:
        return [one["body"] for one in get(rich, f"/issues/3/notes{query}")]

    told = [
        "moved from acme/old#3",
        "changed title from **{-Old-}** to **{+A change+}**",
        "changed the description",
    ]
    assert bodies("?sort=asc") == told
    assert bodies("") == told[::-1]
    note = get(rich, "/issues/3/notes")[0]
    assert (note["noteable_type"], note["noteable_iid"], note["system"]) == ("Issue", 3, True)


def test_a_note_of_nobody_is_the_ghosts() -> None:
    history = [{"at": "-1d", "event": "edited"}]
    place = site(tickets={"acme/app#1": {"history": history}})
    assert get(place, "/issues/1/notes")[0]["author"]["username"] == "ghost"
