"""Which person of the policy an account belongs to. The join is configured, never guessed (guide §3)."""

from __future__ import annotations

from collections.abc import Sequence

from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.phrases import listed, safe
from gate.domain.policy.document import Policy
from gate.domain.policy.people import PersonEntry

NOBODY = Identity(system="", login="", kind=Kind.UNKNOWN)
"""An account that the system does not name. It belongs to no person, so it is never "somebody else"."""

_SYSTEMS = {"jira": "Jira", "pagerduty": "PagerDuty", "incident_io": "incident.io"}


def person_of(identity: Identity, policy: Policy) -> str:
    """Return the key of `people` that the account belongs to; empty for a machine, a stranger, or more than one match.

    Logins and e-mail addresses are compared without regard to case. Where `github_id` or `gitlab_id` is configured the
    numeric id must be the same too: a login can be renamed and taken over by somebody else at once, an id cannot.
    """
    if identity.kind is Kind.BOT:
        return ""
    found = [key for key, entry in policy.people.items() if _owns(entry, identity)]
    return found[0] if len(found) == 1 else ""


def called(identity: Identity, policy: Policy) -> str:
    """Return the person's key, `bot:<login>` for a machine, or nothing for an account that stands under no name."""
    if identity.kind is Kind.BOT:
        return f"bot:{safe(str(identity))}"
    return person_of(identity, policy)


def shown(identity: Identity) -> str:
    """Return how the account is called in its own system, so that people recognise it."""
    match identity.system:
        case "git":
            return safe(f"{identity.name or 'somebody'} <{identity.email}>")
        case "jira" | "pagerduty" | "incident_io" as system:
            who = identity.name or identity.login or "somebody"
            return safe(f"{who} ({_SYSTEMS[system]} {identity.id})")
        case _ if identity.login:
            return safe(f"@{identity.login}")
        case _:
            return safe(str(identity))


def account_holders(policy: Policy, system: str) -> tuple[str, ...]:
    """Return everybody in `people` who has an account in `system` (`github`, `gitlab`)."""
    return tuple(key for key, entry in policy.people.items() if _account(entry, system)[0])


def unmapped(what: str, strangers: Sequence[tuple[Identity, str]], policy: Policy) -> Missing:
    """Say that `what` cannot be told, since these accounts stand under no name; each comes with what it did."""
    deeds: dict[str, list[str]] = {}
    for identity, deed in strangers:
        deeds.setdefault(f"{shown(identity)}{_doubt(identity, policy)}", []).append(deed)
    names = "; ".join(f"{name}: {listed(list(dict.fromkeys(did)))}" for name, did in deeds.items())
    keys = listed(list(dict.fromkeys(_key(identity) for identity, _ in strangers)))
    return Missing(
        source="policy: people",
        reason_code="identity-unmapped",
        detail=f"{what} cannot be told, because nobody in `people` holds these accounts ({names}), "
        "and somebody unknown may be the very person who approved",
        remedy=f"Whoever owns the change policy adds {keys} to the person it belongs to under `people`, "
        "or a new person; then the check is started again.",
    )


def _owns(entry: PersonEntry, identity: Identity) -> bool:
    match identity.system:
        case "github" | "gitlab":
            login, number = _account(entry, identity.system)
            return _same(login, identity.login) and _id_fits(number, identity)
        case "jira" | "pagerduty" | "incident_io":
            number = getattr(entry, identity.system)
            return bool(number) and number == identity.id
        case "git":
            return _same(entry.email, identity.email)
        case _:
            return False


def _account(entry: PersonEntry, system: str) -> tuple[str, int | None]:
    """The login on a forge, empty when there is none, and the numeric id, if it is configured."""
    match system:
        case "github":
            return entry.github, entry.github_id
        case "gitlab":
            return entry.gitlab, entry.gitlab_id
        case _:
            return "", None


def _same(configured: str, found: str) -> bool:
    # Two empty texts are no match: nothing is not somebody's name.
    return bool(configured) and configured.casefold() == found.casefold()


def _id_fits(number: int | None, identity: Identity) -> bool:
    return number is None or identity.id == str(number)


def _doubt(identity: Identity, policy: Policy) -> str:
    """Why an account that looks known is not, since the fix is another one."""
    for key, entry in policy.people.items():
        login, number = _account(entry, identity.system)
        if _same(login, identity.login) and not _id_fits(number, identity):
            return (
                f" (the login of {key}, but with id {safe(identity.id) or 'unknown'} instead of "
                f"{number}: somebody else may have taken the name over)"
            )
        if number is not None and identity.id == str(number):
            return f" (the id of {key}, who is {safe(login)} in the policy)"
    return ""


def _key(identity: Identity) -> str:
    match identity.system:
        case "git":
            return f"`email: {safe(identity.email)}`"
        case "jira" | "pagerduty" | "incident_io" as system:
            return f"`{system}: {safe(identity.id)}`"
        case "github" | "gitlab" if identity.login:
            return f"`{identity.system}: {safe(identity.login)}`"
        case _:
            return "the account (its system does not name it)"
