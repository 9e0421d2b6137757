from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.forges.github.baseline import run_of
from tests.adapters.forges.github.canned import (
    C1,
    HOME,
    M0,
    deployment,
    graph,
    opening,
    page,
    status,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

FAILED = deployment(901, M0, status("FAILURE"), status("IN_PROGRESS"))


@pytest.mark.parametrize(
    ("address", "run"),
    [
        ("https://github.com/acme/app/actions/runs/7001/job/1", "7001"),
        ("https://github.com/acme/app/actions/runs/7001", "7001"),
        ("https://github.com/acme/app/actions/runs/7001?check=1", "7001"),
        ("https://github.com/acme/app/actions/runs/7001x", ""),
        ("https://github.com/acme/app/runs/7001", ""),
        ("", ""),
    ],
)
def test_the_run_is_read_from_an_address(address: str, run: str) -> None:
    assert run_of(address) == run


def test_success_anywhere_in_the_statuses_makes_a_deployment_successful(github: Making) -> None:
    statuses = (
        status("INACTIVE", "2026-11-20T15:00:00Z"),
        status("SUCCESS", "2026-11-15T15:00:00Z"),
    )
    forge, _ = github(
        {"Opening": opening(deployments=page(FAILED, deployment(900, M0, *statuses)))}
    )
    baseline = forge.baseline()
    (past,) = baseline.history
    assert (past.id, past.revision, past.run_id) == ("900", M0, "5000")
    assert past.at == datetime(2026, 11, 15, 15, tzinfo=UTC)
    assert past.url == "https://github.com/acme/app/deployments/900"
    assert past.creator is not None
    assert past.creator.login == "carol"
    assert baseline.complete


def test_the_newest_comes_first(github: Making) -> None:
    forge, _ = github(
        {"Opening": opening(deployments=page(deployment(902, C1), deployment(900, M0)))}
    )
    assert [past.revision for past in forge.baseline().history] == [C1, M0]


@pytest.mark.parametrize(
    "other",
    [
        deployment(901, C1, status("SUCCESS", run=7001)),
        deployment(901, C1, status("IN_PROGRESS", run=7001), status("SUCCESS", run=6999)),
        deployment(901, C1, task="migrate"),
        deployment(901, C1, environment="staging"),
        deployment(901, C1, originalEnvironment="staging"),
        deployment(901, C1, statuses=None),
        deployment(901, C1, statuses=page()),
    ],
)
def test_what_is_no_earlier_deployment_to_this_environment_does_not_count(
    github: Making, other: Any
) -> None:
    forge, _ = github({"Opening": opening(deployments=page(other, deployment()))})
    assert [past.revision for past in forge.baseline().history] == [M0]


def test_what_this_very_run_deployed_is_told_apart(github: Making) -> None:
    own = deployment(903, C1, status("SUCCESS", run=7001))
    first = deployment(902, C1, status("IN_PROGRESS", run=7001))
    forge, _ = github({"Opening": opening(deployments=page(own, first, deployment()))})
    baseline = forge.baseline()
    assert baseline.by_this_run is not None
    assert (baseline.by_this_run.id, baseline.by_this_run.run_id) == ("903", "7001")
    assert [past.id for past in baseline.history] == ["900"]


def test_one_of_this_run_on_an_earlier_page_is_kept(github: Making) -> None:
    own = deployment(903, C1, status("SUCCESS", run=7001))
    older = [graph(deployments=page(deployment()))]
    forge, _ = github(
        {"Opening": opening(deployments=page(own, after="one")), "Deployments": older}
    )
    baseline = forge.baseline()
    assert baseline.by_this_run is not None
    assert [past.id for past in baseline.history] == ["900"]


def test_a_run_that_deployed_nothing_yet_says_so(github: Making) -> None:
    first = deployment(902, C1, status("IN_PROGRESS", run=7001))
    forge, _ = github({"Opening": opening(deployments=page(first, deployment()))})
    assert forge.baseline().by_this_run is None


def test_names_of_environments_have_no_case_and_may_be_null(github: Making) -> None:
    found = deployment(900, M0, environment="Production", originalEnvironment=None, task=None)
    forge, _ = github({"Opening": opening(deployments=page(found))})
    assert len(forge.baseline().history) == 1


def test_statuses_of_two_runs_name_no_run(github: Making) -> None:
    found = deployment(900, M0, status("SUCCESS", run=5000), status("SUCCESS", run=5001))
    forge, _ = github({"Opening": opening(deployments=page(found))})
    assert forge.baseline().history[0].run_id == ""


def test_a_deleted_creator_is_somebody_unknown(github: Making) -> None:
    forge, _ = github({"Opening": opening(deployments=page(deployment(creator=None)))})
    creator = forge.baseline().history[0].creator
    assert creator is not None
    assert str(creator) == "somebody unknown"


def test_all_statuses_are_read_when_there_are_many(github: Making) -> None:
    many = {**page(status("INACTIVE")), "pageInfo": {"hasNextPage": True, "endCursor": "x"}}
    rest = [
        {"state": "inactive", "created_at": "2026-11-20T15:00:00Z", "log_url": None},
        {
            "state": "success",
            "created_at": "2026-11-15T15:00:00Z",
            "log_url": "https://x/actions/runs/5000/",
        },
    ]
    key = f"GET {HOME}/deployments/900/statuses"
    forge, transport = github(
        {"Opening": opening(deployments=page(deployment(statuses=many))), key: [rest]}
    )
    assert forge.baseline().history[0].run_id == "5000"
    assert transport.count(key) == 1


def test_the_first_deployment_ever_has_no_baseline(github: Making) -> None:
    forge, _ = github({"Opening": opening(deployments=page())})
    baseline = forge.baseline()
    assert (baseline.history, baseline.current, baseline.complete) == ((), None, True)


def test_older_deployments_are_read_when_the_newest_were_never_successful(github: Making) -> None:
    older = [
        graph(deployments=page(FAILED, after="two")),
        graph(deployments=page(deployment(), after="three")),
    ]
    forge, transport = github(
        {"Opening": opening(deployments=page(FAILED, after="one")), "Deployments": older}
    )
    baseline = forge.baseline()
    assert ([past.id for past in baseline.history], baseline.complete) == (["900"], False)
    assert [
        asked.parameters["after"] for asked in transport.asked if asked.path == "Deployments"
    ] == ["one", "two"]


def test_a_success_on_the_first_page_is_enough(github: Making) -> None:
    forge, transport = github({"Opening": opening(deployments=page(deployment(), after="one"))})
    assert not forge.baseline().complete
    assert transport.count("Deployments") == 0


def test_a_thousand_failures_are_not_a_first_deployment(github: Making) -> None:
    failing = graph(deployments=page(FAILED, after="more"))
    forge, transport = github(
        {"Opening": opening(deployments=page(FAILED, after="one")), "Deployments": failing}
    )
    assert code_of(forge.baseline) == "too-large"
    assert transport.count("Deployments") == 10


def test_a_success_on_the_very_last_page_counts(github: Making) -> None:
    pages = [
        *[graph(deployments=page(FAILED, after="more"))] * 9,
        graph(deployments=page(deployment())),
    ]
    forge, _ = github(
        {"Opening": opening(deployments=page(FAILED, after="one")), "Deployments": pages}
    )
    assert forge.baseline().complete


def test_a_broken_page_of_older_deployments_is_missing(github: Making) -> None:
    broken = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "later"}]}
    forge, _ = github({"Opening": opening(deployments=page(after="one")), "Deployments": broken})
    assert gap_of(forge.baseline).source == "GitHub: deployments to production"
    assert code_of(forge.baseline) == "rate-limited"


def test_a_revision_that_is_no_sha_is_unreadable(github: Making) -> None:
    forge, _ = github({"Opening": opening(deployments=page(deployment(commitOid="main")))})
    assert code_of(forge.baseline) == "unreadable"
