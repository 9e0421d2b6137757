from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.adapters.sources.gitlab_jobs import GitLabJobs, Key
from gate.domain.evidence_ports import Offer
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.evidence.packed import pack
from gate.sandbox.server import Sandbox
from tests.adapters.forges.gitlab.canned import NOW, READ, Canned, Raw, Turns, serving
from tests.adapters.loopback import Reply, serve
from tests.sandbox.asking import world

HOME = "/projects/acme%2Fapp"
PIPELINES, JOBS = f"{HOME}/pipelines", f"{HOME}/pipelines/5000/jobs"
ZIP = f"{HOME}/jobs/50001/artifacts"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
CONTENT = pack({"change-gate-evidence/change-gate/evidence/record.json": b"{}"})
OFFER = Offer(name="x.zip", ref="50001")
FILES = [{"file_type": "archive", "size": 1000}, {"file_type": "trace", "size": 10}]
LEFT: dict[str, Any] = {
    "production": {"run": 5000, "commit": "m0", "at": "-20d"},
    "staging": {"run": 5000, "commit": "m0", "environment": "staging", "job": "gate-staging",
                "at": "-20d", "stored": "-9d"},
    "again": {"run": 5001, "commit": "m0", "at": "-15d", "verdict": "block"},
    "later": {"run": 5001, "commit": "m0", "at": "-14d", "attempt": 2},
    "gone": {"run": 5002, "commit": "m0", "at": "-10d", "expired": True},
    "sweep": {"run": 5003, "commit": "m0", "at": "-5d", "job": "change-gate-follow-up",
              "artifact": "change-gate-follow-up/change-gate-follow-up/sweep", "files": {"record.json": "{}"}},
}  # fmt: skip


def pipeline(number: int = 5000, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "project_id": 4242,
        "created_at": "2026-11-10T11:00:00.000Z",
        "web_url": f"https://gitlab.example.com/acme/app/-/pipelines/{number}",
        **more,
    }


def job(number: int = 50001, of: int = 5000, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "change-gate",
        "status": "success",
        "finished_at": "2026-11-10T12:00:00.000Z",
        "erased_at": None,
        "artifacts": FILES,
        "artifacts_expire_at": "2028-11-10T12:00:00.000Z",
        "pipeline": {"id": of},
        **more,
    }


def top(pipelines: Any) -> Callable[[Mapping[str, str]], Any]:
    """The list of pipelines; that of child pipelines is empty."""
    return lambda query: [] if "source" in query else pipelines


@contextmanager
def source(
    table: Mapping[str, Any], project: str = "acme/app", **more: Any
) -> Iterator[tuple[GitLabJobs, Canned]]:
    with serving({PIPELINES: top([pipeline()]), JOBS: [job()], **table}) as canned:
        made = GitLabJobs(
            project,
            api_url=f"{canned.url}/api/v4",
            key=more.pop("key", Key(token=READ)),
            clock=lambda: NOW,
            pause=lambda _: None,
            **more,
        )
        try:
            yield made, canned
        finally:
            made.close()


def offers(table: Mapping[str, Any], **more: Any) -> list[Offer]:
    with source(table, **more) as (made, _):
        return list(made.offers(SINCE, UNTIL))


def fetched(answer: Any) -> bytes:
    with source({ZIP: answer}) as (made, _):
        return made.fetch(OFFER)


def missing_of(ask: Callable[[], object]) -> Missing:
    with pytest.raises(FactMissing) as error:
        ask()
    return error.value.missing


@pytest.mark.parametrize("object_storage", [False, True])
@pytest.mark.parametrize("key", [Key(token="t"), Key(token="j", is_job_token=True)])
def test_what_jobs_left_in_the_sandbox_is_offered_and_fetched(
    object_storage: bool, key: Key
) -> None:
    some = world(
        prior_evidence=LEFT,
        gitlab={"read_role": "developer", "object_storage": object_storage},
        latency="1ms",
    )
    names = ["gate", "gate-staging", "change-gate-follow-up"]
    with Sandbox(some) as box:
        made = GitLabJobs(
            "acme/app", api_url=f"{box.url}/gitlab/api/v4", key=key, clock=box.clock, names=names
        )
        found = list(made.offers(some.now - timedelta(days=30), some.now))
        with ThreadPoolExecutor(4) as pool:
            contents = list(pool.map(made.fetch, [one for one in found if not one.gone]))
        made.close()
    host = box.url.removeprefix("http://")
    assert made.address == f"jobs of {host}/gitlab/acme/app"
    places = [one.name.split("/")[-2:] for one in found]
    assert sorted((run, name.partition("-")[2]) for run, name in places) == [
        ("5000", "gate-staging.zip"),
        ("5000", "gate.zip"),
        ("5001", "gate.zip"),
        ("5001", "gate.zip"),
        ("5002", "gate.zip"),
        ("5003", "change-gate-follow-up.zip"),
    ]
    assert all(
        one.name.startswith(f"{host.replace(':', '_3a')}_2fgitlab/acme/app/") for one in found
    )
    assert [one.name.split("/")[-2] for one in found if one.gone] == ["5002"]
    assert all(content.startswith(b"PK") for content in contents)
    assert len(set(contents)) == 5


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"route": "GET /storage/**", "status": 503, "times": 2}, ""),
        ({"route": "GET **/pipelines", "status": 502, "times": 1}, ""),
        ({"route": "GET **/artifacts", "reset": True, "times": 1}, ""),
        ({"route": "GET /storage/**", "truncate": 10, "times": 2}, ""),
        ({"route": "GET /storage/**", "truncate": 10}, "unavailable"),
        ({"route": "GET /storage/**", "status": 503}, "unavailable"),
        (
            {"route": "GET **/artifacts", "status": 404, "body": '{"message": "404 Not found"}'},
            "not-found",
        ),
    ],
)
def test_what_goes_wrong_on_the_way_is_tried_again_and_then_said(fault: Any, code: str) -> None:
    some = world(
        prior_evidence={"5000": {"commit": "m0", "at": "-2d"}},
        gitlab={"read_role": "developer", "object_storage": True},
        faults=[fault],
    )
    with Sandbox(some) as box:
        made = GitLabJobs(
            "acme/app",
            api_url=f"{box.url}/gitlab/api/v4",
            key=Key(token="t"),
            clock=box.clock,
            names=["gate"],
            pause=lambda _: None,
        )
        (found,) = made.offers(some.now - timedelta(days=30), some.now)
        if code:
            assert missing_of(lambda: made.fetch(found)).reason_code == code
        else:
            assert made.fetch(found).startswith(b"PK")
        made.close()


def test_the_names_of_the_component_are_asked_for_by_themselves() -> None:
    jobs = [
        job(1),
        job(2, name="change-gate-follow-up"),
        job(3, name="change-gate-staging"),
        job(4, name="deploy"),
    ]
    assert [one.ref for one in offers({JOBS: jobs})] == ["1", "2"]
    assert [one.ref for one in offers({JOBS: jobs}, names=["change-gate-staging"])] == ["3"]


def test_a_job_that_was_retried_is_offered_beside_the_new_one() -> None:
    with source({JOBS: [job(2), job(1, status="failed")]}) as (made, canned):
        found = list(made.offers(SINCE, UNTIL))
    assert [one.name.rpartition("/")[2] for one in found] == [
        "2-change-gate.zip",
        "1-change-gate.zip",
    ]
    assert [query["include_retried"] for path, query, _ in canned.asked if path == JOBS] == ["true"]


def test_gates_in_child_pipelines_are_found_as_well() -> None:
    table = {
        PIPELINES: lambda query: [pipeline(5001)] if "source" in query else [pipeline()],
        f"{PIPELINES}/5001/jobs": [job(7, 5001)],
    }
    assert [one.ref for one in offers(table)] == ["50001", "7"]


def test_pipelines_are_found_by_their_last_update() -> None:
    """A job that is played after weeks updates its pipeline then."""
    with source({}) as (made, canned):
        assert len(list(made.offers(SINCE, UNTIL))) == 1
    asked = [query for path, query, _ in canned.asked if path == PIPELINES]
    assert [query["updated_after"] for query in asked] == ["2026-10-31T00:00:00Z"] * 2
    assert not any("updated_before" in query for query in asked)


@pytest.mark.parametrize(
    ("changes", "is_offered"),
    [
        ({"finished_at": "2026-10-30T12:00:00.000Z"}, False),
        ({"finished_at": "2026-12-30T12:00:00.000Z"}, True),
        ({"finished_at": None}, True),
        ({"status": "running"}, False),
        ({"status": "canceled"}, True),
        ({"status": "canceled", "artifacts": []}, False),
    ],
)
def test_what_may_be_of_the_period_is_offered(changes: dict[str, Any], is_offered: bool) -> None:
    assert bool(offers({JOBS: [job(**changes)]})) is is_offered


def test_a_pipeline_that_was_made_after_the_period_is_not_asked_about() -> None:
    with source({PIPELINES: top([pipeline(created_at="2026-11-26T00:00:00.000Z")])}) as (
        made,
        canned,
    ):
        assert list(made.offers(SINCE, UNTIL)) == []
        assert canned.count(JOBS) == 0


LOG = [{"file_type": "trace", "size": 10}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"artifacts": LOG, "artifacts_expire_at": "2026-11-20T12:00:00.000Z"},
            "its retention ended on 2026-11-20, and GitLab deleted it: only a copy or an archive still holds it",
        ),
        (
            {"artifacts": LOG},
            "somebody deleted its files, which GitLab was to keep until 2028-11-10",
        ),
        (
            {"artifacts": [], "erased_at": "2026-11-21T12:00:00.000Z"},
            "somebody erased the job and its files on 2026-11-21: only a copy or an archive still holds it",
        ),
        (
            {"artifacts": [], "artifacts_expire_at": None},
            "GitLab has no files of this job: it left none, or somebody deleted them",
        ),
        (
            {"artifacts": [{"file_type": "archive", "size": 64_000_001}]},
            "it is larger than 64000000 bytes, which no evidence of the gate is",
        ),
    ],
)
def test_what_cannot_be_had_is_offered_as_gone(changes: dict[str, Any], said: str) -> None:
    (found,) = offers({JOBS: [job(**changes)]})
    assert found.gone == said


def test_an_archive_that_gitlab_keeps_beyond_its_end_can_be_had() -> None:
    """The newest artifacts of a branch are kept, whatever their end says."""
    (found,) = offers({JOBS: [job(artifacts_expire_at="2026-11-20T12:00:00.000Z")]})
    assert found.gone == ""


def test_a_project_may_be_named_by_its_number() -> None:
    home = "/projects/4242"
    table = {f"{home}/pipelines": top([pipeline()]), f"{home}/pipelines/5000/jobs": [job()]}
    (found,) = offers(table, project="4242")
    assert found.name.endswith("/acme/app/5000/50001-change-gate.zip")
    strange = {f"{home}/pipelines": top([pipeline(project_id=1)])}
    assert missing_of(lambda: offers(strange, project="4242")).reason_code == "wrong-object"


@pytest.mark.parametrize(
    "table",
    [
        {
            PIPELINES: top(
                [pipeline(web_url="https://gitlab.example.com/acme/other/-/pipelines/5000")]
            )
        },
        {JOBS: [job(of=4999)]},
    ],
)
def test_answers_about_something_else_are_refused(table: dict[str, Any]) -> None:
    assert missing_of(lambda: offers(table)).reason_code == "wrong-object"


MANY = [pipeline(number) for number in range(5000, 5150)]


def paged(
    first: list[Any], second: list[Any], total: int = 150
) -> Callable[[Mapping[str, str]], Any]:
    """Two pages of the list of pipelines."""

    def answer(query: Mapping[str, str]) -> Any:
        if "source" in query:
            return []
        body, onward = (second, "") if query["page"] == "2" else (first, "2")
        return Raw(body=body, headers={"X-Total": str(total), "X-Next-Page": onward})

    return answer


@pytest.mark.parametrize(
    "torn",
    [
        paged(MANY[:100], MANY[101:]),  # one of the first page fell out meanwhile
        paged(MANY[:100], MANY[99:149]),  # one came in
    ],
)
def test_a_list_that_changes_meanwhile_is_read_again(torn: Any) -> None:
    whole = {f"{PIPELINES}/{one['id']}/jobs": [job(1, one["id"])] for one in MANY}
    turns = Turns(torn, torn, paged(MANY[:100], MANY[100:]))
    with source({**whole, PIPELINES: turns}) as (made, _):
        assert len(list(made.offers(SINCE, UNTIL))) == 150


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({PIPELINES: paged(MANY[:100], [], 200)}, "unreadable"),
        ({PIPELINES: paged(MANY[:100], MANY[99:149])}, "unreadable"),
        ({PIPELINES: top(Raw(500, {"message": "500"}))}, "unavailable"),
        ({PIPELINES: Raw(200, b"<html>", kind="text/html")}, "unreadable"),
        ({JOBS: Raw(500, {"message": "500"})}, "unavailable"),
        ({JOBS: [{}]}, "unreadable"),
        ({JOBS: Raw(404, {"message": "404 Not Found"})}, "not-found"),
        (
            {JOBS: lambda query: (
                Raw(body=[job()], headers={"X-Total": "150", "X-Next-Page": "2"})
                if query["page"] == "1" else Raw(500, {"message": "500"})
            )},
            "unavailable",
        ),
    ],
)  # fmt: skip
def test_a_list_that_does_not_come_whole_is_none(table: dict[str, Any], code: str) -> None:
    assert missing_of(lambda: offers(table)).reason_code == code


def test_a_long_list_is_read_in_slices_of_time_from_the_oldest_on() -> None:
    def answer(query: Mapping[str, str]) -> Any:
        if "source" in query:
            return []
        whole = query.get("updated_before", "2026-11-25T15:00:00Z")
        length = datetime.fromisoformat(whole) - datetime.fromisoformat(query["updated_after"])
        if length > timedelta(days=10):
            return Raw(body=[pipeline()], headers={"X-Total": "2001", "X-Next-Page": "2"})
        return [pipeline()]

    with source({PIPELINES: answer}) as (made, canned):
        assert len(list(made.offers(SINCE, UNTIL))) == 1
    asked = [
        query for path, query, _ in canned.asked if path == PIPELINES and "source" not in query
    ]
    slices = [(one["updated_after"], one.get("updated_before", "")) for one in asked]
    assert slices == [
        ("2026-10-31T00:00:00Z", ""),
        ("2026-10-31T00:00:00Z", "2026-11-12T19:30:00Z"),
        ("2026-10-31T00:00:00Z", "2026-11-06T09:45:00Z"),
        ("2026-11-06T09:45:00Z", "2026-11-12T19:30:00Z"),
        ("2026-11-12T19:30:00Z", ""),
        ("2026-11-12T19:30:00Z", "2026-11-19T05:15:00Z"),
        ("2026-11-19T05:15:00Z", ""),
    ]


def test_too_many_within_an_hour_are_said() -> None:
    endless = Raw(body=[pipeline()], headers={"X-Total": "2001", "X-Next-Page": "2"})
    gap = missing_of(lambda: offers({PIPELINES: top(endless)}))
    assert (gap.reason_code, gap.remedy) == ("too-large", "ask for a shorter period")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_names_the_token_and_its_role(status: int) -> None:
    gap = missing_of(lambda: offers({PIPELINES: Raw(status, {"message": f"{status} no"})}))
    assert "`read_api` and the role Developer" in gap.remedy
    assert "deploy" not in gap.remedy


def test_a_limit_is_waited_for_when_it_is_over_soon() -> None:
    waits = list[float]()
    busy = Raw(429, b"Retry later", {"Retry-After": "59"}, "text/plain")
    with serving({PIPELINES: Turns(busy, []), JOBS: []}) as canned:
        made = GitLabJobs(
            "acme/app",
            api_url=canned.url,
            key=Key(token=READ),
            clock=lambda: NOW,
            pause=waits.append,
        )
        assert list(made.offers(SINCE, UNTIL)) == []
        made.close()
    assert [wait for wait in waits if wait > 1] == [59]


def test_the_archive_may_come_at_once() -> None:
    assert fetched(Raw(200, CONTENT, kind="application/octet-stream")) == CONTENT


def test_the_archive_comes_from_storage_without_the_token() -> None:
    with serve(lambda asked, _: Reply(body=CONTENT, kind="application/zip")) as storage:
        location = {"Location": f"{storage.url}/a?sig=s"}
        assert fetched(Raw(302, b"", location, "text/plain")) == CONTENT
        (asked,) = storage.asked
    assert READ not in str(asked.headers)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(404, {"message": "404 Not found"}), "not-found"),
        (Raw(401, {"message": "401 Unauthorized"}), "not-authenticated"),
        (Raw(403, {"message": "403 Forbidden"}), "not-permitted"),
        (Raw(500, {"message": "500"}), "unavailable"),
        (Raw(302, b"", {"Location": "http://storage.example/a"}, "text/plain"), "unreadable"),
        (Raw(302, b"", {}, "text/plain"), "unreadable"),
        (Raw(200, b"<html>", kind="text/html"), "unreadable"),
    ],
)
def test_an_archive_that_does_not_come_is_missing(answer: Raw, code: str) -> None:
    assert missing_of(lambda: fetched(answer)).reason_code == code


@pytest.mark.parametrize("answer", [(403, b"<Error/>"), (200, b"<html>")])
def test_storage_that_gives_something_else_is_said(answer: tuple[int, bytes]) -> None:
    status, body = answer
    with serve(lambda asked, _: Reply(status=status, body=body, kind="application/xml")) as storage:
        location = {"Location": f"{storage.url}/a?sig=s"}
        gap = missing_of(lambda: fetched(Raw(302, b"", location, "text/plain")))
    assert gap.reason_code == "unreadable"


def test_an_offer_of_somebody_else_leads_nowhere_else() -> None:
    with source({}) as (made, canned):
        missing_of(lambda: made.fetch(Offer(name="x.zip", ref="../../user")))
    assert [path for path, _, _ in canned.asked] == [f"{HOME}/jobs/..%2F..%2Fuser/artifacts"]


@pytest.mark.parametrize("token", ["", " ", "a b"])
def test_without_a_token_nothing_is_asked(token: str) -> None:
    gap = missing_of(
        lambda: GitLabJobs(
            "acme/app", api_url="https://gitlab.com", key=Key(token=token), clock=lambda: NOW
        )
    )
    assert gap.reason_code == "not-configured"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


def test_a_token_does_not_show() -> None:
    assert "secret" not in repr(Key(token="secret"))
