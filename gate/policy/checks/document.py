"""Document control, scope, prohibited changes, retention: guide §1, §7, §10."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gate.domain.archive_address import FORMS, ArchiveAddress, NoAddress, parse_address
from gate.domain.policy.document import EvidenceRules, Guide, ProhibitedRule, Scope, Service
from gate.domain.policy.people import Condition, Role
from gate.policy.at import At
from gate.policy.problem import Problem, quoted

_LONGEST_ENVIRONMENT = 255


def check_guide(guide: Guide, at: At) -> Iterator[Problem]:
    """The review comes after the document took effect."""
    if guide.effective and guide.next_review and guide.next_review <= guide.effective:
        yield at.find("next_review").error(
            f"the next review ({guide.next_review}) is not after the day on which the guide takes "
            f"effect ({guide.effective})"
        )


def check_scope(scope: Scope, at: At) -> Iterator[Problem]:
    """Environments are named one by one, as the forge writes them."""
    seen: set[str] = set()
    for index, name in enumerate(scope.environments):
        here = at.find("environments", index)
        if re.search(r"[*?\n]", name) or len(name) > _LONGEST_ENVIRONMENT:
            yield here.error(
                f"{quoted(name)} is no environment: patterns are not used here",
                allowed="the name of one environment",
            )
        elif name.casefold() in seen:
            yield here.error(
                f"{quoted(name)} stands here twice: forges do not tell environments apart by case",
                hint="remove one",
            )
        seen.add(name.casefold())


def check_service(service: Service, at: At) -> Iterator[Problem]:
    """Its paths are paths of the repository."""
    yield from check_paths([path.pattern for path in service.paths], at.find("paths"))


def check_condition_paths(condition: Condition, at: At) -> Iterator[Problem]:
    """Its paths are paths of the repository."""
    yield from check_paths([path.pattern for path in condition.paths], at.find("paths"))


def check_prohibited_rule(rule: ProhibitedRule, at: At) -> Iterator[Problem]:
    """It must prohibit something."""
    if not rule.paths and not rule.commits_outside_pull_requests:
        yield at.error(
            "prohibits nothing", hint="give `paths` or `commits_outside_pull_requests: true`"
        )
    yield from check_paths([path.pattern for path in rule.paths], at.find("paths"))


def check_prohibited(
    at: At, prohibited: Sequence[ProhibitedRule], roles: Mapping[str, Role]
) -> Iterator[Problem]:
    """Every rule has a name of its own, and somebody who can open it, if that is meant."""
    seen: set[str] = set()
    for index, rule in enumerate(prohibited):
        here = at.find("prohibited", index)
        if rule.id in seen:
            yield here.find("id").error(
                f"{quoted(rule.id)} is the name of two rules", hint="give one of them another name"
            )
        seen.add(rule.id)
        role = roles.get(rule.unless_approved_by)
        if role and role.is_on_call_only:
            yield here.find("unless_approved_by").warning(
                f"only the pager knows who holds {quoted(rule.unless_approved_by)}, and it is asked for "
                "break-glass alone, so that nobody can approve such a change",
                hint="name a role with `people`, `github_team` or `gitlab_group`",
            )


def check_evidence(evidence: EvidenceRules, at: At) -> Iterator[Problem]:
    """How long evidence is kept is a number of days, months or years; where, an address that the gate knows."""
    if not re.fullmatch(r"[1-9][0-9]{0,3} (day|month|year)s?", evidence.retain):
        yield at.find("retain").error(
            f"{quoted(evidence.retain)} is no length of time",
            allowed="a number of days, months or years, such as 25 months",
        )
    yield from _check_archives(evidence.archive, at)


def _check_archives(addresses: Sequence[str], at: At) -> Iterator[Problem]:
    seen: set[ArchiveAddress] = set()
    for index, text in enumerate(addresses):
        here = at.find("archive", index)
        try:
            address = parse_address(text)
        except NoAddress as error:
            yield here.error(f"{quoted(text)} {error}", allowed=FORMS)
            continue
        if address in seen:
            yield here.error(f"{quoted(text)} stands here twice", hint="remove one")
        seen.add(address)


def check_paths(patterns: Sequence[str], at: At) -> Iterator[Problem]:
    """Patterns that no path of a repository could match."""
    for index, pattern in enumerate(patterns):
        here = at.find(index)
        if pattern.startswith(("/", "./")) or "\\" in pattern or "//" in pattern:
            yield here.error(
                f"{quoted(pattern)} matches nothing: paths begin at the root of the repository, "
                "without / or ./, and are parted by single slashes",
                hint=f"did you mean {quoted(re.sub('/+', '/', pattern).lstrip('./'))}?",
            )
        elif ".." in pattern.split("/"):
            yield here.error(f"{quoted(pattern)} matches nothing: no path holds `..`")
        elif pattern.endswith("/"):
            yield here.error(
                f"{quoted(pattern)} matches nothing: it names a folder, and files are compared",
                hint=f"did you mean {quoted(pattern + '**')}?",
            )
