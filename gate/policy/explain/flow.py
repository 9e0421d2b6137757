"""The normal workflow, the emergency, and what is prohibited: §5 to §7 in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.phrases import counted
from gate.domain.policy.document import Policy, ProhibitedRule
from gate.domain.policy.emergency import Emergency, PagerName, Unreachable
from gate.domain.policy.workflow import ForgeRulesUse, Freshness, RequiredCheck, Tie, TrackerName
from gate.policy.explain.words import both, either, full_name, patterns, span

_TRACKERS = {
    TrackerName.JIRA: "Jira",
    TrackerName.GITHUB: "GitHub Issues",
    TrackerName.GITLAB: "GitLab Issues",
}
_PAGERS = {
    PagerName.PAGERDUTY: "PagerDuty",
    PagerName.INCIDENT_IO: "incident.io",
    PagerName.JSM: "JSM Operations",
}
_TIES = {Tie.REPOSITORY: "the repository", Tie.MERGE_REQUEST: "the merge request"}


def workflow(policy: Policy) -> Iterator[str]:
    """Ticket, review, test, deploy."""
    rules = policy.workflow
    yield f"What is deployed is on the protected branch {rules.branch}."
    yield f"A deploy may be started by {either(rules.revision.events)}."
    yield from _ticket(policy)
    yield from _review(policy)
    checks = both(_check(check) for check in rules.tests.required)
    yield f"These checks have succeeded on the very revision that is deployed: {checks}."
    if rules.tests.max_age is not None:
        yield f"Results older than {span(rules.tests.max_age)} do not count."
    yield f"A decision holds for {span(rules.decision_valid_for)} at the most."


def emergency(policy: Policy) -> Iterator[str]:
    """Break-glass."""
    rules = policy.emergency
    if rules is None:
        yield "There is no break-glass: every change meets the rules above."
        return
    yield from _asking(rules)
    yield from _second_person(rules)
    yield from _limits(rules)
    yield from _afterwards(rules, policy)


def prohibited(policy: Policy) -> Iterator[str]:
    """What is never deployed."""
    if not policy.prohibited:
        yield "Nothing is prohibited beyond the rules of the other sections."
    for rule in policy.prohibited:
        yield f"{rule.id}: {_prohibition(rule)}, because {rule.why.rstrip('.')}."


def _ticket(policy: Policy) -> Iterator[str]:
    rules = policy.workflow.ticket
    at = f" at {rules.url}" if rules.url else ""
    at += f", which people see at {rules.site}" if rules.site else ""
    yield (
        f"Every merge request names a ticket of {either(rules.projects)} in "
        f"{_TRACKERS[rules.tracker]}{at}."
    )
    status = "label" if rules.tracker.is_forge else "status"
    rejected = f"; {either(rules.rejected_statuses)} means no" if rules.rejected_statuses else ""
    yield f"The {status} {either(rules.approved_statuses)} means approved{rejected}."
    if rules.bound_by:
        yield f"The ticket names {either(_TIES[tie] for tie in rules.bound_by)} that it is for."
    if rules.harmless_fields:
        yield f"An edit of {either(rules.harmless_fields)} after the approval does not void it."


def _review(policy: Policy) -> Iterator[str]:
    rules = policy.workflow.review
    yield (
        f"Every merge request has {counted(rules.approvals, 'approval')} of its final content, "
        "from people who wrote none of it."
    )
    if rules.freshness is Freshness.STRICT:
        yield "An approval from before a rewrite of the branch does not count."
    else:
        yield "An approval from before a rewrite of the branch counts when the forge moved it along."
    if rules.forge_rules is ForgeRulesUse.REQUIRE:
        yield "It also met the forge's own approval rules, and weakened none of them."


def _check(check: RequiredCheck) -> str:
    every = "all that match " if any(char in check.name.pattern for char in "*?[") else ""
    return f"{every}{check.name} (reported by {check.app})"


def _asking(rules: Emergency) -> Iterator[str]:
    whoever = rules.invoked_by or "Whoever may start the deploy"
    yield (
        f"{whoever} breaks the glass by starting the deploy by hand, in the first attempt of a run, with a reason of "
        f"at least {rules.reason_min_length} characters in their own words."
    )
    if rules.pager is not None:
        yield (
            f"It names an incident of service {rules.pager.service} that is open in {_PAGERS[rules.pager.system]} and "
            "that somebody else, or monitoring, raised."
        )


def _second_person(rules: Emergency) -> Iterator[str]:
    if not rules.second_person:
        yield "NO SECOND PERSON: whoever asks for it needs nobody else."
        return
    pager = rules.pager
    ways = []
    if pager is not None:
        within = span(pager.acknowledged_within)
        ways.append(
            f"{pager.acknowledged_by}, who acknowledged the incident by hand within the last {within}"
        )
    role = rules.approved_by or (pager.acknowledged_by if pager else "nobody")
    ways.append(f"{role}, who approved the deployment or reviewed what is deployed, in the forge")
    told = "; or ".join(ways)
    yield f"A second person stands behind it: {told}."
    if pager is not None and pager.if_unreachable is Unreachable.FORGE:
        yield "While the pager does not answer, the approval in the forge stands in for the incident."


def _limits(rules: Emergency) -> Iterator[str]:
    paths = f", in {patterns(rules.scope.paths)} alone" if rules.scope.paths else ""
    yield (
        f"It brings at most {counted(rules.scope.max_commits, 'commit')} and "
        f"{counted(rules.scope.max_files, 'file')}{paths}, and the grant ends after {span(rules.expires_after)}."
    )
    yield f"An emergency may waive {both(rules.waives) if rules.waives else 'nothing'}; all else holds."
    yield "A tracker that does not answer stops no emergency."


def _afterwards(rules: Emergency, policy: Policy) -> Iterator[str]:
    yield (
        f"Somebody who had no part in it reviews it within {span(rules.review_within)}. Once such a review is overdue, "
        "nothing else is deployed."
    )
    if rules.despite_overdue:
        yield f"{rules.despite_overdue} may break the glass all the same."
    if rules.follow_up is None:
        yield "It leaves an issue of the forge."
    else:
        where = f"{_TRACKERS[rules.follow_up.tracker]} project {rules.follow_up.project}"
        assignee = rules.follow_up.assignee
        whose = f" for {full_name(assignee, policy)}" if assignee else ""
        yield f"It leaves a {rules.follow_up.type} in {where}{whose}."


def _prohibition(rule: ProhibitedRule) -> str:
    what = []
    if rule.paths:
        what.append(f"changes of {patterns(rule.paths)}")
    if rule.commits_outside_pull_requests:
        what.append("commits that no merged merge request brought")
    if rule.unless_approved_by:
        return f"{both(what)} need an approval from {rule.unless_approved_by}"
    return f"{both(what)} are never deployed"
