"""Who approved a merge request, and on Premium which rules that satisfies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import no_route, not_found
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.merge_request_shape import alone
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape, somebody
from gate.sandbox.gitlab_rest.timeline import Approval, story
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number
from gate.sandbox.world.gitlab import ApprovalRule
from gate.sandbox.world.reviews import PullRequest

_HEAD = ("id", "iid", "project_id", "title", "description", "state", "created_at", "updated_at")


def approvals(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/approvals`: everybody who approved, whatever the rules say."""
    found = gitlab.merge_request(named["iid"])
    standing = story(gitlab, found).approvals
    shown = [_approval(gitlab, one) for one in standing]
    mine = {"user_has_approved": False, "user_can_approve": False}
    if gitlab.site.edition == "ce":
        return answer({**mine, "approved": bool(shown), "approved_by": shown})
    rules = rules_of_request(gitlab, found)
    left = {name: _left(rule, standing) for name, rule in rules.items()}
    request_shape = alone(gitlab, found)
    return answer(
        {
            **{name: request_shape[name] for name in _HEAD},
            "merge_status": request_shape["merge_status"],
            "approved": not any(left.values()),
            "approvals_required": max((rule.required for rule in rules.values()), default=0),
            "approvals_left": sum(left.values()),
            "require_password_to_approve": False,
            "approved_by": shown,
            "suggested_approvers": [],
            "approvers": [],
            "approver_groups": [],
            **mine,
            "approval_rules_left": [
                _rule(gitlab, name, rules[name]) for name in left if left[name]
            ],
            "has_approval_rules": bool(rules),
            "merge_request_approvers_available": gitlab.site.is_paid,
            "multiple_approval_rules_available": gitlab.site.is_paid,
            "invalid_approvers_rules": [],
        }
    )


def approval_state(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/approval_state`: rule by rule. On Free there are none."""
    if gitlab.site.edition == "ce":
        raise no_route()
    found = gitlab.merge_request(named["iid"])
    standing = story(gitlab, found).approvals
    rules, project = rules_of_request(gitlab, found), rules_of(gitlab)
    shapes = [
        {
            **_rule(gitlab, name, rule),
            "source_rule": None,
            "overridden": name in project and rule != project[name],
            "code_owner": False,
            "approved": not _left(rule, standing),
            "approved_by": [somebody(gitlab, one.by) for one in _matching(rule, standing)],
        }
        for name, rule in rules.items()
    ]
    # At the merge the project's rules are copied into the merge request, so it has rules of its own in any case.
    has_own = bool(rules) and (
        found.merged is not None or str(found.number) in gitlab.site.own_rules
    )
    overwritten = gitlab.site.may_edit_rules and has_own
    return answer({"approval_rules_overwritten": overwritten, "rules": shapes})


def approval_rules(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/approval_rules` of the project (Premium)."""
    if not gitlab.site.is_paid:
        raise not_found()
    rules = rules_of(gitlab)
    shape = {"protected_branches": [], "applies_to_all_protected_branches": False}
    return paged(
        gitlab, request, [*rules], lambda name: {**_rule(gitlab, name, rules[name]), **shape}
    )


def settings(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/approvals` of the project (Premium): what a push does to approvals, and who may approve."""
    if not gitlab.site.is_paid:
        raise not_found()
    return answer(
        {
            "approvers": [],
            "approver_groups": [],
            "approvals_before_merge": 0,
            "reset_approvals_on_push": gitlab.site.reset_approvals_on_push,
            "selective_code_owner_removals": False,
            "disable_overriding_approvers_per_merge_request": not gitlab.site.may_edit_rules,
            "merge_requests_author_approval": False,
            "merge_requests_disable_committers_approval": False,
            "require_password_to_approve": False,
            "require_reauthentication_to_approve": False,
        }
    )


def rules_of(gitlab: GitLab) -> dict[str, ApprovalRule]:
    """The rules of the project, by name."""
    if not gitlab.site.is_paid:
        return {}
    required = gitlab.world.repository.required_approvals
    return dict(gitlab.site.approval_rules) or {"All Members": ApprovalRule(required=required)}


def rules_of_request(gitlab: GitLab, request: PullRequest) -> dict[str, ApprovalRule]:
    """The rules that hold for a merge request: its own, where it has any and may."""
    own = gitlab.site.own_rules.get(str(request.number), {})
    return dict(own) if own and gitlab.site.may_edit_rules else rules_of(gitlab)


def _matching(rule: ApprovalRule, standing: Sequence[Approval]) -> list[Approval]:
    return [one for one in standing if not rule.people or one.by in rule.people]


def _left(rule: ApprovalRule, standing: Sequence[Approval]) -> int:
    return max(rule.required - len(_matching(rule, standing)), 0)


def _approval(gitlab: GitLab, one: Approval) -> Shape:
    # The time came with one of the versions of 18; which, is written nowhere.
    told = {"approved_at": moment(one.at)} if gitlab.site.is_since(18, 0) else {}
    return {"user": somebody(gitlab, one.by), **told}


def _rule(gitlab: GitLab, name: str, rule: ApprovalRule) -> Shape:
    people = [somebody(gitlab, who) for who in rule.people]
    return {
        "id": number("approval rule", name),
        "name": name,
        "rule_type": "regular" if people else "any_approver",
        "report_type": None,
        "eligible_approvers": people,
        "approvals_required": rule.required,
        "users": people,
        "groups": [],
        "contains_hidden_groups": False,
    }


_REQUEST = "/projects/{id}/merge_requests/{iid}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path="/projects/{id}/approvals", answer=settings, needs=access.READ),
    Route(path="/projects/{id}/approval_rules", answer=approval_rules, needs=access.READ),
    Route(path=f"{_REQUEST}/approvals", answer=approvals, needs=access.READ),
    Route(path=f"{_REQUEST}/approval_state", answer=approval_state, needs=access.READ),
)
