from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from gate.adapters.sources.github_artifacts import GitHubArtifacts, host_of
from gate.domain.evidence_ports import Offer
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.sandbox.server import Sandbox
from tests.adapters.loopback import Reply, as_json, serve
from tests.adapters.sources.github_table import (
    CONTENT,
    LIST,
    NOW,
    SINCE,
    TOKEN,
    UNTIL,
    Turns,
    artifact,
    listing,
    offers,
    packed,
    sent_to,
    source,
)
from tests.sandbox.asking import world

ZIP = f"{LIST}/1/zip"
OFFER = Offer(name="x.zip", ref="1", digest=artifact()["digest"])
LEFT: dict[str, Any] = {
    "production": {"run": 5000, "commit": "m0", "at": "-20d"},
    "staging": {"run": 5000, "commit": "m0", "environment": "staging", "at": "-20d"},
    "gone": {"run": 5001, "commit": "m0", "at": "-15d", "expired": True},
    "sweep": {"run": 5002, "commit": "m0", "at": "-10d", "artifact": "change-gate-follow-up-5002-1-production",
              "files": {"record.json": "{}"}},
    "other": {"run": 5003, "commit": "m0", "at": "-5d", "artifact": "coverage"},
}  # fmt: skip


def missing_of(ask: Callable[[], object]) -> Missing:
    with pytest.raises(FactMissing) as error:
        ask()
    return error.value.missing


def fetched(answers: dict[str, Any], offer: Offer = OFFER) -> bytes:
    with source(answers) as (made, _):
        return made.fetch(offer)


def test_what_runs_left_in_the_sandbox_is_offered_and_fetched() -> None:
    some = world(prior_evidence=LEFT, latency="1ms")
    with Sandbox(some) as box:
        made = GitHubArtifacts("ACME/App", api_url=f"{box.url}/github", token="t", clock=box.clock)
        found = list(made.offers(some.now - timedelta(days=30), some.now))
        with ThreadPoolExecutor(4) as pool:
            contents = list(pool.map(made.fetch, [one for one in found if not one.gone]))
        made.close()
    host = box.url.removeprefix("http://").replace(":", "_3a")
    assert made.address == f"artifacts of {box.url.removeprefix('http://')}/ACME/App"
    assert {one.name.rpartition("/")[0] for one in found} == {
        f"{host}/acme/app/{run}" for run in (5000, 5001, 5002)
    }
    assert [one.name.partition("-change-gate-")[2] for one in found if one.gone] == [
        "evidence-5001-1-production.zip"
    ]
    assert [one.name.rpartition("/")[2] for one in found][-1] == (
        f"{found[-1].ref}-change-gate-follow-up-5002-1-production.zip"
    )
    assert all(content.startswith(b"PK") for content in contents)
    assert len(set(contents)) == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"route": "GET /storage/**", "status": 503, "times": 2}, ""),
        ({"route": "GET **/actions/artifacts", "status": 502, "times": 1}, ""),
        ({"route": "GET **/zip", "reset": True, "times": 1}, ""),
        ({"route": "GET /storage/**", "truncate": 10, "times": 2}, ""),
        ({"route": "GET /storage/**", "truncate": 10}, "unavailable"),
        ({"route": "GET /storage/**", "status": 503}, "unavailable"),
        ({"route": "GET **/zip", "status": 410, "body": "{}"}, "not-found"),
    ],
)
def test_what_goes_wrong_on_the_way_is_tried_again_and_then_said(fault: Any, code: str) -> None:
    some = world(prior_evidence={"5000": {"commit": "m0", "at": "-2d"}}, faults=[fault])
    with Sandbox(some) as box:
        made = GitHubArtifacts(
            "acme/app",
            api_url=f"{box.url}/github",
            token="t",
            clock=box.clock,
            pause=lambda _: None,
        )
        (found,) = made.offers(some.now - timedelta(days=30), some.now)
        if code:
            assert missing_of(lambda: made.fetch(found)).reason_code == code
        else:
            assert made.fetch(found).startswith(b"PK")
        made.close()


def test_the_whole_list_is_read_whatever_its_order() -> None:
    some = [artifact(number) for number in range(1, 251)]
    with source({LIST: listing(*some)}) as (made, table):
        found = list(made.offers(SINCE, UNTIL))
        assert len({one.name for one in found}) == 250
        assert table.count(LIST) == 3


def test_names_are_globs_and_exact_ones_are_asked_for_by_name() -> None:
    some = [artifact(1, name="mine-1"), artifact(2, name="mine"), artifact(3, name="yours")]
    assert [one.ref for one in offers({LIST: listing(*some)}, names=["mine*"])] == ["1", "2"]
    with source({LIST: listing(*some)}, names=["mine", "yours"]) as (made, table):
        assert [one.ref for one in made.offers(SINCE, UNTIL)] == ["2", "3"]
        assert ["name=" in one.path for one in table.asked] == [True, True]


@pytest.mark.parametrize(
    ("created", "is_offered"),
    [
        ("2026-10-31T00:00:00Z", True),
        ("2026-10-30T23:59:59Z", False),
        ("2027-01-03T23:59:59Z", True),
        ("2027-01-04T00:00:00Z", False),
        (None, True),
    ],
)
def test_what_may_be_of_the_period_is_offered(created: str | None, is_offered: bool) -> None:
    found = offers({LIST: listing(artifact(created_at=created))})
    assert bool(found) is is_offered


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"expired": True, "expires_at": "2026-11-20T12:00:00Z"},
            "its retention ended on 2026-11-20, and GitHub deleted it: only a copy or an archive still holds it",
        ),
        (
            {"expired": True, "expires_at": None},
            "its retention ended, and GitHub deleted it: only a copy or an archive still holds it",
        ),
        (
            {"size_in_bytes": 64_000_001},
            "it is larger than 64000000 bytes, which no evidence of the gate is",
        ),
    ],
)
def test_what_cannot_be_had_is_offered_as_gone(changes: dict[str, Any], said: str) -> None:
    (found,) = offers({LIST: listing(artifact(**changes))})
    assert found.gone == said


def test_what_github_does_not_tell_is_left_empty() -> None:
    bare = {
        **artifact(),
        "digest": None,
        "workflow_run": None,
    }
    (found,) = offers({LIST: listing(bare)})
    assert (found.digest, found.name.split("/")[3]) == ("", "unknown")


def test_names_of_files_lead_nowhere_else() -> None:
    hostile = artifact(name="change-gate-..\\x\u202e y", workflow_run={"id": 12})
    (found,) = offers({LIST: listing(hostile)})
    assert found.name.endswith("/acme/app/12/1-change-gate-.._5cx_e2_80_ae_20y.zip")


def test_artifacts_of_forks_are_passed_over() -> None:
    """Whoever proposes code from a fork can upload anything under any name."""
    forked = artifact(2, workflow_run={"head_repository_id": 666})
    assert [one.ref for one in offers({LIST: listing(artifact(), forked)})] == ["1"]


@pytest.mark.parametrize(
    "other",
    [
        artifact(2, url="https://api.github.com/repos/acme/other/actions/artifacts/2"),
        artifact(2, url=f"https://api.github.com{LIST}/3"),
        artifact(2, workflow_run={"repository_id": 1, "head_repository_id": 1}),
    ],
)
def test_artifacts_of_another_repository_are_refused(other: Any) -> None:
    gap = missing_of(lambda: offers({LIST: listing(artifact(), other)}))
    assert gap.reason_code == "wrong-object"
    assert "whoever administers the forge" in gap.remedy


def test_a_list_that_changes_meanwhile_is_read_again() -> None:
    some = [artifact(number) for number in range(1, 151)]
    torn = Turns(
        listing(
            *some[:100], *some[99:149]
        ),  # page 1 as it was, page 2 after one of page 1 was deleted
        listing(*some[:100], *some[99:149]),
        listing(*some[1:]),
    )
    with source({LIST: torn}) as (made, table):
        assert len(list(made.offers(SINCE, UNTIL))) == 149
        assert table.count(LIST) == 4


@pytest.mark.parametrize(
    "broken",
    [
        listing(artifact(), total=2),
        listing(artifact(), artifact(), total=2),
        {"total_count": 1, "artifacts": [{}]},
        {"artifacts": []},
        Reply(body=b"<html>", kind="text/html"),
        as_json({"message": "Server Error"}, 500),
        lambda query: (
            listing(*[artifact(number) for number in range(1, 151)])(query)
            if query["page"] == "1"
            else as_json({"message": "Server Error"}, 500)
        ),
    ],
)
def test_a_list_that_does_not_come_whole_is_none(broken: Any) -> None:
    gap = missing_of(lambda: offers({LIST: broken}))
    assert gap.reason_code in {"unreadable", "unavailable"}
    assert gap.remedy.startswith("run it again")


def test_more_than_can_be_read_is_said() -> None:
    gap = missing_of(lambda: offers({LIST: listing(artifact(), total=100_001)}))
    assert (gap.reason_code, gap.remedy) == ("too-large", "ask for a shorter period")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_names_the_permission(status: int) -> None:
    gap = missing_of(lambda: offers({LIST: as_json({"message": "no"}, status)}))
    assert "`permissions: actions: read`" in gap.remedy
    assert "deploy" not in gap.remedy


def test_a_limit_is_waited_for_when_it_is_over_soon() -> None:
    busy = as_json(
        {"message": "You have exceeded a secondary rate limit"}, 403, {"Retry-After": "60"}
    )
    waits: list[float] = []
    found = offers({LIST: Turns(busy, listing(artifact()))}, waits=waits)
    assert len(found) == 1
    assert [wait for wait in waits if wait > 1] == [60]


def test_a_limit_that_lasts_is_said() -> None:
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"}
    gap = missing_of(
        lambda: offers({LIST: as_json({"message": "API rate limit exceeded"}, 403, reset)})
    )
    assert gap.reason_code == "rate-limited"
    assert gap.remedy == "run it again once the limit is over: it goes on where it stopped"


def test_the_content_comes_from_storage_without_the_token() -> None:
    with serve(lambda asked, _: packed()) as storage:
        assert fetched({ZIP: sent_to(f"{storage.url}/a?sig=s")}) == CONTENT
        (asked,) = storage.asked
    assert "Authorization" not in asked.headers
    assert TOKEN not in str(asked.headers)


def test_the_content_may_come_at_once_and_needs_no_recorded_digest() -> None:
    assert fetched({ZIP: packed()}, Offer(name="x.zip", ref="1")) == CONTENT


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (as_json({"message": "Artifact has expired"}, 410), "not-found"),
        (as_json({"message": "Not Found"}, 404), "not-found"),
        (as_json({"message": "no"}, 403), "not-permitted"),
        (as_json({"message": "no"}, 500), "unavailable"),
        (sent_to(""), "unreadable"),
        (sent_to("http://storage.example/a"), "unreadable"),
        (sent_to("/relative"), "unreadable"),
        (Reply(body=CONTENT[:-1], kind="application/zip"), "wrong-object"),
        (Reply(body=CONTENT, kind="application/zip", promises=len(CONTENT) + 1), "unavailable"),
    ],
)
def test_content_that_does_not_come_as_it_was_recorded_is_missing(answer: Any, code: str) -> None:
    assert missing_of(lambda: fetched({ZIP: answer})).reason_code == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(body=b"<html>", kind="text/html"), "unreadable"),
        (Reply(status=403, body=b"<Error/>", kind="application/xml"), "unavailable"),
    ],
)
def test_storage_that_gives_something_else_is_said(answer: Reply, code: str) -> None:
    with serve(lambda asked, _: answer) as storage:
        table = {ZIP: sent_to(f"{storage.url}/a?sig=s")}
        gap = missing_of(lambda: fetched(table, Offer(name="x.zip", ref="1")))
    assert gap.reason_code == code


def test_an_offer_of_somebody_else_leads_nowhere_else() -> None:
    with source({}) as (made, table):
        gap = missing_of(lambda: made.fetch(Offer(name="x.zip", ref="../../../user")))
    assert gap.reason_code == "not-found"
    assert [one.path for one in table.asked] == [f"{LIST}/..%2F..%2F..%2Fuser/zip"]


@pytest.mark.parametrize(
    ("api", "token"), [("https://api.github.com", " "), ("https://api.github.com", "a b")]
)
def test_without_a_token_nothing_is_asked(api: str, token: str) -> None:
    gap = missing_of(
        lambda: GitHubArtifacts("acme/app", api_url=api, token=token, clock=lambda: NOW)
    )
    assert gap.reason_code == "not-configured"
    assert "GITHUB_TOKEN" in gap.remedy


def test_an_address_that_is_not_encrypted_is_refused() -> None:
    gap = missing_of(
        lambda: GitHubArtifacts(
            "acme/app", api_url="http://github.example", token="t", clock=lambda: NOW
        )
    )
    assert gap.reason_code == "not-configured"


@pytest.mark.parametrize(
    ("api", "host"),
    [
        ("https://api.github.com", "github.com"),
        ("https://ghe.acme.example/api/v3", "ghe.acme.example"),
        ("https://api.acme.ghe.com", "acme.ghe.com"),
    ],
)
def test_the_host_is_the_one_that_people_know(api: str, host: str) -> None:
    assert host_of(api) == host
