from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import Baseline
from tests.adapters.forges.gitlab.canned import HOME, M0, M1, WEB, Raw, deployment, gitlab, pending
from tests.adapters.forges.gitlab.gaps import code_of

PATH = f"{HOME}/deployments"


def baseline(*deployments: Any, **more: Any) -> Baseline:
    answer = more.pop("answer", list(deployments))
    with gitlab({PATH: answer}, **more) as (asked, _):
        return asked.baseline()


def own(number: int) -> dict[str, Any]:
    return pending(number, status="success")


@pytest.mark.parametrize("read", ["", "glpat"])
def test_the_newest_successful_deployment_is_first(read: str) -> None:
    found = baseline(deployment(901, M1), deployment(900, M0), read=read)
    assert [past.id for past in found.history] == ["901", "900"]
    assert found.complete
    current = found.current
    assert current is not None
    assert (current.revision, current.run_id, current.url) == (
        M1,
        "5000",
        f"{WEB}/-/environments/5",
    )
    assert current.at == datetime(2026, 11, 15, 15, 0, tzinfo=UTC)
    assert current.creator is not None
    assert current.creator.login == "carol"


def test_the_question_is_about_this_environment_and_successes_alone() -> None:
    with gitlab({PATH: []}) as (asked, canned):
        assert asked.baseline().history == ()
    ((_, query, _),) = canned.asked
    wanted = {"environment": "production", "status": "success", "order_by": "id", "sort": "desc"}
    assert wanted.items() <= query.items()


def test_those_of_the_own_pipeline_are_no_baseline() -> None:
    found = baseline(own(950), deployment(900))
    assert [past.id for past in found.history] == ["900"]
    assert found.by_this_run is not None
    assert found.by_this_run.id == "950"
    assert baseline(deployment(900)).by_this_run is None


def test_further_pages_are_read_while_there_is_nothing_but_the_own_pipeline() -> None:
    pages = [own(1000 + at) for at in range(100)]
    found = baseline(*pages, deployment(900))
    assert [past.id for past in found.history] == ["900"]
    assert found.by_this_run is not None
    assert found.by_this_run.id == "1000"


def test_more_than_was_read_is_said() -> None:
    found = baseline(*(deployment(900 - at) for at in range(101)))
    assert (len(found.history), found.complete) == (100, False)


def test_more_pages_of_the_own_pipeline_than_can_be_are_a_gap() -> None:
    page = Raw(200, [own(950)], {"X-Next-Page": "2", "x-total": ""})
    assert code_of(lambda: baseline(answer=page)) == "too-large"


def test_one_that_was_recorded_by_hand_has_no_pipeline() -> None:
    (found,) = baseline(deployment(deployable=None)).history
    assert (found.run_id, found.at) == ("", datetime(2026, 11, 15, 15, 0, 1, tzinfo=UTC))
    (found,) = baseline(
        deployment(deployable={"id": 1, "finished_at": None, "pipeline": None})
    ).history
    assert found.run_id == ""


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"environment": {"id": 6, "name": "staging"}}, "wrong-object"),
        ({"environment": {"id": 6, "name": "Production"}}, "wrong-object"),
        ({"status": "failed"}, "wrong-object"),
        ({"sha": "main"}, "unreadable"),
        ({"environment": None}, "unreadable"),
        ({"deployable": "x"}, "unreadable"),
    ],
)
def test_another_deployment_than_asked_for_is_a_gap(odd: dict[str, Any], code: str) -> None:
    assert code_of(lambda: baseline(deployment(**odd))) == code


def test_deployments_that_may_not_be_read_are_a_gap_and_no_empty_history() -> None:
    assert (
        code_of(lambda: baseline(answer=Raw(403, {"message": "403 Forbidden"}))) == "not-permitted"
    )
    assert (
        code_of(lambda: baseline(answer=Raw(404, {"message": "404 Project Not Found"})))
        == "not-found"
    )
