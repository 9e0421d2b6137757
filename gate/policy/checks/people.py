"""People and roles: guide §3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gate.domain.policy.people import PersonEntry, Role
from gate.policy.at import At
from gate.policy.problem import Problem, quoted

_LOGIN = re.compile(r"[A-Za-z0-9_.-]+")
_BY_ID = frozenset({"jira", "pagerduty", "incident_io"})
_ACCOUNT_ID = re.compile(r"[A-Za-z0-9:_-]{1,128}")
_TEAM = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_GROUP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


def check_person(person: PersonEntry, at: At) -> Iterator[Problem]:
    """Accounts must look like accounts; without one on a forge a person can do nothing."""
    for system in ("github", "gitlab"):
        yield from _login(getattr(person, system), at.find(system))
    if person.jira and not _ACCOUNT_ID.fullmatch(person.jira):
        yield at.find("jira").error(
            f"{quoted(person.jira)} is no Jira accountId",
            allowed="an id such as 5b10a2844c20165700ede21g",
            hint="it stands at the end of the address of the person's Jira profile",
        )
    for pager in ("pagerduty", "incident_io"):
        yield from _pager_id(getattr(person, pager), at.find(pager))
    if person.email and not re.fullmatch(r"[^@\s]+@[^@\s]+", person.email):
        yield at.find("email").error(f"{quoted(person.email)} is no e-mail address")
    if not person.github and not person.gitlab:
        yield at.warning(
            "has no account on GitHub or GitLab, so that nothing this person does there is recognised",
            hint="add `github` or `gitlab`",
        )
    for system in ("github", "gitlab"):
        if getattr(person, f"{system}_id") is not None and not getattr(person, system):
            yield at.find(f"{system}_id").warning(
                "the id alone recognises nobody", hint=f"add the login as `{system}`"
            )


def check_role(role: Role, at: At) -> Iterator[Problem]:
    """Somebody must hold it."""
    if not (role.people or role.has_team or role.pager_schedule):
        yield at.error(
            "nobody holds this role",
            hint="give it `people`, `github_team`, `gitlab_group` or `pager_schedule`",
        )
    if role.github_team and not _TEAM.fullmatch(role.github_team):
        yield at.find("github_team").error(
            f"{quoted(role.github_team)} is no team", allowed="organisation/team"
        )
    if role.gitlab_group and not _GROUP.fullmatch(role.gitlab_group):
        yield at.find("gitlab_group").error(
            f"{quoted(role.gitlab_group)} is no group", allowed="group or group/subgroup"
        )


def check_accounts(at: At, people: Mapping[str, PersonEntry]) -> Iterator[Problem]:
    """One account belongs to one person: with two, nobody could say who acted."""
    for system in (
        "github",
        "github_id",
        "gitlab",
        "gitlab_id",
        "email",
        "jira",
        "pagerduty",
        "incident_io",
    ):
        owner: dict[str, str] = {}
        for name, person in people.items():
            account = str(getattr(person, system) or "")
            # Ids tell apart by case; names and addresses do not.
            key = account if system in _BY_ID else account.casefold()
            if key and (first := owner.setdefault(key, name)) != name:
                yield at.find("people", name, system).error(
                    f"{quoted(account)} is also the account of {quoted(first)}, "
                    "so that nobody could say which of them acted",
                    hint="one person has one entry; remove the account from the other",
                )


def _pager_id(account: str, at: At) -> Iterator[Problem]:
    if account and not re.fullmatch(r"[A-Za-z0-9]{1,64}", account):
        yield at.error(
            f"{quoted(account)} is no user id of the pager",
            allowed="letters and digits, such as PXPGF42",
            hint="it stands at the end of the address of the person's page in the pager",
        )


def _login(login: str, at: At) -> Iterator[Problem]:
    if login.endswith("[bot]"):
        yield at.error(
            f"{quoted(login)} is a machine, and machines hold no role",
            hint="remove it from `people`",
        )
    elif login and not _LOGIN.fullmatch(login):
        yield at.error(
            f"{quoted(login)} is no login",
            allowed="letters, digits, `-`, `_` and `.`, without @ and without an address",
        )
