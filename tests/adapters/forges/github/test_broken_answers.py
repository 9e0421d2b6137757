"""Whatever falls out of an answer or stands in its place: a fact is whole and the same, or it is missing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.adapters.forges.github.forge import GitHub
from gate.domain.facts import Baseline, Deployment, MergeKind
from gate.domain.missing import REASONS, Missing
from gate.domain.ports import FactMissing
from gate.policy.places import PLACES
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    HOME,
    M0,
    NOW,
    account,
    comparison,
    file_diff,
    graph,
    own,
    page,
    pull,
    review,
    sha,
    status,
    table,
)
from tests.adapters.forges.github.conftest import Making

X = sha("x")
AT_M0 = Baseline(
    environment="production", history=(Deployment(id="900", revision=M0, at=NOW, run_id="5000"),)
)
Path = tuple[str | int, ...]


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "__typename": kind,
        "createdAt": "2026-11-25T10:00:00Z",
        "actor": account("bob"),
        **more,
    }


def whole_table() -> dict[str, Any]:
    """A repository in which everything occurs: a clean merge, a forced push, a dismissal, a merge queue."""
    request = pull(
        commits=page(own(C1, M0), own(X, C1, C2)),
        reviews=page(review(oid=X), review("erin", "DISMISSED", X)),
        mergedBy=account("github-merge-queue", 9, "Bot"),
        timelineItems=page(
            event("HeadRefForcePushedEvent", beforeCommit={"oid": C2}, afterCommit={"oid": C1}),
            event("ReviewDismissedEvent", review={"id": "PRR_erin"}),
            event("AddedToMergeQueueEvent"),
        ),
    )
    return table(
        MergeRequests=graph(p12=request),
        **{
            f"GET {HOME}/compare/{C2}...{C1}": comparison(
                "diverged", C2, M0, C1, files=[file_diff()]
            ),
            f"GET {HOME}/compare/{C2}...{X}": comparison(
                "ahead", C2, C2, C1, X, files=[file_diff()]
            ),
        },
    )


def facts(github: GitHub) -> dict[str, object]:
    """Everything that can be asked, each fact or its Missing. Nothing else may come out."""
    change = answer(lambda: github.change(AT_M0, "main"))
    questions: dict[str, Callable[[], object]] = {
        "policy": lambda: github.policy_file(PLACES),
        "run": github.run,
        "baseline": github.baseline,
        "revision": lambda: github.revision("main"),
        "checks": github.checks,
        "approvals": github.deployment_approvals,
    }
    if not isinstance(change, Missing):
        questions["files"] = lambda: github.files(change)
        questions["uses"] = lambda: github.earlier_uses(change, "main", ["CHG-7"])
    return {"change": change, **{name: answer(question) for name, question in questions.items()}}


def answer(question: Callable[[], Any]) -> Any:
    """The fact or its Missing; None for a reason that is not in the list."""
    try:
        return question()
    except FactMissing as gap:
        return gap.missing if gap.missing.reason_code in REASONS else None


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    match value:
        case dict():
            steps: list[tuple[str | int, Any]] = list(value.items())
        case list():
            steps = list(enumerate(value))
        case _:
            steps = []
    for step, item in steps:
        yield (*here, step)
        yield from paths(item, (*here, step))


def changed(value: Any, path: Path, put: Any = None, *, drop: bool = False) -> Any:
    """A copy with another value at the path, or without it."""
    value = copy.deepcopy(value)
    *way, last = path
    place = value
    for step in way:
        place = place[step]
    if drop:
        del place[last]
    else:
        place[last] = put
    return value


TABLE = whole_table()
PLACES_IN_ANSWERS = [(key, path) for key, found in TABLE.items() for path in paths(found)]


@pytest.fixture
def before(github: Making) -> dict[str, object]:
    found = facts(github(whole_table())[0])
    assert not [fact for fact in found.values() if isinstance(fact, Missing)]
    return found


def test_the_table_holds_everything(before: dict[str, Any]) -> None:
    (request,) = before["change"].merge_requests
    assert [commit.merge for commit in request.commits] == [MergeKind.NONE, MergeKind.CLEAN]
    assert request.reviews[1].dismissed_by is not None
    assert len(request.force_pushes) == 1
    assert str(request.merged_by) == "bob"
    assert len(PLACES_IN_ANSWERS) > 400


def test_a_key_that_falls_out_never_makes_another_fact(
    github: Making, before: dict[str, object]
) -> None:
    for key, path in PLACES_IN_ANSWERS:
        if isinstance(path[-1], int):
            continue
        broken = {**whole_table(), key: changed(TABLE[key], path, drop=True)}
        for name, fact in facts(github(broken)[0]).items():
            assert isinstance(fact, Missing) or fact == before[name], (
                f"{key} without {path}: {name}"
            )


EARLIEST = "0001-01-01T00:00:00+14:00"
WRONG: list[Any] = [
    None,
    True,
    7,
    -1,
    1e300,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"nodes": None},
    EARLIEST,
]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(place=st.sampled_from(PLACES_IN_ANSWERS), put=st.sampled_from(WRONG))
def test_a_value_of_another_kind_never_makes_anything_crash(
    github: Making, place: tuple[str, Path], put: Any
) -> None:
    key, path = place
    broken = {**whole_table(), key: changed(TABLE[key], path, put)}
    assert None not in facts(github(broken)[0]).values()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    key=st.sampled_from(sorted(TABLE)),
    put=st.sampled_from(WRONG) | st.sampled_from([[status("SUCCESS")], [[]]]),
)
def test_an_answer_that_is_something_else_never_makes_anything_crash(
    github: Making, key: str, put: Any
) -> None:
    assert None not in facts(github({**whole_table(), key: [put]})[0]).values()
