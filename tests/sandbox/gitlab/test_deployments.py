"""Deployments, environments, their protection, and freeze periods."""

from typing import Any

import pytest

from gate.sandbox.site import Site
from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, get, refusal

base = site_of(World.load(BASE))
rich = site_of(World.load(RICH))
PATH = "/projects/4242/deployments"


def told(place: Site, query: str = "") -> list[tuple[str, str]]:
    return [(one["sha"][:7], one["status"]) for one in get(place, f"/deployments{query}", JOB)]


def deployed(**states: list[str]) -> Site:
    made = {
        name: {"commit": "m0", "at": f"-{9 - place}d", "statuses": [{"state": s} for s in found]}
        for place, (name, found) in enumerate(states.items())
    }
    return site(deployments=made)


def test_a_deployment_names_its_environment_and_the_job_that_made_it() -> None:
    (found,) = get(base, "/deployments?environment=production&status=success", JOB)
    assert (found["sha"], found["environment"]["name"]) == (sha("m0"), "production")
    assert found["deployable"]["pipeline"]["id"] == 5000
    assert found["deployable"]["finished_at"] == "2026-11-15T15:05:00.000Z"
    assert found["user"]["username"].startswith("project_4242_bot_")


def test_numbers_follow_times_and_the_oldest_comes_first() -> None:
    found = get(rich, "/deployments?per_page=3")
    assert [one["iid"] for one in found] == [1, 2, 3]
    assert [one["created_at"] for one in found] == sorted(one["created_at"] for one in found)
    newest = get(rich, "/deployments?order_by=id&sort=desc")
    assert [one["iid"] for one in newest] == sorted((one["iid"] for one in newest), reverse=True)
    assert newest[-1]["user"] is None


def test_a_success_stays_one() -> None:
    place = deployed(
        a=["in_progress", "success", "inactive"],
        b=["failure"],
        c=["queued"],
        d=["inactive"],
        e=[],
        f=["in_progress"],
    )
    states = [state for _, state in told(place)]
    assert states == ["success", "failed", "created", "canceled", "created", "running"]
    assert [state for _, state in told(place, "?status=success")] == ["success"]
    assert get(place, "/deployments")[0]["deployable"] is None


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("order_by=size", {"error": "order_by does not have a valid value"}),
        ("status=done", {"error": "status does not have a valid value"}),
        (
            "updated_after=x&finished_before=x",
            {
                "message": "400 Bad request - Both `updated_at` filter and `finished_at` filter can not be specified"
            },
        ),
        (
            "finished_after=x",
            {
                "message": "400 Bad request - `finished_at` filter and `finished_at` sorting must be paired"
            },
        ),
        (
            "finished_after=x&order_by=finished_at",
            {
                "message": "400 Bad request - `finished_at` filter must be combined with `success` status filter."
            },
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused(query: str, body: Any) -> None:
    assert refusal(base, f"{PATH}?{query}", JOB) == (400, body)


def test_filters_that_go_together_are_answered() -> None:
    query = "?finished_after=2026-01-01T00:00:00Z&order_by=finished_at&status=success"
    assert len(told(base, query)) == 1


RUN = {
    "approvals": {
        "a1": {"by": "ann", "comment": "Go"},
        "a2": {"by": "ben", "state": "pending"},
    }
}


def own(place: Site) -> Any:
    (found,) = get(place, "/deployments?environment=production", JOB)
    return get(place, f"/deployments/{found['id']}", JOB)


def test_approvals_are_of_this_pipelines_own_deployment() -> None:
    place = site(run=RUN, environments={"production": {"reviewers": ["ann", "ben"]}})
    found = own(place)
    assert found["deployable"]["pipeline"]["id"] == 7001
    (approval,) = found["approvals"]
    assert (approval["user"]["username"], approval["status"]) == ("ann-a", "approved")
    assert (found["status"], found["pending_approval_count"]) == ("created", 1)
    rules = found["approval_summary"]["rules"]
    assert [len(rule["deployment_approvals"]) for rule in rules] == [1, 0]


def test_a_rejected_deployment_failed_and_one_that_waits_is_blocked() -> None:
    rejected = {"approvals": {"a": {"by": "ann", "state": "rejected"}}}
    assert own(site(run=rejected))["status"] == "failed"
    waiting = site(environments={"production": {"reviewers": ["ann"]}, "staging": {}})
    assert own(waiting)["status"] == "blocked"


def test_free_has_no_approvals_and_the_community_edition_not_even_the_words() -> None:
    sections = {"run": RUN, "deployments": {"d": {"commit": "m0", "at": "-1d"}}}
    free = own(site(**sections, gitlab={"tier": "free"}))
    assert (free["approvals"], free["pending_approval_count"]) == ([], 0)
    assert "approval_summary" not in free
    community = own(site(**sections, gitlab={"tier": "free", "edition": "ce"}))
    assert not {"approvals", "pending_approval_count"} & community.keys()


def test_a_deployment_that_is_not_there_is_not_found() -> None:
    assert refusal(base, f"{PATH}/1", JOB) == (404, {"message": "404 Not found"})


def test_environments_are_those_that_are_named_or_were_deployed_to() -> None:
    found = get(rich, "/environments", JOB)
    assert {one["name"]: one["tier"] for one in found} == {
        "production": "production",
        "staging": "staging",
    }
    (one,) = get(rich, "/environments?name=staging", JOB)
    assert get(rich, f"/environments/{one['id']}", JOB) == one
    assert [one["name"] for one in get(rich, "/environments?search=prod")] == ["production"]
    assert refusal(rich, "/projects/4242/environments/1")[0] == 404
    named = site(environments={"review/App 1": {}})
    assert get(named, "/environments")[0]["slug"] == "review-app-1"


def test_protection_names_the_people_who_must_approve() -> None:
    (found,) = get(rich, "/protected_environments")
    assert [rule["access_level_description"] for rule in found["approval_rules"]] == [
        "Alice Ng",
        "Carol Diaz",
    ]
    assert get(rich, "/protected_environments/production") == found
    assert refusal(rich, "/projects/4242/protected_environments/staging")[0] == 404
    free = site(gitlab={"tier": "free"})
    assert refusal(free, "/projects/4242/protected_environments")[0] == 404


def test_freeze_periods_are_pairs_of_cron_lines() -> None:
    period = {"start": "0 23 * * 5", "end": "0 7 * * 1", "timezone": "Europe/Berlin"}
    (found,) = get(site(gitlab={"freeze_periods": {"weekend": period}}), "/freeze_periods")
    told = (found["freeze_start"], found["freeze_end"], found["cron_timezone"])
    assert told == ("0 23 * * 5", "0 7 * * 1", "Europe/Berlin")
