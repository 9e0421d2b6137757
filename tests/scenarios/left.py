"""What a run left behind in the systems of a world: tickets that were opened, and what people were told."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gate.domain.follow_up_marker import fields_in
from gate.sandbox.server import Sandbox

Forge = Literal["github", "gitlab"]
FORGE = "forge"
"""How scenarios call the issues of the forge, whichever it is."""
_HIDDEN = re.compile(r"<!--.*?-->|\]\([^)]*\)|[*|`\[\u200b]", re.DOTALL)
"""What Markdown does not show: comments, where links lead, marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ticket that was not there before."""

    system: str
    """`jira` or `forge`."""
    key: str
    title: str
    text: str
    """As people read it, on one line."""
    labels: tuple[str, ...]
    marker: Mapping[str, str]
    due: str
    """A date; always empty on GitHub, whose issues have none."""
    assignees: tuple[str, ...]
    """Names of accounts in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """All of it."""

    opened: tuple[Opened, ...] = ()
    told: tuple[str, ...] = ()
    """Where something was written for people: `incident 1234`, `request 12`."""


def left_in(box: Sandbox, forge: Forge) -> Left:
    """Look into the sandbox, not over its interfaces: nothing that was written may hide behind a filter."""
    return Left(
        opened=(*_jira(box), *_issues(box, forge)),
        told=(*_incidents(box), *_requests(box, forge)),
    )


def _jira(box: Sandbox) -> Iterator[Opened]:
    for issue in box.site.jira.shelf.all():
        if issue.asked not in box.world.tickets:
            yield Opened(
                system="jira",
                key=issue.asked,
                title=issue.summary,
                text=_line(" ".join(_texts(issue.adf))),
                labels=issue.labels,
                marker=issue.properties.get("change-gate", {}),
                due=issue.due,
                assignees=(issue.assignee,) if issue.assignee else (),
            )


def _issues(box: Sandbox, forge: Forge) -> Iterator[Opened]:
    site = box.site.github if forge == "github" else box.site.gitlab
    for name, issue in site.written.issues.items():
        if name not in box.world.issues:
            yield Opened(
                system=FORGE,
                key=name,
                title=issue.title,
                text=_line(_HIDDEN.sub("", html.unescape(_HIDDEN.sub("", issue.body)))),
                labels=issue.labels,
                marker=fields_in(issue.body),
                due=issue.due,
                assignees=issue.assignees,
            )


def _incidents(box: Sandbox) -> Iterator[str]:
    for number in box.world.incidents:
        if any(pager.written.comments(number) for pager in box.site.pagers.values()):
            yield f"incident {number}"


def _requests(box: Sandbox, forge: Forge) -> Iterator[str]:
    site, mark = (box.site.github, "#") if forge == "github" else (box.site.gitlab, "!")
    for number in box.world.pull_requests:
        if site.written.comments(f"{box.world.repository.name}{mark}{number}"):
            yield f"request {number}"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("( ", "(").replace(" )", ")")


def _texts(node: Any) -> Iterator[str]:
    """The text of a document of Jira."""
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        if "text" in node:
            yield node["text"]
        yield from _texts(node.get("content", []))
