"""Whatever falls out of an answer or stands in its place: a fact is whole and the same, or it is missing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.adapters.answer import Answer
from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab import forge
from gate.adapters.forges.gitlab.forge import GitLab
from gate.adapters.forges.gitlab.question import Question
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Parameters, Transport
from gate.domain.facts import (
    Baseline,
    Change,
    Deployment,
    DeploymentApprovals,
    ForgeRules,
    MergeKind,
    ReviewState,
)
from gate.domain.missing import REASONS, Missing
from gate.domain.ports import FactMissing
from gate.policy.places import PLACES
from tests.adapters.forges.gitlab.canned import (
    ASKED,
    C1,
    C2,
    COMPARISONS,
    HOME,
    JOB,
    M0,
    M1,
    NOW,
    READ,
    answer_to,
    commit,
    comparison,
    diff,
    note,
    pending,
    pushed,
    recorder,
    request,
    rule,
    ruled,
    sha,
    status,
    table,
    user,
    version,
)

GONE = sha("gone")
AT_M0 = Baseline(
    environment="production", history=(Deployment(id="900", revision=M0, at=NOW, run_id="5000"),)
)
Path = tuple[str | int, ...]

OPTIONAL = {
    "approved_at", "patch_id_sha", "merge_user", "too_large", "collapsed", "a_mode", "b_mode", "name", "comment",
    "pending_approval_count", "protected_branches", "applies_to_all_protected_branches", "required_approval_count",
}  # fmt: skip
"""Keys that older versions and other editions do not have. Without one less may be known, and never more approved."""


class Quiet(Transport):
    """The table without a server in between."""

    def __init__(self, answers: Mapping[str, Any], *, is_job_token: bool) -> None:
        self.is_job_token = is_job_token
        self._answers = answers

    def send(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Answer:
        parts = urlsplit(path)
        query = {
            **dict(parse_qsl(parts.query)),
            **{k: str(v) for k, v in (parameters or {}).items()},
        }
        reply = answer_to(self._answers, parts.path, query, is_job_token=self.is_job_token)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Answer.of(
            question.asked, reply.status, {**headers, "content-type": reply.kind}, reply.body
        )

    def close(self) -> None:
        """There is nothing to close."""


def whole_table() -> dict[str, Any]:
    """A project in which everything occurs: a rebase, approvals that stand and that went, a freeze, an earlier use."""
    requests = f"{HOME}/merge_requests"
    approved = "approved this merge request"
    plain = {
        f"{HOME}/deployments": [
            pending(950, status="success"),
            *table()[f"{HOME}/deployments"]({"status": "success"}),
        ],
        f"{HOME}/repository/compare {M0} {M1}": COMPARISONS[M0, M1],
        f"{HOME}/repository/compare {M0} {C2}": comparison(
            commit(C1, M0), commit(C2, C1), diffs=[diff(), diff("b")]
        ),
        f"{HOME}/repository/merge_base": commit(M0),
        requests: [
            request(),
            request(
                9,
                sha=sha("h9"),
                merge_commit_sha=M0,
                merged_at="2026-11-01T12:00:00Z",
                updated_at="2026-11-02T12:00:00Z",
            ),
        ],
        f"{requests}/12/notes": [
            note(4, approved, "erin", "2026-11-24T14:00:00Z"),
            pushed(5, GONE, C1, C2, by="eve"),
            note(
                6,
                "reset approvals from @erin by pushing to the branch",
                "eve",
                "2026-11-24T15:00:01Z",
            ),
            note(7, "changed target branch from `side` to `main`", at="2026-11-24T16:00:00Z"),
            note(8, approved),
            note(9, "unapproved this merge request", "dave", "2026-11-25T11:30:00Z"),
        ],
        f"{requests}/12/versions": [
            version(1, GONE, "2026-11-23T15:00:01.000Z"),
            version(2, C2, "2026-11-24T15:00:00.000Z"),
        ],
        f"{HOME}/freeze_periods": [
            {
                "id": 1,
                "freeze_start": "0 23 * * 5",
                "freeze_end": "0 7 * * 1",
                "cron_timezone": "UTC",
            }
        ],
        f"{HOME}/repository/tags": [],
        f"{requests}/12/approval_state": ruled(rule(), rule("security", 1, "carol", "erin")),
        f"{HOME}/approval_rules": [
            rule("security", 2, "carol", protected_branches=[{"name": "main"}]),
            rule(applies_to_all_protected_branches=True),
        ],
        f"{HOME}/protected_environments/production": {
            "name": "production",
            "required_approval_count": 0,
            "approval_rules": [
                {"access_level_description": "Maintainers", "required_approvals": 1}
            ],
        },
        "/groups/acme/members/all": [user("carol", 103)],
    }
    return {**table(), **plain}


TABLE = {path: found for path, found in whole_table().items() if not callable(found)}
PLACES_IN_ANSWERS: list[tuple[str, Path]] = []


def served(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Comparisons stand in the table by their two ends; here they become one answer again."""
    compare = f"{HOME}/repository/compare"

    def by_ends(query: Mapping[str, str]) -> Any:
        return answers[f"{compare} {query['from']} {query['to']}"]

    return {**answers, compare: by_ends}


def asked(answers: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> GitLab:
    tables = served(answers)
    monkeypatch.setattr(
        forge,
        "Transport",
        lambda *_, is_job_token, **__: Quiet(tables, is_job_token=is_job_token),
    )
    return GitLab(
        ASKED,
        api_url="https://gitlab.example.com/api/v4",
        tokens=Tokens(job=JOB, read=READ),
        recorder=recorder(),
        deadline=Deadline(60),
        clock=lambda: NOW,
        pause=lambda _: None,
    )


def facts(gitlab: GitLab) -> dict[str, Any]:
    """Everything that can be asked, each fact or its Missing. Nothing else may come out."""
    change = answer(lambda: gitlab.change(AT_M0, "main"))
    questions: dict[str, Callable[[], object]] = {
        "policy": lambda: gitlab.policy_file(PLACES),
        "run": gitlab.run,
        "baseline": gitlab.baseline,
        "revision": lambda: gitlab.revision("main"),
        "checks": gitlab.checks,
        "approvals": gitlab.deployment_approvals,
        "team": lambda: gitlab.team("acme"),
        "freezes": gitlab.freezes,
    }
    if not isinstance(change, Missing):
        questions["files"] = lambda: gitlab.files(change)
        questions["uses"] = lambda: gitlab.earlier_uses(change, "main", ["CHG-7"])
    return {"change": change, **{name: answer(question) for name, question in questions.items()}}


def answer(question: Callable[[], Any]) -> Any:
    """The fact or its Missing; None for a reason that is not in the list."""
    try:
        return question()
    except FactMissing as gap:
        return gap.missing if gap.missing.reason_code in REASONS else None


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    steps: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
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


PLACES_IN_ANSWERS += [(key, path) for key, found in TABLE.items() for path in paths(found)]


def is_same(fact: Any, before: Any) -> bool:
    """Whether it is the same fact. The forge's own rules count no approval, and may be missing by themselves."""
    match fact:
        case Change():
            pairs = zip(fact.merge_requests, before.merge_requests, strict=True)
            requests = tuple(
                replace(one, forge_rules=known_or(one.forge_rules, other.forge_rules))
                for one, other in pairs
            )
            return bool(replace(fact, merge_requests=requests) == before)
        case DeploymentApprovals():
            rules = known_or(fact.forge_rules, before.forge_rules)
            return bool(replace(fact, forge_rules=rules) == before)
        case _:
            return bool(fact == before)


def known_or(found: ForgeRules | None, before: ForgeRules | None) -> ForgeRules | None:
    return before if found and found.missing and before and not before.missing else found


def approving(change: Change) -> set[tuple[str, str]]:
    return {
        (review.reviewer.login, review.revision)
        for one in change.merge_requests
        for review in one.reviews
        if review.state is ReviewState.APPROVED
    }


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = facts(asked(TABLE, monkeypatch))
    assert not [fact for fact in found.values() if isinstance(fact, Missing)]
    return found


def test_the_table_holds_everything(before: dict[str, Any]) -> None:
    (merged,) = before["change"].merge_requests
    assert before["change"].commits[-1].merge is MergeKind.CONTENT
    assert approving(before["change"]) == {("carol", C2)}
    assert [one.state for one in merged.reviews].count(ReviewState.DISMISSED) == 3
    assert [push.by.login for push in merged.force_pushes] == ["eve"]
    assert len(before["uses"].uses) == 1
    assert len(before["freezes"]) == 14
    assert len(before["baseline"].history) == 1
    assert len(PLACES_IN_ANSWERS) > 600


def test_a_key_that_falls_out_never_makes_another_fact(
    before: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, path in PLACES_IN_ANSWERS:
        if isinstance(path[-1], int):
            continue
        broken = {**TABLE, key: changed(TABLE[key], path, drop=True)}
        for name, fact in facts(asked(broken, monkeypatch)).items():
            same = isinstance(fact, Missing) or is_same(fact, before[name])
            if not same and path[-1] in OPTIONAL:
                same = name != "change" or approving(fact) <= approving(before["change"])
            assert same, f"{key} without {path}: {name}"


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
    "0001-01-01T00:00:00+14:00",
    "9" * 30,
]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(place=st.sampled_from(PLACES_IN_ANSWERS), put=st.sampled_from(WRONG))
def test_a_value_of_another_kind_never_makes_anything_crash(
    place: tuple[str, Path], put: Any
) -> None:
    key, path = place
    with pytest.MonkeyPatch.context() as patch:
        found = facts(asked({**TABLE, key: changed(TABLE[key], path, put)}, patch))
    assert None not in found.values()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    key=st.sampled_from(sorted(TABLE)),
    put=st.sampled_from(WRONG) | st.sampled_from([[status()], [request()], {"message": "x"}]),
)
def test_an_answer_that_is_something_else_never_makes_anything_crash(key: str, put: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert None not in facts(asked({**TABLE, key: put}, patch)).values()


def test_an_element_that_falls_out_never_makes_more_approved(
    before: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, path in PLACES_IN_ANSWERS:
        if isinstance(path[-1], int):
            broken = {**TABLE, key: changed(TABLE[key], path, drop=True)}
            change = facts(asked(broken, monkeypatch))["change"]
            assert isinstance(change, Missing) or approving(change) <= approving(before["change"])
