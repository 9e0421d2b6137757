"""Ticket, review, tests, revision: guide §5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from gate.controls.revision import NEVER
from gate.domain.policy.workflow import (
    RevisionRules,
    TestRules,
    TicketRules,
    TrackerName,
    Workflow,
)
from gate.policy.at import At
from gate.policy.checks.addresses import check_address
from gate.policy.problem import Problem, listed, quoted

_JIRA_PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_GITLAB_PROJECT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_GATEWAY = "https://api.atlassian.com/"
_LONGEST_DECISION = timedelta(hours=24)

RISKY_EVENTS = {
    "trigger": "is caused by whoever holds the trigger token, and GitLab names the person who made the token instead",
    "workflow_run": "can be caused by people who may not deploy",
}
"""Events that people who may not deploy can cause, unless what stands before them is guarded well, and how."""
_DEPLOY_ON = "deploy on push, release, workflow_dispatch, deployment, schedule or web"


def check_ticket(rules: TicketRules, at: At) -> Iterator[Problem]:
    """Projects as the tracker writes them; a status cannot mean yes and no."""
    for index, project in enumerate(rules.projects):
        yield from check_project(rules.tracker, project, at.find("projects", index))
    rejected = {status.casefold() for status in rules.rejected_statuses}
    both = [status for status in rules.approved_statuses if status.casefold() in rejected]
    if both:
        yield at.find("approved_statuses").error(
            f"{listed(both)} would mean approved and rejected at once",
            hint="remove it here or from `rejected_statuses`, which has a default",
        )
    if rules.url:
        yield from check_address(rules.url, at.find("url"))
        if rules.tracker.is_forge:
            yield at.find("url").warning(
                "has no effect: issues are read on the forge that the deploy runs on",
                hint="remove it",
            )
    if rules.site:
        yield from check_address(rules.site, at.find("site"))
    elif rules.url.startswith(_GATEWAY):
        yield at.find("url").warning(
            "people cannot open this address, so nothing will link to the tickets",
            hint="write under `site` where people see them, such as https://acme.atlassian.net",
        )


def check_project(tracker: TrackerName, project: str, at: At) -> Iterator[Problem]:
    """A Jira project key, a repository for GitHub Issues, or the path of a project for GitLab Issues."""
    if tracker is TrackerName.JIRA and not _JIRA_PROJECT.fullmatch(project):
        key = project.upper()
        yield at.error(
            f"{quoted(project)} is no Jira project key",
            allowed="a key such as CHG: capital letters and digits",
            hint=f"did you mean {quoted(key)}?" if _JIRA_PROJECT.fullmatch(key) else "",
        )
    if tracker is TrackerName.GITHUB and not _REPOSITORY.fullmatch(project):
        yield at.error(
            f"{quoted(project)} is no repository", allowed="owner/name, such as acme/app"
        )
    if tracker is TrackerName.GITLAB and not _GITLAB_PROJECT.fullmatch(project):
        yield at.error(
            f"{quoted(project)} is no project",
            allowed="group/name or group/subgroup/name, such as acme/shop/app",
        )


def check_tests(rules: TestRules, at: At) -> Iterator[Problem]:
    """The same check of the same app need not stand there twice."""
    seen: set[tuple[str, str]] = set()
    for index, check in enumerate(rules.required):
        key = (check.name.pattern, check.app)
        if key in seen:
            yield at.find("required", index).error(
                f"{quoted(check.name.pattern)} of {quoted(check.app)} stands here twice",
                hint="remove one",
            )
        seen.add(key)


def check_revision(rules: RevisionRules, at: At) -> Iterator[Problem]:
    """What people without write access can cause, or what runs what nobody has reviewed, starts no deploy."""
    for index, event in enumerate(rules.events):
        here = at.find("events", index)
        if event in NEVER:
            yield here.error(
                f"{quoted(event)} can be caused by anybody, or runs what nobody has reviewed, "
                "so that it never starts a deploy",
                hint=f"remove it; {_DEPLOY_ON}",
            )
        elif why := RISKY_EVENTS.get(event):
            yield here.warning(f"{quoted(event)} {why}", hint=_DEPLOY_ON)


def check_workflow(workflow: Workflow, at: At) -> Iterator[Problem]:
    """The branch is one branch; a decision does not hold for days."""
    if re.search(r"[\s*?\[\\~^:]", workflow.branch) or workflow.branch.startswith("refs/"):
        yield at.find("branch").error(
            f"{quoted(workflow.branch)} is no branch",
            allowed="the name of one branch, such as main",
        )
    if workflow.decision_valid_for > _LONGEST_DECISION:
        yield at.find("decision_valid_for").warning(
            "a decision that holds for more than a day is about a world that has moved on",
            hint="60m is the default",
        )
