from typing import Any

import pytest

from gate.sandbox.world import World, WorldInvalid
from tests.sandbox.asking import NOW, SMALLEST, raw, world


def problems(**over: Any) -> list[str]:
    with pytest.raises(WorldInvalid) as caught:
        World.of(raw(**over), name="w.yml")
    return list(caught.value.problems)


def test_the_smallest_world_is_filled_up_with_defaults() -> None:
    found = world()
    assert found.run.started_at < found.now == NOW
    assert found.commits["m0"].committer == "ann"
    assert found.commits["m0"].arrived == found.commits["m0"].at
    assert (found.environment, found.policy, found.faults) == ("production", None, ())


def test_every_problem_is_told_at_once_with_its_place_and_what_was_meant() -> None:
    found = problems(
        acounts={},
        commits={"c1": {"author": "anna", "parents": ["m9"], "at": "yesterday", "fils": {}}},
        repository={"private": "yes", "id": "many"},
        environment=["production"],
        latency="soon",
        pull_requests={12: {"author": "ann", "state": "done", "commits": ["m0"]}},
        tags=7,
    )
    assert sorted(found) == [
        "acounts: is unknown. Did you mean 'accounts'?",
        "commits.c1.at: must be a time with its zone, 2026-11-25T15:00:00Z, or relative: -3d4h, +30m, not "
        "'yesterday'",
        "commits.c1.author: 'anna' is not among accounts. Did you mean 'ann'?",
        "commits.c1.fils: is unknown. Did you mean 'files'?",
        "commits.c1.parents.1: 'm9' is not among commits. Known: c1, m0.",
        "environment: must be text, not ['production']",
        "latency: must be a duration such as 250ms, 30s, 1h30m or 2d, not 'soon'",
        "pull_requests.12.state: 'done' is not one of open, merged, closed",
        "repository.id: must be a whole number, not 'many'",
        "repository.private: must be true or false, not 'yes'",
        "tags: must be a list or a mapping of items",
    ]


def test_what_has_no_default_must_be_there() -> None:
    with pytest.raises(WorldInvalid) as caught:
        World.of({"now": NOW})
    assert sorted(caught.value.problems) == [
        "accounts: is missing",
        "branches: is missing",
        "commits: is missing",
        "run: is missing",
    ]


def test_a_section_that_is_no_mapping_is_said_to_need_its_keys() -> None:
    (problem,) = problems(token="dead")
    assert problem.startswith("token: must be a mapping with lacks, writes, dead, jira_dead")
    assert "accounts: must be a list or a mapping of items" in problems(accounts="all")


def test_a_name_like_no_other_is_answered_with_what_is_known() -> None:
    (problem,) = problems(run={"started_by": "zzz"})
    assert problem == "run.started_by: 'zzz' is not among accounts. Known: ann, ben, gone, robot."


def test_a_list_and_a_mapping_say_the_same_and_null_takes_an_item_away() -> None:
    entry = {"at": "-1h", "by": "ann", "to": "Approved"}
    listed = world(tickets={"CHG-7": {"history": [entry]}})
    mapped = world(tickets={"CHG-7": {"history": {"h1": entry, "h2": None}}})
    assert listed == mapped
    assert world(tickets={"CHG-7": None}).tickets == {}


def test_a_commit_that_the_repository_lacks_may_stand_as_a_full_sha() -> None:
    lost = "9" * 40
    found = world(deployments={"d": {"commit": lost, "at": "-1d"}})
    assert found.deployments["d"].commit == lost
    assert problems(branches={"main": lost}) == [
        f"branches.main: '{lost}' is not among commits. Known: m0."
    ]


def test_text_may_look_like_a_number_and_what_is_json_keeps_its_form() -> None:
    found = world(
        commits={"m0": {"message": 12}},
        tickets={"CHG-7": {"adf": {"version": 1, "at": NOW, "content": [{1: None}]}}},
    )
    assert found.commits["m0"].message == "12"
    assert found.tickets["CHG-7"].adf == {
        "version": 1,
        "at": NOW.isoformat(),
        "content": [{"1": None}],
    }


def test_the_clock_of_the_world_is_the_callers_where_it_names_none() -> None:
    timeless = {key: item for key, item in SMALLEST.items() if key != "now"}
    assert World.of(timeless, now=NOW).now == NOW
    assert World.of(timeless).now.tzinfo is not None
    assert problems(now="noon") == [
        "now: must be a time with its zone, 2026-11-25T15:00:00Z, or relative: -3d4h, +30m"
    ]


def test_problems_with_github_issues_are_told_where_people_wrote_them() -> None:
    assert problems(tickets={"acme/app#3": {"stat": "open"}}) == [
        "tickets.acme/app#3.stat: is unknown. Did you mean 'state'?"
    ]


def test_the_message_names_the_file_and_the_page_with_the_format() -> None:
    with pytest.raises(WorldInvalid) as caught:
        World.of(raw(colour="red"), name="w.yml")
    assert caught.value.message.startswith(
        "The world w.yml cannot be played:\n  colour: is unknown."
    )
    assert "docs/sandbox.md" in caught.value.hint
