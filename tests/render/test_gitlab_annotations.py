from __future__ import annotations

import json

import pytest

from gate.domain.control import Failed, Observation, Passed, Reason
from gate.domain.decision import Decision
from gate.render.gitlab_annotations import LONGEST_LABEL, MOST, job_annotations
from tests.render.decisions import FAILED, GAP, PASSED, decision, nothing_known, result


def links(found: Decision) -> list[tuple[str, str]]:
    told = json.loads(job_annotations(found, None))
    assert list(told) == ["Change Gate"]
    assert all(list(one) == ["external_link"] for one in told["Change Gate"])
    return [
        (one["external_link"]["label"], one["external_link"]["url"]) for one in told["Change Gate"]
    ]


def seen(*observations: Observation) -> Decision:
    return decision(result(Passed(observations=observations), "ticket"))


def test_what_to_do_comes_first_then_what_was_seen() -> None:
    found = links(decision(result(PASSED, "ticket"), result(FAILED)))
    assert found == [
        ("review: #12 by bob has no approval that counts", "https://github.com/acme/app/pull/12"),
        ("ticket: CHG-7 approved by alice", "https://acme.example/CHG-7"),
    ]


def test_what_leads_nowhere_is_left_out() -> None:
    assert links(nothing_known(GAP)) == []
    assert links(seen(Observation("x"))) == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x/\n", "data:text/html,x", "https://x y/", "ftp://x/"]
)
def test_only_web_pages_are_linked(url: str) -> None:
    assert links(seen(Observation("x", url))) == []


def test_an_address_stays_as_it_is() -> None:
    url = "https://gitlab.example.com/a?b=1&c='2'"
    assert links(seen(Observation("x", url))) == [("ticket: x", url)]


def test_a_label_is_one_visible_line() -> None:
    ((label, _),) = links(seen(Observation("a\nb\u202ec" + "x" * 500, "https://x/")))
    assert "\n" not in label
    assert "\\u202e" in label
    assert len(label) < LONGEST_LABEL + 60


def test_there_are_not_more_than_anybody_reads() -> None:
    many = tuple(
        Reason(code="x", text=f"{at}", remedy="y", url=f"https://x/{at}") for at in range(80)
    )
    assert len(links(decision(result(Failed(reasons=many))))) == MOST
