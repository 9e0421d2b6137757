"""Break-glass that nobody could use, or that one person could use alone: guide §6."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.domain.policy.emergency import (
    Emergency,
    FollowUpRules,
    PagerName,
    PagerRules,
    Unreachable,
)
from gate.domain.policy.people import PersonEntry, Role
from gate.policy.at import At
from gate.policy.checks.addresses import check_address
from gate.policy.checks.workflow import check_project
from gate.policy.problem import Problem, quoted

_ACCOUNTS = {
    PagerName.PAGERDUTY: "pagerduty",
    PagerName.INCIDENT_IO: "incident_io",
    PagerName.JSM: "jira",
}
"""The key of `people` under which accounts of each pager stand. JSM Operations has those of Jira."""


def check_pager(pager: PagerRules, at: At) -> Iterator[Problem]:
    """The pager has an address that can be asked."""
    if pager.url:
        yield from check_address(pager.url, at.find("url"))
    elif pager.system is PagerName.JSM:
        yield at.error(
            "JSM Operations has an address of its own for each site",
            hint="add `url`: https://api.atlassian.com/jsm/ops/api/<cloudId>",
        )


def check_follow_up(follow_up: FollowUpRules, at: At) -> Iterator[Problem]:
    """The project is written as its tracker does, and the address is one that can be asked."""
    yield from check_project(follow_up.tracker, follow_up.project, at.find("project"))
    if follow_up.url:
        yield from check_address(follow_up.url, at.find("url"))


def check_emergency(
    at: At,
    emergency: Emergency | None,
    roles: Mapping[str, Role],
    people: Mapping[str, PersonEntry],
) -> Iterator[Problem]:
    """Somebody can be the second person, by every way that the section opens."""
    if emergency is None:
        return
    here, pager = at.find("emergency"), emergency.pager
    if not emergency.second_person:
        yield here.find("second_person").warning(
            "one person alone can break the glass: auditors will ask what stands in for the second one",
            hint="remove the line if the team has two people",
        )
    elif pager is None and not emergency.approved_by:
        yield here.error(
            "nobody could be the second person, so no emergency would ever be granted: there is no pager in which "
            "somebody acknowledges, and no role that approves in the forge",
            hint="add `pager` or `approved_by`; a team of one says `second_person: false`",
        )
    if pager is None:
        yield from _without_pager(emergency, here, roles)
    else:
        yield from _with_pager(emergency, pager, here, roles)
        yield from _accounts(pager, here, roles, people)
    # Debts are judged without a pager, so that it cannot keep anybody from paying them.
    yield from _on_call_only(emergency.despite_overdue, "despite_overdue", here, roles)


def _without_pager(emergency: Emergency, at: At, roles: Mapping[str, Role]) -> Iterator[Problem]:
    for key in ("approved_by", "invoked_by"):
        yield from _on_call_only(getattr(emergency, key), key, at, roles)


def _on_call_only(name: str, key: str, at: At, roles: Mapping[str, Role]) -> Iterator[Problem]:
    role = roles.get(name)
    if role is not None and role.is_on_call_only:
        yield at.find(key).error(
            f"only the pager knows who holds {quoted(name)}, and it is not asked about this",
            hint="name a role with `people`, `github_team` or `gitlab_group`",
        )


def _with_pager(
    emergency: Emergency, pager: PagerRules, at: At, roles: Mapping[str, Role]
) -> Iterator[Problem]:
    name = emergency.approved_by or pager.acknowledged_by
    role = roles.get(name)
    if pager.if_unreachable is Unreachable.FORGE and role is not None and role.is_on_call_only:
        yield at.find("pager", "if_unreachable").warning(
            f"only the pager knows who holds {quoted(name)}, so that nobody can approve in the forge while it does not "
            "answer",
            hint="add `approved_by` with a role that has `people`, `github_team` or `gitlab_group`",
        )


def _accounts(
    pager: PagerRules, at: At, roles: Mapping[str, Role], people: Mapping[str, PersonEntry]
) -> Iterator[Problem]:
    """Nobody's acknowledgement is recognised without an account in the pager."""
    system = _ACCOUNTS[pager.system]
    role = roles.get(pager.acknowledged_by, Role())
    able = role.people if role.people and not (role.has_team or role.pager_schedule) else people
    if not any(getattr(people[key], system) for key in able if key in people):
        yield at.find("pager", "acknowledged_by").warning(
            f"nobody who could hold {quoted(pager.acknowledged_by)} has an account of the pager, so that no "
            "acknowledgement is recognised",
            hint=f"add `{system}` to the people who take incidents",
        )
