"""Some changes are never made this way, whoever approved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import People, ScopedChange
from gate.domain.phrases import listed, safe, short
from gate.domain.policy.document import ProhibitedRule
from gate.domain.role_approval import given_by, invitation, named, who_could
from gate.domain.scope import paths_of

ID = "prohibited"
TITLE = "The change does nothing that the guide prohibits"
GUIDE = "§7"
SETTINGS = "prohibited"
REASONS = {
    "prohibited-path": "the change touches files that a rule of the policy keeps out of bounds",
    "outside-merge-request": "no merged merge request brought a commit, which a rule of the policy prohibits",
    "cannot-be-ruled-out": "the changed files could not be listed, so one of them may be out of bounds",
}
Settings = tuple[ProhibitedRule, ...]

_FEW = 5


def evaluate(scope: ScopedChange, people: People, settings: tuple[ProhibitedRule, ...]) -> Outcome:
    """Hold every rule against the files and commits in scope; an approval of the rule's role lifts it."""
    if not settings:
        return NotApplicable(reason="the policy prohibits nothing")
    reasons: list[Reason] = []
    seen: list[Observation] = []
    for rule in settings:
        broken = tuple(_broken(rule, scope, people))
        if broken and not given_by(rule.unless_approved_by, people):
            reasons += broken
        else:
            seen += _accepted(rule, broken, people)
    if reasons:
        return Failed(reasons=tuple(reasons), observations=tuple(seen))
    return Passed(observations=tuple(seen))


def _broken(rule: ProhibitedRule, scope: ScopedChange, people: People) -> Iterator[Reason]:
    if rule.paths and scope.files is None:
        yield _reason(
            rule,
            people,
            code="cannot-be-ruled-out",
            text="the changed files could not be listed",
            remedy="Let the token read the contents, or deploy in parts small enough for the forge to list",
        )
    if touched := _touched(rule, scope):
        yield _reason(
            rule,
            people,
            code="prohibited-path",
            text=f"the change touches {_some(touched)}",
            remedy="Take it out of the change",
        )
    if rule.commits_outside_pull_requests and (direct := _direct(scope)):
        yield _reason(
            rule,
            people,
            code="outside-merge-request",
            text=f"no merged merge request brought {_some(direct)}",
            remedy="Revert it and bring it by a merge request",
        )


def _reason(rule: ProhibitedRule, people: People, *, code: str, text: str, remedy: str) -> Reason:
    role = rule.unless_approved_by
    other = f", or ask for the approval of {invitation(role, people)}" if role else ""
    return Reason(
        code=code,
        text=f"{rule.id}: {text}. The rule is there because {rule.why}.",
        remedy=f"{remedy}{other}.",
        who=who_could(role, people),
    )


def _touched(rule: ProhibitedRule, scope: ScopedChange) -> list[str]:
    paths = dict.fromkeys(path for file in scope.files or () for path in paths_of(file))
    return [safe(path) for path in paths if any(glob.matches(path) for glob in rule.paths)]


def _direct(scope: ScopedChange) -> list[str]:
    return [
        f"{short(commit.sha)} ({safe(commit.headline)})"
        for commit in scope.commits
        if not commit.brought_by
    ]


def _some(things: Sequence[str]) -> str:
    rest = len(things) - _FEW
    return listed([*things[:_FEW], *([f"{rest} more"] if rest > 0 else [])])


def _accepted(
    rule: ProhibitedRule, broken: Sequence[Reason], people: People
) -> Iterator[Observation]:
    if not broken:
        yield Observation(f"{rule.id}: nothing of the kind")
        return
    approval, *_ = given_by(rule.unless_approved_by, people)
    for reason in broken:
        yield Observation(
            f"{reason.text} {rule.unless_approved_by} accepted it: {named(approval)}", approval.url
        )
