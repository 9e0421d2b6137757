"""The people of the merge requests are told, or it is said why not; the verdict never depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gate.app.pipeline import Pipeline, Told
from gate.app.tell_people import MOST, best_effort, tell_people
from gate.domain.decision import Decision
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.sandbox.gitlab_rest.access import WRITE_TOKEN
from gate.sandbox.runner import environ, gitlab_environ
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault
from tests import builders as b
from tests.app.hosts import host, on_github, on_gitlab, said
from tests.render.decisions import FAILED, GAP, decision, nothing_known, result
from tests.sandbox.asking import raw


@dataclass
class Board:
    """`Notices` in memory; what `gaps` names cannot be told."""

    gaps: dict[int, str] = field(default_factory=dict)
    told: list[tuple[int, str, str]] = field(default_factory=list)

    def tell(self, number: int, text: str, marker: str) -> None:
        if code := self.gaps.get(number):
            raise FactMissing(b.missing(reason_code=code, detail="the token may not", remedy=""))
        self.told.append((number, text, marker))


def told(found: Decision, directory: Path = Path()) -> Told:
    return Told(decision=found, policy=None, summary="", directory=directory, digest="sha256:0")


def of(*numbers: int, **changes: Any) -> Decision:
    """A blocked deploy of these merge requests."""
    requests = [b.request(number) for number in numbers]
    return decision(
        result(FAILED), change=b.change(*requests), scope=b.scoped(*requests), **changes
    )


NOTHING = decision(scope=b.scoped(merge_requests=()))


def tell(board: Board, found: Decision) -> list[str]:
    return list(tell_people(board, told(found)))


def test_every_merge_request_of_the_deploy_gets_the_note() -> None:
    board = Board()
    assert tell(board, of(11, 12)) == []
    assert [number for number, _, _ in board.told] == [11, 12]
    assert {marker for _, _, marker in board.told} == {"verdict:production"}
    assert all("Blocked" in text for _, text, _ in board.told)


def test_what_is_out_of_scope_of_the_deploy_is_not_told() -> None:
    board = Board()
    tell(
        board,
        decision(change=b.change(b.request(11), b.request(12)), scope=b.scoped(b.request(12))),
    )
    assert [number for number, _, _ in board.told] == [12]


def test_without_a_scope_the_whole_change_is_told() -> None:
    board = Board()
    tell(board, decision(change=b.change(b.request(11)), scope=GAP))
    assert [number for number, _, _ in board.told] == [11]


@pytest.mark.parametrize(
    "found", [nothing_known(GAP), decision(change=GAP, scope=GAP), NOTHING, of(11, run=GAP)]
)
def test_where_nobody_can_say_what_it_is_about_nobody_is_told(found: Decision) -> None:
    board = Board()
    assert tell(board, found) == []
    assert board.told == []


def test_of_a_large_change_the_latest_are_told() -> None:
    requests = [
        b.request(number, merged_at=b.NOW - timedelta(hours=number))
        for number in range(1, MOST + 4)
    ]
    board = Board()
    (warning,) = tell(board, decision(change=b.change(*requests), scope=b.scoped(*requests)))
    assert [number for number, _, _ in board.told] == list(range(MOST, 0, -1))
    assert "3 earlier ones got none" in warning


def test_one_that_cannot_be_told_keeps_nobody_else_from_it() -> None:
    board = Board(gaps={11: "not-found"})
    (warning,) = tell(board, of(11, 12))
    assert [number for number, _, _ in board.told] == [12]
    assert "The verdict stands." in warning


@pytest.mark.parametrize("code", ["not-authenticated", "rate-limited", "timed-out"])
def test_what_would_fail_again_is_tried_once(code: str) -> None:
    board = Board(gaps=dict.fromkeys((11, 12), code))
    assert len(tell(board, of(11, 12))) == 1


def test_after_three_that_could_not_be_told_it_gives_up() -> None:
    board = Board(gaps=dict.fromkeys((1, 2, 3, 4), "not-permitted"))
    assert len(tell(board, of(1, 2, 3, 4, 5))) == 3
    assert board.told == []


def test_a_warning_says_who_can_do_what() -> None:
    def failing() -> Iterator[str]:
        yield "first"
        raise FactMissing(
            Missing(source="GitLab", reason_code="x", detail="no token", remedy="whoever owns it")
        )

    assert list(best_effort(failing)) == [
        "first",
        "The note could not be written: GitLab: no token. To change that, whoever owns it. The verdict stands.",
    ]


def test_a_fault_of_the_gate_is_a_warning_as_well() -> None:
    def failing() -> Iterator[str]:
        yield from ()
        raise KeyError("secret")

    (warning,) = best_effort(failing)
    assert "KeyError" in warning
    assert "secret" not in warning


PULL = {"author": "ann", "commits": ["m0"], "branch": "fix", "state": "open", "title": "x"}


@contextmanager
def running(forge: str, tmp_path: Path, **over: Any) -> Iterator[Sandbox]:
    sections = {"pull_requests": {"12": PULL}, "gitlab": {"write_token": True}, **over}
    with Sandbox(World.of(raw(**sections))) as box:
        yield box


def pipeline_of(
    forge: str, box: Sandbox, folder: Path, changes: dict[str, str], options: dict[str, Any]
) -> tuple[Pipeline, Any]:
    if forge == "github":
        given = host({**environ(box.world, box.url, folder), **changes})
        return on_github(given, **options), given
    given = host({**gitlab_environ(box.world, box.url), **changes})
    return on_gitlab(given, gitlab_url=f"{box.url}/gitlab", **options), given


def play(
    forge: str,
    tmp_path: Path,
    env: dict[str, str] | None = None,
    note: bool | None = None,
    **over: Any,
) -> tuple[list[str], str]:
    """The comments on #12 or !12 after the pipeline was told, and the log."""
    with running(forge, tmp_path, **over) as box:
        pipeline, given = pipeline_of(forge, box, tmp_path, env or {}, {"note": note})
        pipeline.tell(told(of(12), tmp_path))
        written, spot = (
            (box.site.github.written, "acme/app#12")
            if forge == "github"
            else (box.site.gitlab.written, "acme/app!12")
        )
        return [one.body for one in written.comments(spot)], said(given)


@pytest.mark.parametrize(
    ("forge", "note", "env", "count"),
    [
        ("gitlab", None, {}, 1),
        ("gitlab", True, {}, 1),
        ("gitlab", False, {}, 0),
        ("gitlab", None, {"CHANGE_GATE_WRITE_TOKEN": ""}, 0),
        ("github", None, {}, 0),
        ("github", True, {}, 1),
        ("github", False, {}, 0),
    ],
)
def test_the_note_is_written_where_it_is_wanted(
    tmp_path: Path, forge: str, note: bool | None, env: dict[str, str], count: int
) -> None:
    comments, log = play(forge, tmp_path, env, note)
    assert len(comments) == count
    assert "could not be written" not in log


def test_the_note_on_gitlab_leads_to_the_job(tmp_path: Path) -> None:
    ((text,), _) = play("gitlab", tmp_path)
    assert "/gitlab/acme/app/-/jobs/" in text


@pytest.mark.parametrize(
    ("forge", "over", "says"),
    [
        ("github", {"token": {"writes": []}}, "::warning title=Change Gate::"),
        ("gitlab", {"gitlab": {"write_token": True, "dead": ["write"]}}, "CHANGE_GATE_WRITE_TOKEN"),
        ("gitlab", {"gitlab": {"write_token": True, "write_role": "guest"}}, "Reporter"),
        ("gitlab", {"faults": [{"route": "GET /user", "status": 500}]}, "could not be written"),
    ],
)
def test_what_cannot_be_written_is_a_warning_in_the_log(
    tmp_path: Path, forge: str, over: dict[str, Any], says: str
) -> None:
    comments, log = play(forge, tmp_path, note=True, **over)
    assert comments == []
    assert says in log


def test_a_note_that_is_wanted_without_a_token_says_what_it_takes(tmp_path: Path) -> None:
    comments, log = play("gitlab", tmp_path, {"CHANGE_GATE_WRITE_TOKEN": ""}, note=True)
    assert comments == []
    assert "CHANGE_GATE_WRITE_TOKEN is empty" in log
    assert "masked and protected" in log


def test_the_token_that_writes_never_shows(tmp_path: Path) -> None:
    fault = Fault(route="GET /user", status=403, body=f'{{"message": "{WRITE_TOKEN}"}}')
    with running("gitlab", tmp_path) as box:
        box.faults = type(box.faults)([fault])
        pipeline, given = pipeline_of("gitlab", box, tmp_path, {}, {})
        pipeline.tell(told(of(12), tmp_path))
    assert "could not be written" in said(given)
    assert WRITE_TOKEN not in said(given)
