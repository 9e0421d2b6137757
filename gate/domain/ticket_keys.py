"""Which tickets a merge request names.

Only keys of the policy's own projects are tickets: no list of exceptions could ever tell PAY-12 from
UTF-8, SHA-256 or CVE-2026. docs/controls/ticket.md says where a key is looked for, and why there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import assert_never
from urllib.parse import urlsplit

from gate.domain.facts import MergeRequest
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.reading import is_turning, visible, without_invisible
from gate.errors import UsageInvalid


def keys_in(
    text: str, projects: Sequence[str], tracker: TrackerName, repository: str = "", below: str = ""
) -> tuple[str, ...]:
    """Keys that `text` names, in order of appearance, each once, as the policy spells the project.

    Jira keys are sensitive to case, as they are in running text. Issues of a forge are named by
    `owner/name#12`, by their address, and by `#12` when `repository` itself is a project. `below` is
    the path that the forge itself lives below, such as `/gitlab`.
    """
    known = tuple(project for project in projects if project)
    if not known:
        return ()
    found = _matches(without_invisible(text), known, tracker, repository, below)
    return tuple(dict.fromkeys(found))


def keys_of(request: MergeRequest, rules: TicketRules, repository: str) -> tuple[str, ...]:
    """Keys of the tickets that a merge request is for; all of them must pass.

    What its people wrote on purpose counts first: its title together with every `Change-Ticket:`
    line of its body. Only when they name none, the next place is asked: branch, body, the issues
    that the forge links to it, the headlines of its commits. The first that names any wins. Its own
    number is no ticket, and neither is what it reverts.
    """
    # GitHub counts issues and merge requests as one, GitLab each by themselves: `!12` is never a key.
    own = f"{repository}{request.reference}".casefold()
    below = _path_of_the_forge(request, repository)
    for place in _places(request, rules.tracker):
        found = keys_in(place, rules.projects, rules.tracker, repository, below)
        if keys := tuple(key for key in found if key.casefold() != own):
            return keys
    return ()


def keys_for_run(
    values: Sequence[str], rules: TicketRules, repository: str, below: str = ""
) -> tuple[str, ...]:
    """Keys that somebody gave for this very deploy, in any case, each once, in the order given.

    `below` is the path that the forge itself lives below, such as `/gitlab`.
    UsageInvalid names every value that is not exactly one ticket of the policy's projects.
    """
    read = {value: _only_key(value, rules, repository, below) for value in values}
    if odd := [value for value, key in read.items() if key is None]:
        raise UsageInvalid(
            f"Not a ticket of this policy: {', '.join(map(repr, odd))}. It knows tickets of "
            f"{', '.join(rules.projects)}, such as {example_key(rules)}.",
            hint="Whoever starts the deploy gives the key of the ticket, or leaves it out when the "
            "merge request names it. A new project is added under `workflow.ticket.projects`.",
        )
    return tuple(dict.fromkeys(key for key in read.values() if key is not None))


def example_key(rules: TicketRules) -> str:
    """A key as people of this policy would write it, for messages."""
    return f"{rules.projects[0]}{_mark(rules.tracker)}123"


_TRAILER = re.compile(r"^[ \t>*_]*Change-Ticket[*_]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_REVERTED = re.compile(r"^(?:Revert|Reapply) \".*\"", re.IGNORECASE)
_REVERTED_LINE = re.compile(
    r"^[ \t]*Reverts (?:[\w.-]+(?:/[\w.-]+)+)?[#!]\d+", re.IGNORECASE | re.MULTILINE
)
_OWN_SUFFIX = re.compile(r"\(#\d+\)\s*$")
_MERGE_REQUEST = re.compile(r"\b(?:PR|MR|pull request|merge request)s?\s?$", re.IGNORECASE)
_WORDS_BEFORE = 16
"""Characters that the longest of these words take, with the space after them."""

_NUMBER = r"(?P<{}>[1-9][0-9]{{0,9}})(?![0-9A-Za-z])(?!-[0-9])(?!\.[0-9])"


def _places(request: MergeRequest, tracker: TrackerName) -> Iterator[str]:
    body = visible(request.body)
    yield "\n".join([_REVERTED.sub("", request.title), *_TRAILER.findall(body)])
    yield request.branch
    yield _REVERTED_LINE.sub("", body)
    if tracker.is_forge:
        yield "\n".join(request.linked_issues)
    yield "\n".join(_headline(commit.headline, tracker) for commit in request.commits)


def _path_of_the_forge(request: MergeRequest, repository: str) -> str:
    """What stands between the host and the repository in the merge request's own address: mostly nothing."""
    address = urlsplit(request.url).path
    below, found, _ = address.casefold().partition(f"/{repository}/".casefold())
    return address[: len(below)] if found else ""


def _headline(headline: str, tracker: TrackerName) -> str:
    text = _REVERTED.sub("", headline)
    # GitHub ends the headline of a squash with the number of the pull request, which is no issue.
    return _OWN_SUFFIX.sub("", text) if tracker is TrackerName.GITHUB else text


def _matches(
    text: str, projects: tuple[str, ...], tracker: TrackerName, repository: str, below: str
) -> Iterator[str]:
    for match in _pattern(projects, tracker, repository, below).finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - _WORDS_BEFORE) : start], text[end : end + 1]
        if _joins(before[-1:]) or _joins(after) or (after and is_turning(after)):
            continue
        if not (tracker.is_forge and _MERGE_REQUEST.search(before)):
            yield _key(match, projects, tracker, repository)


def _joins(character: str) -> bool:
    """Tell whether a neighbour makes the key look like part of something else: a letter with cases,
    any digit, an accent, a control. Scripts that write without spaces may touch a key.
    """
    kinds = {"Lu", "Ll", "Lt", "Nd", "Nl", "No", "Mn", "Me", "Cf"}
    return bool(character) and unicodedata.category(character) in kinds


def _only_key(value: str, rules: TicketRules, repository: str, below: str) -> str | None:
    pattern = _pattern(rules.projects, rules.tracker, repository, below, any_case=True)
    match = pattern.fullmatch(value.strip())
    return _key(match, rules.projects, rules.tracker, repository) if match else None


def _key(
    match: re.Match[str], projects: Sequence[str], tracker: TrackerName, repository: str
) -> str:
    found = match.groupdict()
    named = found.get("project") or found.get("linked") or repository
    number = found.get("number") or found.get("linked_number") or found["own_number"]
    spelled = {project.casefold(): project for project in projects}
    return f"{spelled[named.casefold()]}{_mark(tracker)}{number}"


def _mark(tracker: TrackerName) -> str:
    return "#" if tracker.is_forge else "-"


@lru_cache(maxsize=64)
def _pattern(
    projects: tuple[str, ...],
    tracker: TrackerName,
    repository: str,
    below: str = "",
    any_case: bool = False,
) -> re.Pattern[str]:
    names = "|".join(re.escape(project) for project in projects)
    match tracker:
        case TrackerName.JIRA:
            # In running text `pay-12` is as likely a file or a branch as a ticket.
            flags = re.ASCII | (re.IGNORECASE if any_case else re.NOFLAG)
            number = _NUMBER.format("number")
            return re.compile(rf"(?<![A-Za-z0-9_-])(?P<project>{names})-{number}", flags)
        case TrackerName.GITHUB:
            return _of_a_forge(names, "issues", has_own=_holds(projects, repository))
        case TrackerName.GITLAB:
            # GitLab shows the same issue as a work item.
            page = "-/(?:issues|work_items)"
            return _of_a_forge(names, page, has_own=_holds(projects, repository), below=below)
        case _:
            assert_never(tracker)


def _of_a_forge(names: str, page: str, *, has_own: bool, below: str = "") -> re.Pattern[str]:
    """Issues by their address (`page` is what stands before the number), as `project#12`, and as `#12`."""
    forms = [
        rf"https?://[^\s/]+{re.escape(below)}/(?P<linked>{names})/{page}/{_NUMBER.format('linked_number')}",
        rf"(?<![\w./-])(?P<project>{names})#{_NUMBER.format('number')}",
    ]
    if has_own:
        # Not `&#39;`, not a page's `/#12`, and not the number of another repository.
        forms.append(rf"(?<![\w&#/.-])#{_NUMBER.format('own_number')}")
    return re.compile("|".join(forms), re.ASCII | re.IGNORECASE)


def _holds(projects: tuple[str, ...], repository: str) -> bool:
    return repository.casefold() in {project.casefold() for project in projects}
