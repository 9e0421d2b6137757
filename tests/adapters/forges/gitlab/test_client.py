from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question
from gate.adapters.forges.gitlab.transport import Transport
from tests.adapters.forges.gitlab.canned import JOB, READ, Canned, Raw, Turns, recorder, serving
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

ABOUT = Question(what="things")
READ_ONLY = Question(what="secrets", needs=Needs.READ)


def client(canned: Canned, *, read: bool = False) -> Client:
    def connect(token: str, *, is_job_token: bool) -> Transport:
        return Transport(
            canned.url,
            token,
            is_job_token=is_job_token,
            recorder=recorder(),
            deadline=Deadline(30),
            pause=lambda _: None,
        )

    reader = connect(READ, is_job_token=False) if read else None
    return Client(
        "4242", job=connect(JOB, is_job_token=True), reader=reader, host="gitlab.example.com"
    )


def tokens(canned: Canned) -> list[str]:
    return [name for _, _, headers in canned.asked for name in headers if name.endswith("token")]


def test_with_a_read_token_everything_but_the_own_job_is_read_with_it() -> None:
    with serving({"/x": {}, "/job": {}}) as canned:
        asker = client(canned, read=True)
        asker.get(ABOUT, "/x", ())
        asker.own_job(ABOUT, ())
        asker.close()
    assert asker.reads_all
    assert tokens(canned) == ["private-token", "job-token"]


LEFT = Question(what="the evidence of job 7", needs=Needs.LEFT)


def test_what_jobs_left_is_read_with_the_job_token_first() -> None:
    with serving({"/x": {}}) as canned:
        asker = client(canned, read=True)
        assert asker.ask(LEFT, "/x")
        assert tokens(canned) == ["job-token"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_when_that_one_may_not_the_read_token_is_asked(status: int) -> None:
    refusal = Raw(status, {"message": f"{status} Project Not Found"})
    with serving({"/x": Turns(refusal, {})}) as canned:
        asker = client(canned, read=True)
        assert asker.ask(LEFT, "/x")
        assert tokens(canned) == ["job-token", "private-token"]


def test_when_both_may_not_the_gap_names_the_role_that_may() -> None:
    with serving({"/x": Raw(403, {"message": "403 Forbidden"})}) as canned:
        gap = gap_of(lambda: client(canned, read=True).ask(LEFT, "/x"))
        assert (gap.reason_code, tokens(canned)) == (
            "not-permitted",
            ["job-token", "private-token"],
        )
    assert "the role Developer" in gap.remedy


def test_a_broken_answer_to_the_job_token_is_not_taken_for_a_refusal() -> None:
    with serving({"/x": Raw(422, {"message": "no"})}) as canned:
        assert code_of(lambda: client(canned, read=True).ask(LEFT, "/x")) == "unreadable"
        assert tokens(canned) == ["job-token"]


def test_without_one_the_job_token_reads_what_it_may_and_nothing_is_tried_in_vain() -> None:
    with serving({"/x": {}}) as canned:
        asker = client(canned)
        asker.get(ABOUT, "/x", ())
        assert code_of(lambda: asker.get(READ_ONLY, "/x", ())) == "not-permitted"
        asker.close()
    assert not asker.reads_all
    assert tokens(canned) == ["job-token"]


def test_a_refusal_is_a_gap_with_the_host_in_its_words() -> None:
    with serving({"/x": Raw(403, {"message": "403 Forbidden"})}) as canned:
        gap = gap_of(lambda: client(canned).get(ABOUT, "/x", ()))
    assert gap.reason_code == "not-permitted"


def test_what_is_no_json_is_a_gap() -> None:
    with serving({"/x": Raw(200, b"<html>", kind="text/html")}) as canned:
        assert code_of(lambda: client(canned).get(ABOUT, "/x", ())) == "unreadable"


# --- what may be absent -----------------------------------------------------------------------


def test_an_absent_thing_is_none() -> None:
    with serving({"/x": Raw(404, {"message": "404 File Not Found"})}) as canned:
        assert client(canned).ask(ABOUT, "/x") is None


@pytest.mark.parametrize(
    "answer",
    [
        Raw(404, {"message": "404 Project Not Found"}),
        Raw(404, b"<html>", kind="text/html"),
        Raw(403, {"message": "403 Forbidden"}),
    ],
)
def test_a_hidden_project_or_a_proxy_is_no_absent_thing(answer: Raw) -> None:
    with serving({"/x": answer}) as canned:
        gap_of(lambda: client(canned).ask(ABOUT, "/x"))


def test_any_content_comes_as_it_is() -> None:
    with serving({"/x": Raw(200, b"\x00\xff", kind="text/plain")}) as canned:
        answer = client(canned).ask(ABOUT, "/x", parameters={"ref": "HEAD"})
    assert answer is not None
    assert answer.content == b"\x00\xff"


# --- pages ------------------------------------------------------------------------------------


def numbers(canned: Canned, **more: Any) -> list[int]:
    return [one.number("id") for one in client(canned).pages(ABOUT, "/x", ("id",), **more)]


def things(count: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
def test_every_page_is_read(count: int) -> None:
    with serving({"/x": things(count)}) as canned:
        assert numbers(canned) == list(range(count))
    assert canned.count("/x") == max(1, -(-count // 100))


def test_without_totals_pages_are_read_while_there_is_a_next_one() -> None:
    def page(query: Any) -> Raw:
        at = int(query["page"])
        return Raw(200, [{"id": at}], {"X-Next-Page": str(at + 1) if at < 4 else "", "x-total": ""})

    with serving({"/x": page}) as canned:
        assert numbers(canned) == [1, 2, 3, 4]


def test_without_any_header_a_full_page_has_a_next_one() -> None:
    pages = Turns(Raw(200, things(100), {"x-total": ""}), Raw(200, things(3), {"x-total": ""}))
    with serving({"/x": pages}) as canned:
        assert len(numbers(canned)) == 103


def test_fewer_elements_than_promised_are_a_gap() -> None:
    with serving({"/x": Raw(200, things(2), {"X-Total": "3", "X-Next-Page": ""})}) as canned:
        assert code_of(lambda: numbers(canned)) == "unreadable"


@pytest.mark.parametrize("told", ["many", "-1", "1e3", "99999999999999999999"])
@pytest.mark.parametrize("header", ["X-Total", "X-Next-Page"])
def test_a_header_that_is_no_number_is_a_gap(header: str, told: str) -> None:
    headers = {"x-total": "", "X-Next-Page": "", header: told}
    if header == "X-Total":
        del headers["x-total"]
    with serving({"/x": Raw(200, things(1), headers)}) as canned:
        assert code_of(lambda: numbers(canned)) == "unreadable"


def test_more_pages_than_can_be_read_are_a_gap() -> None:
    with serving({"/x": Raw(200, things(100), {"X-Total": "201", "X-Next-Page": "2"})}) as canned:
        assert code_of(lambda: numbers(canned, most=2)) == "too-large"
    with serving({"/x": Raw(200, things(100), {"x-total": ""})}) as canned:
        assert code_of(lambda: numbers(canned, most=2)) == "too-large"


def test_what_is_no_list_is_a_gap() -> None:
    with serving({"/x": {"id": 1}}) as canned:
        assert code_of(lambda: numbers(canned)) == "unreadable"
