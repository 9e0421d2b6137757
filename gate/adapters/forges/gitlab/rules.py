"""Approval rules of merge requests, and where they ask for less than those of the project (Premium).

`approval_rules_overwritten` by itself says little: it is true whenever a merge request has rules of its own, and GitLab
copies the project's into it at the merge, so that later changes of the project do not reach back. What tells is the
comparison with the project's rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, needs_read_token
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part
from gate.adapters.side_by_side import Once
from gate.domain.facts import ForgeRule, ForgeRules, WeakerRule
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

_KEEP = accounts.KEYS | keys(
    "approval_rules_overwritten rules rule_type approvals_required eligible_approvers contains_hidden_groups "
    "approved approved_by protected_branches applies_to_all_protected_branches"
)
_ANYBODY = "any_approver"
_BY_PEOPLE = frozenset({"regular", _ANYBODY})
"""Rules that people write. Those of code owners and of scanners come from files and reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as GitLab tells it, of a merge request or of the project."""

    name: str
    kind: str
    required: int
    people: frozenset[Identity] | None
    """Who may fill it; None for everybody, and where GitLab hides some of them."""
    met: bool = False
    approved_by: tuple[Identity, ...] = ()

    @property
    def key(self) -> str:
        """What a copy of it shares with it. The one rule for everybody may be called anything."""
        return _ANYBODY if self.kind == _ANYBODY else f"regular {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The rules that one merge request was approved by."""

    rules: tuple[Rule, ...] = ()
    overwritten: bool = False
    missing: Missing | None = None


def unseen(number: int) -> Kept:
    """What the job token alone shows of them: nothing."""
    question = Question(what=f"approval rules of !{number}", needs=Needs.READ)
    return Kept(missing=needs_read_token(question).missing)


def kept(client: Client, number: int) -> Kept:
    """The rules of a merge request. No approval is counted by them, so a gap in them is no gap in the change."""
    question = Question(what=f"approval rules of !{number}", needs=Needs.READ)
    path = f"{client.home}/merge_requests/{number}/approval_state"
    try:
        found = client.get(question, path, _KEEP)
        return Kept(
            rules=tuple(_of_request(one) for one in found.items("rules")),
            overwritten=found.flag("approval_rules_overwritten"),
        )
    except FactMissing as gap:
        return Kept(missing=gap.missing)


class ProjectRules:
    """The rules that people wrote for merge requests into `branch` and that ask for anything; asked for once."""

    def __init__(self, client: Client, branch: str) -> None:
        self._once = Once(partial(_of_project, client, branch))

    def __call__(self) -> tuple[Rule, ...] | Missing:
        """The rules, or why there are none to compare with."""
        try:
            return self._once()
        except FactMissing as gap:
            return gap.missing


def as_fact(one: Kept, of_project: ProjectRules) -> ForgeRules:
    """The same as a fact. What the project asks for matters only where the merge request has rules of its own."""
    return _fact(one, of_project() if one.overwritten else ())


def _fact(one: Kept, project: Sequence[Rule] | Missing) -> ForgeRules:
    known = () if isinstance(project, Missing) or not one.overwritten else project
    hidden = project if isinstance(project, Missing) and one.overwritten else None
    return ForgeRules(
        rules=tuple(
            ForgeRule(
                name=rule.name, required=rule.required, met=rule.met, approved_by=rule.approved_by
            )
            for rule in one.rules
        ),
        overwritten=one.overwritten,
        weaker=tuple(_weaker(one.rules, known)),
        missing=one.missing or hidden,
    )


def _weaker(own: Sequence[Rule], project: Sequence[Rule]) -> Iterator[WeakerRule]:
    by_key = {rule.key: rule for rule in own if rule.kind in _BY_PEOPLE}
    for rule in project:
        copy = by_key.get(rule.key)
        if copy is None:
            yield WeakerRule(name=rule.name, project_asks=rule.required, asks=None)
            continue
        known = copy.people is not None and rule.people is not None
        also = copy.people - rule.people if known and copy.people and rule.people else frozenset()
        if copy.required < rule.required or also:
            yield WeakerRule(
                name=rule.name,
                project_asks=rule.required,
                asks=copy.required,
                also=tuple(sorted(also, key=lambda who: who.login)),
            )


def _of_project(client: Client, branch: str) -> tuple[Rule, ...]:
    question = Question(what="approval rules of the project", needs=Needs.READ)
    found = client.pages(question, f"{client.home}/approval_rules", _KEEP)
    rules = [(_rule(one), _covers(one, branch)) for one in found]
    return tuple(
        rule for rule, covers in rules if covers and rule.required and rule.kind in _BY_PEOPLE
    )


def _covers(one: Part, branch: str) -> bool:
    """A rule that names no branches is for all of them; a name may be a pattern, as that of a protected branch."""
    everywhere = "applies_to_all_protected_branches"
    if one.has(everywhere) and one.flag(everywhere):
        return True
    named = one.items("protected_branches") if one.has("protected_branches") else ()
    return not named or any(fnmatchcase(branch, part.name("name")) for part in named)


def _of_request(one: Part) -> Rule:
    by = tuple(accounts.user(who) for who in one.items("approved_by"))
    return _rule(one, met=one.flag("approved"), approved_by=by)


def _rule(one: Part, *, met: bool = False, approved_by: tuple[Identity, ...] = ()) -> Rule:
    kind = one.name("rule_type")
    hides = one.has("contains_hidden_groups") and one.flag("contains_hidden_groups")
    everybody = kind == _ANYBODY or hides
    return Rule(
        name=one.name("name"),
        kind=kind,
        required=one.number("approvals_required"),
        people=None
        if everybody
        else frozenset(accounts.user(who) for who in one.items("eligible_approvers")),
        met=met,
        approved_by=approved_by,
    )
