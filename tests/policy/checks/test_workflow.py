import pytest

from gate.controls.revision import NEVER
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


def test_a_project_of_gitlab_issues_is_the_path_of_a_project() -> None:
    projects = ["acme/app", "acme/shop/app", "CHG", "/acme/app", "acme/-/app", "acme/app#1"]
    allowed = "allowed: group/name or group/subgroup/name, such as acme/shop/app"
    people = {name: {"gitlab": name} for name in ("alice", "bob", "carol")}
    patch = {**ticket(tracker="gitlab", projects=projects), "people": people}
    assert errors(patch) == [
        f"workflow.ticket.projects[{index}]: `{project}` is no project; {allowed}"
        for index, project in enumerate(projects)
        if index > 1
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
    (said,) = errors(ticket(site="http://jira.acme.example"))
    assert said.startswith("workflow.ticket.site: the address is not encrypted")


def test_where_people_see_the_tickets_is_missed_at_an_address_that_shows_no_pages() -> None:
    gateway = "https://api.atlassian.com/ex/jira/1a2b"
    (said,) = warnings(ticket(url=gateway))
    assert said.startswith("workflow.ticket.url: people cannot open this address")
    assert warnings(ticket(url=gateway, site="https://acme.atlassian.net")) == []


def test_the_address_of_a_forge_has_no_effect() -> None:
    rules = {"projects": ["acme/app"], "url": "https://github.acme.example"}
    (said,) = warnings(ticket(tracker="github", **rules))
    assert said.startswith("workflow.ticket.url: has no effect: issues are read on the forge that")


def test_the_same_check_twice_is_refused() -> None:
    unit = {"name": "unit", "app": "github-actions"}
    required = [unit, {"name": "unit", "app": "circleci-checks"}, unit]
    assert errors({"workflow": {"tests": {"required": required}}}) == [
        "workflow.tests.required[2]: `unit` of `github-actions` stands here twice; remove one"
    ]


@pytest.mark.parametrize("event", sorted(NEVER))
def test_what_the_gate_always_refuses_is_an_error(event: str) -> None:
    (said,) = errors({"workflow": {"revision": {"events": ["push", event]}}})
    assert said == (
        f"workflow.revision.events[1]: `{event}` can be caused by anybody, or runs what nobody has reviewed, so that "
        "it never starts a deploy; remove it; deploy on push, release, workflow_dispatch, deployment, schedule or web"
    )


def test_events_that_others_can_cause_are_a_warning() -> None:
    (said,) = warnings({"workflow": {"revision": {"events": ["workflow_run"]}}})
    assert said.startswith("workflow.revision.events[0]: `workflow_run` can be caused by people")


def test_a_trigger_token_of_gitlab_deploys_in_the_name_of_whoever_made_it() -> None:
    (said,) = warnings({"workflow": {"revision": {"events": ["trigger", "web"]}}})
    assert said == (
        "workflow.revision.events[0]: `trigger` is caused by whoever holds the trigger token, and GitLab names the "
        "person who made the token instead; deploy on push, release, workflow_dispatch, deployment, schedule or web"
    )


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
        "workflow.ticket.tracker: `gira` is not known here; allowed: one of jira, github, gitlab; "
        "did you mean `jira`?"
    ]
    assert policy({}).workflow.ticket.url == ""
