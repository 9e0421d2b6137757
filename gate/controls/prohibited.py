"""Some changes are never made this way, whoever approved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.domain.breach import Breach, breach
from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import ScopedChange
from gate.domain.facts import Commit
from gate.domain.liftings import Lifting, Liftings
from gate.domain.phrases import listed, safe, short
from gate.domain.policy.document import ProhibitedRule
from gate.domain.role_approval import named

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


def evaluate(
    scope: ScopedChange, liftings: Liftings, settings: tuple[ProhibitedRule, ...]
) -> Outcome:
    """Hold every rule against the files and commits in scope; an approval of the rule's role lifts it."""
    if not settings:
        return NotApplicable(reason="the policy prohibits nothing")
    reasons: list[Reason] = []
    seen: list[Observation] = []
    for rule in settings:
        broken, lifting = breach(rule, scope), liftings.by_rule.get(rule.id)
        if broken is None:
            seen.append(Observation(f"{rule.id}: nothing of the kind"))
        elif lifting is not None and lifting.given:
            seen += _accepted(broken, lifting)
        else:
            reasons += _broken(broken, lifting)
    if reasons:
        return Failed(reasons=tuple(reasons), observations=tuple(seen))
    return Passed(observations=tuple(seen))


def _broken(broken: Breach, lifting: Lifting | None) -> Iterator[Reason]:
    if broken.unlisted:
        yield _reason(
            broken,
            lifting,
            code="cannot-be-ruled-out",
            text="the changed files could not be listed",
            remedy="Let the token read the contents, or deploy in parts small enough for the forge to list",
        )
    if broken.touched:
        yield _reason(
            broken,
            lifting,
            code="prohibited-path",
            text=f"the change touches {_some([safe(path) for path in broken.touched])}",
            remedy="Take it out of the change",
        )
    if broken.direct:
        yield _reason(
            broken,
            lifting,
            code="outside-merge-request",
            text=f"no merged merge request brought {_some([_headed(one) for one in broken.direct])}",
            remedy="Revert it and bring it by a merge request",
        )


def _reason(
    broken: Breach, lifting: Lifting | None, *, code: str, text: str, remedy: str
) -> Reason:
    misses = "".join(f" {miss}" for miss in lifting.near_misses) if lifting else ""
    other = f", or ask for the approval of {lifting.invitation}" if lifting else ""
    return Reason(
        code=code,
        text=f"{broken.rule.id}: {text}. The rule is there because {broken.rule.why}.{misses}",
        remedy=f"{remedy}{other}.",
        who=lifting.could if lifting else (),
    )


def _headed(commit: Commit) -> str:
    return f"{short(commit.sha)} ({safe(commit.headline)})"


def _some(things: Sequence[str]) -> str:
    rest = len(things) - _FEW
    return listed([*things[:_FEW], *([f"{rest} more"] if rest > 0 else [])])


def _accepted(broken: Breach, lifting: Lifting) -> Iterator[Observation]:
    role, who = broken.rule.unless_approved_by, listed([named(item) for item in lifting.given])
    for reason in _broken(broken, lifting):
        yield Observation(f"{reason.text} {role} accepted it: {who}", lifting.given[0].url)
