import pytest

from tests.policy.policies import errors, policy, warnings


def ticket(**settings: object) -> dict[str, object]:
    return {"workflow": {"ticket": settings}}


def test_a_jira_project_is_a_key() -> None:
    assert errors(ticket(projects=["CHG", "chg", "acme/app"])) == [
        "workflow.ticket.projects[1]: `chg` is no Jira project key; "
        "allowed: a key such as CHG: capital letters and digits; did you mean `CHG`?",
        "workflow.ticket.projects[2]: `acme/app` is no Jira project key; "
        "allowed: a key such as CHG: capital letters and digits",
    ]


def test_a_project_of_github_issues_is_a_repository() -> None:
    assert errors(ticket(tracker="github", projects=["acme/app", "CHG"])) == [
        "workflow.ticket.projects[1]: `CHG` is no repository; allowed: owner/name, such as acme/app"
    ]


def test_a_status_cannot_mean_yes_and_no() -> None:
    (said,) = errors(ticket(approved_statuses=["Approved", "declined"]))
    assert said.startswith(
        "workflow.ticket.approved_statuses: declined would mean approved and rejected at once"
    )


def test_the_address_of_the_tracker_is_encrypted() -> None:
    (said,) = errors(ticket(url="http://jira.acme.example"))
    assert said.startswith("workflow.ticket.url: the address is not encrypted")
    assert errors(ticket(url="http://127.0.0.1:9/jira")) == []


def test_the_same_check_twice_is_refused() -> None:
    unit = {"name": "unit", "app": "github-actions"}
    required = [unit, {"name": "unit", "app": "circleci-checks"}, unit]
    assert errors({"workflow": {"tests": {"required": required}}}) == [
        "workflow.tests.required[2]: `unit` of `github-actions` stands here twice; remove one"
    ]


def test_pull_request_target_never_starts_a_deploy() -> None:
    (said,) = errors({"workflow": {"revision": {"events": ["push", "pull_request_target"]}}})
    assert said.startswith("workflow.revision.events[1]: `pull_request_target` runs with the")


@pytest.mark.parametrize("event", ["pull_request", "issue_comment", "workflow_run"])
def test_events_that_others_can_cause_are_a_warning(event: str) -> None:
    (said,) = warnings({"workflow": {"revision": {"events": [event]}}})
    assert said.startswith(f"workflow.revision.events[0]: `{event}` can be caused by people")


@pytest.mark.parametrize("branch", ["release/*", "refs/heads/main", "a b", "main^"])
def test_the_branch_is_one_branch(branch: str) -> None:
    (said,) = errors({"workflow": {"branch": branch}})
    assert said.startswith(f"workflow.branch: `{branch}` is no branch")


def test_a_decision_does_not_hold_for_days() -> None:
    assert warnings({"workflow": {"decision_valid_for": "24h"}}) == []
    (said,) = warnings({"workflow": {"decision_valid_for": "25h"}})
    assert said.startswith("workflow.decision_valid_for: a decision that holds for more than a day")


def test_an_unknown_tracker_is_refused() -> None:
    assert errors(ticket(tracker="gira")) == [
        "workflow.ticket.tracker: `gira` is not known here; allowed: one of jira, github; "
        "did you mean `jira`?"
    ]
    assert policy({}).workflow.ticket.url == ""
