from __future__ import annotations

from typing import Any

import pytest
from gitlab import Gitlab, GitlabError

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.question import Question
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Transport
from tests.adapters.forges.gitlab.canned import JOB, READ, recorder
from tests.adapters.forges.gitlab.gaps import code_of, gap_of
from tests.adapters.loopback import Asked, Reply, as_json, serve

ABOUT = Question(what="pipeline 7001")


def made(url: str, token: str = JOB, *, is_job_token: bool = True, **more: Any) -> Transport:
    settings = {"recorder": recorder(), "deadline": Deadline(30), "pause": lambda _: None, **more}
    return Transport(url, token, is_job_token=is_job_token, **settings)


@pytest.mark.parametrize(
    ("is_job_token", "header"), [(True, "JOB-TOKEN"), (False, "PRIVATE-TOKEN")]
)
def test_each_token_travels_in_its_own_header(is_job_token: bool, header: str) -> None:
    with serve(lambda asked, _: as_json({"id": 1})) as server:
        sender = made(f"{server.url}/api/v4", is_job_token=is_job_token)
        answer = sender.send(ABOUT, "/projects/1/pipelines/7001", ("id",), {"page": 2})
        sender.close()
    (asked,) = server.asked
    assert answer.json == {"id": 1}
    assert asked.path == "/api/v4/projects/1/pipelines/7001?page=2"
    assert asked.headers[header] == JOB
    assert {"JOB-TOKEN", "PRIVATE-TOKEN", "Authorization"} & asked.headers.keys() == {header}


def test_a_list_of_values_in_the_address_stays_a_list() -> None:
    with serve(lambda asked, _: as_json({})) as server:
        made(server.url).send(ABOUT, "/projects/1/repository/merge_base?refs[]=a&refs[]=b", ())
    assert (
        server.asked[0].path == "/api/v4/projects/1/repository/merge_base?refs%5B%5D=a&refs%5B%5D=b"
    )


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_refusal_is_an_answer(status: int) -> None:
    with serve(lambda asked, _: as_json({"message": "no"}, status)) as server:
        assert made(server.url).send(ABOUT, "/x", ()).status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("value", ["1", "Wed, 25 Nov 2026 15:00:01 GMT"])
def test_a_wait_in_either_form_is_kept_within_bounds(value: str) -> None:
    waits: list[float] = []

    def answer(_: Asked, before: int) -> Reply:
        if before:
            return as_json({"id": 1})
        return as_json({}, 429, {"Retry-After": value, "Date": "Wed, 25 Nov 2026 15:00:00 GMT"})

    with serve(answer) as server:
        assert made(server.url, pause=waits.append).send(ABOUT, "/x", ()).json == {"id": 1}
    assert waits == [1.0]


def test_a_server_that_wants_to_be_asked_in_a_year_is_not_waited_for() -> None:
    with serve(lambda asked, _: as_json({}, 429, {"Retry-After": "31536000"})) as server:
        assert code_of(lambda: made(server.url).send(ABOUT, "/x", ())) == "rate-limited"
    assert len(server.asked) == 1


def test_a_server_error_is_asked_again_and_then_is_a_gap() -> None:
    with serve(lambda asked, _: as_json({}, 502)) as server:
        assert code_of(lambda: made(server.url).send(ABOUT, "/x", ())) == "unavailable"
    assert len(server.asked) > 1


def test_a_redirect_is_not_followed_with_the_token() -> None:
    with serve(lambda asked, _: as_json({}, 301, {"Location": "http://127.0.0.1:9/"})) as server:
        assert code_of(lambda: made(server.url).send(ABOUT, "/x", ())) == "unreadable"
    assert len(server.asked) == 1


def test_python_gitlab_giving_up_before_it_asks_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: Any, **__: Any) -> None:
        raise GitlabError("no")

    monkeypatch.setattr(Gitlab, "http_request", give_up)
    assert code_of(lambda: made("http://127.0.0.1:9").send(ABOUT, "/x", ())) == "unreadable"


@pytest.mark.parametrize("url", ["http://gitlab.example.com/api/v4", "ftp://x", "https://u:p@x"])
def test_an_address_that_would_show_the_token_is_refused(url: str) -> None:
    assert code_of(lambda: made(url)) == "not-configured"


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "tökén"])
@pytest.mark.parametrize("is_job_token", [True, False])
def test_what_is_no_token_is_not_sent(token: str, is_job_token: bool) -> None:
    gap = gap_of(lambda: made("https://x", token, is_job_token=is_job_token))
    assert gap.reason_code == "not-configured"
    assert ("CI_JOB_TOKEN" if is_job_token else "CHANGE_GATE_GITLAB_TOKEN") in gap.detail


def test_tokens_do_not_show() -> None:
    assert JOB not in repr(Tokens(job=JOB, read=READ))
    assert READ not in repr(Tokens(job=JOB, read=READ))


def test_tokens_are_not_in_what_is_recorded() -> None:
    kept = recorder()
    with serve(lambda asked, _: as_json({"message": f"you sent {JOB}"}, 403)) as server:
        made(server.url, recorder=kept).send(ABOUT, "/x", ())
    assert JOB not in str(kept.exchanges)
