from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import Check, CheckState
from tests.adapters.forges.github.canned import (
    C1,
    HOME,
    M1,
    Raw,
    account,
    check_run,
    check_runs,
    errors,
    opening,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

KEY = f"GET {HOME}/commits/{M1}/check-runs"
RUN = f"GET {HOME}/actions/runs/7001/attempts/1"
BARE = opening(revision={"__typename": "Commit", "oid": M1, "status": None})


def checks(github: Making, *runs: Any, **more: Any) -> tuple[Check, ...]:
    forge, _ = github({KEY: check_runs(*runs), "Opening": BARE, **more})
    return forge.checks().checks


def test_a_check_run_becomes_a_check(github: Making) -> None:
    (found,) = checks(github, check_run())
    assert found == Check(
        id="1",
        name="unit",
        app="github-actions",
        state=CheckState.SUCCESS,
        revision=M1,
        started_at=datetime(2026, 11, 25, 13, tzinfo=UTC),
        completed_at=datetime(2026, 11, 25, 13, 10, tzinfo=UTC),
        url="https://github.com/acme/app/runs/1",
    )


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("completed", "success", CheckState.SUCCESS),
        ("completed", "failure", CheckState.FAILURE),
        ("completed", "startup_failure", CheckState.FAILURE),
        ("completed", "neutral", CheckState.NEUTRAL),
        ("completed", "skipped", CheckState.SKIPPED),
        ("completed", "cancelled", CheckState.CANCELLED),
        ("completed", "timed_out", CheckState.TIMED_OUT),
        ("completed", "action_required", CheckState.ACTION_REQUIRED),
        ("completed", "stale", CheckState.STALE),
        ("in_progress", None, CheckState.PENDING),
        ("queued", "success", CheckState.PENDING),
    ],
)
def test_each_end_has_its_state(
    github: Making, status: str, conclusion: str | None, state: CheckState
) -> None:
    (found,) = checks(github, check_run(status=status, conclusion=conclusion, completed_at=None))
    assert (found.state, found.completed_at) == (state, None)


@pytest.mark.parametrize("conclusion", [None, "splendid"])
def test_an_end_that_nobody_knows_is_unreadable(github: Making, conclusion: str | None) -> None:
    assert code_of(lambda: checks(github, check_run(conclusion=conclusion))) == "unreadable"


def test_jobs_of_the_run_itself_count_like_any_other(github: Making) -> None:
    here = "https://github.com/acme/app/actions/runs/7001/job/"
    found = checks(
        github,
        check_run(1, "unit", check_suite={"id": 77}, details_url=f"{here}1"),
        check_run(2, "gate", status="in_progress", conclusion=None, details_url=f"{here}2"),
        check_run(3, "unit"),
    )
    assert [(check.id, check.state) for check in found] == [
        ("1", CheckState.SUCCESS),
        ("2", CheckState.PENDING),
        ("3", CheckState.SUCCESS),
    ]


@pytest.mark.parametrize("app", [None, {"slug": None}])
def test_a_check_without_an_app_has_none(github: Making, app: Any) -> None:
    (found,) = checks(
        github,
        check_run(app=app, check_suite=None, details_url=None, html_url=None, started_at=None),
    )
    assert (found.app, found.url, found.started_at) == ("", "", None)


def test_the_failure_on_the_second_page_is_found(github: Making) -> None:
    runs = [check_run(number) for number in range(1, 131)]
    runs[120] = check_run(121, "late", conclusion="failure")
    pages = {1: check_runs(*runs[:100], total=130), 2: check_runs(*runs[100:], total=130)}
    forge, transport = github({KEY: lambda given: pages[given["page"]], "Opening": BARE})
    found = forge.checks().checks
    assert len(found) == 130
    assert [check.name for check in found if check.state is CheckState.FAILURE] == ["late"]
    assert {asked.parameters["filter"] for asked in transport.asked if asked.path == KEY} == {
        "latest"
    }


def test_an_element_that_two_pages_repeat_counts_once(github: Making) -> None:
    assert len(checks(github, check_run(1), check_run(1))) == 1


def test_beyond_a_thousand_suites_github_hides_the_rest(
    github: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.adapters.forges.github.checks.MOST_SUITES", 2)
    runs = [check_run(1), check_run(2, check_suite={"id": 61})]
    assert code_of(lambda: checks(github, *runs)) == "too-large"


def test_checks_of_another_commit_are_the_wrong_ones(github: Making) -> None:
    assert code_of(lambda: checks(github, check_run(head_sha=C1))) == "wrong-object"


def context(**more: Any) -> dict[str, Any]:
    found = {
        "id": "SC_1",
        "context": "ci/legacy",
        "state": "SUCCESS",
        "createdAt": "2026-11-25T14:00:00Z",
        "targetUrl": "https://ci.example/1",
        "creator": account("jenkins"),
        **more,
    }
    return opening(revision={"__typename": "Commit", "oid": M1, "status": {"contexts": [found]}})


@pytest.mark.parametrize(
    ("told", "state", "done"),
    [
        ("SUCCESS", CheckState.SUCCESS, True),
        ("FAILURE", CheckState.FAILURE, True),
        ("ERROR", CheckState.FAILURE, True),
        ("PENDING", CheckState.PENDING, False),
        ("EXPECTED", CheckState.PENDING, False),
    ],
)
def test_a_commit_status_is_a_check_of_whoever_set_it(
    github: Making, told: str, state: CheckState, done: bool
) -> None:
    (found,) = checks(github, Opening=context(state=told))
    assert (found.name, found.app, found.state, found.url) == (
        "ci/legacy",
        "jenkins",
        state,
        "https://ci.example/1",
    )
    assert (found.completed_at is not None) == done


def test_a_status_that_nobody_knows_is_unreadable(github: Making) -> None:
    assert code_of(lambda: checks(github, Opening=context(state="MAYBE"))) == "unreadable"


@pytest.mark.parametrize(
    ("commit", "code"),
    [
        (None, "not-found"),
        ({"__typename": "Tag", "oid": M1}, "not-found"),
        ({"__typename": "Commit", "oid": C1, "status": None}, "wrong-object"),
    ],
)
def test_a_revision_that_is_not_there_has_no_checks(github: Making, commit: Any, code: str) -> None:
    assert code_of(lambda: checks(github, Opening=opening(revision=commit))) == code


def test_statuses_that_may_not_be_read_name_their_permission(github: Making) -> None:
    parts = opening()["data"]["repository"]
    broken = errors(("FORBIDDEN", "no", ["revision", "status"]), **parts)
    gap = gap_of(lambda: checks(github, Opening=broken))
    assert "`statuses: read`" in gap.detail


def test_checks_are_missing_as_a_whole(github: Making) -> None:
    forge, _ = github({KEY: Raw(403, {"message": "Resource not accessible by integration"})})
    gap = gap_of(forge.checks)
    assert (gap.reason_code, "`checks: read`" in gap.detail) == ("not-permitted", True)


def test_nothing_about_the_run_is_asked_for_the_checks(github: Making) -> None:
    forge, transport = github(
        {RUN: Raw(403, {"message": "Resource not accessible by integration"})}
    )
    assert forge.checks().checks
    assert RUN not in {asked.path for asked in transport.asked}
