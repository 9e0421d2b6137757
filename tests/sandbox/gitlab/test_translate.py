"""One description for every forge: what it says of GitHub, said of GitLab."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.sandbox.gitlab_rest.forge import token_owner
from gate.sandbox.gitlab_rest.translate import load, translated
from gate.sandbox.world import WorldInvalid
from tests.sandbox.asking import BASE, HOST, raw

REQUESTS: dict[str, Any] = {
    "12": {"branch": "one", "state": "open", "author": "ben", "commits": ["c1"]}
}
COMMITS: dict[str, Any] = {"c1": {"author": "ben", "at": "-3d", "parents": ["m0"]}}


def told(text: str) -> str:
    """What becomes of a text in a world with the pull request 12."""
    found = raw(about=text, pull_requests=REQUESTS, commits=COMMITS)
    about: str = translated(found, HOST)["about"]
    return about


def policy(text: str, **over: Any) -> Any:
    found = translated(raw(policy=text, **over), HOST)["policy"]
    return yaml.safe_load(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("See #12, and #13", "See !12, and #13"),
        ("acme/app#12 is an issue", "acme/app#12 is an issue"),
        ("Pull requests and a pull request", "Merge requests and a merge request"),
        ("by commits_outside_pull_requests", "by commits_outside_pull_requests"),
        ("https://github.com/acme/app/pull/7", f"{HOST}/gitlab/acme/app/-/merge_requests/7"),
        (
            "Merge pull request #12 from acme/fix/it\n\nCHG-7 Fix",
            "Merge branch 'fix/it' into 'main'\n\nCHG-7 Fix\n\nSee merge request acme/app!12",
        ),
        ("Look at .github/change-policy.yml", "Look at .gitlab/change-policy.yml"),
    ],
)
def test_texts_name_merge_requests(text: str, wanted: str) -> None:
    assert told(text) == wanted


def test_a_merge_goes_into_the_default_branch() -> None:
    message = "Merge pull request #1 from acme/x"
    repository, branches = {"name": "acme/shop", "default_branch": "trunk"}, {"trunk": "m0"}
    found = raw(about=message, repository=repository, branches=branches)
    assert translated(found, HOST)["about"] == (
        "Merge branch 'x' into 'trunk'\n\nSee merge request acme/shop!1"
    )


def test_texts_are_turned_wherever_they_stand() -> None:
    ticket = {"tracker": "jira", "remote_links": ["https://github.com/acme/app/pull/12"]}
    found = translated(raw(tickets={"CHG-7": ticket}), HOST)
    assert found["tickets"]["CHG-7"]["remote_links"] == [f"{HOST}/gitlab/acme/app/-/merge_requests/12"]  # fmt: skip


def test_the_policy_lies_where_gitlab_keeps_it() -> None:
    files = {"files": {".github/change-policy.yml": {"added": 1}}}
    found = translated(raw(policy="version: 1\n", commits={"m0": files}), HOST)
    assert found["policy_path"] == ".gitlab/change-policy.yml"
    assert list(found["commits"]["m0"]["files"]) == [".gitlab/change-policy.yml"]


def test_people_of_the_policy_have_accounts_there() -> None:
    accounts = {"ann": {"gitlab": "ann.there"}}
    text = (
        "people: {a: {github: ann-a, github_id: 1}, b: {github: ben-b}, r: {github: 'robot[bot]'}}"
    )
    assert policy(text, accounts=accounts)["people"] == {
        "a": {"gitlab": "ann.there", "gitlab_id": 1},
        "b": {"gitlab": "ben-b"},
        "r": {"gitlab": token_owner(4242, "robot[bot]")},
    }


def test_the_rest_of_the_policy_is_in_gitlabs_terms() -> None:
    text = """
    roles: {lead: {github_team: acme/leads}}
    workflow:
      ticket: {tracker: github, projects: [acme/app]}
      tests: {required: [{name: unit, app: github-actions}, {name: lint, app: other}]}
      run: {events: [push, workflow_dispatch, repository_dispatch]}
    prohibited: [{id: rules, paths: [.github/change-policy.yml]}]
    """
    assert policy(text) == {
        "roles": {"lead": {"gitlab_group": "acme/leads"}},
        "workflow": {
            "ticket": {"tracker": "gitlab", "projects": ["acme/app"]},
            "tests": {
                "required": [{"name": "unit", "app": "gitlab-ci"}, {"name": "lint", "app": "other"}]
            },
            "run": {"events": ["push", "web", "trigger"]},
        },
        "prohibited": [{"id": "rules", "paths": [".gitlab/change-policy.yml"]}],
    }


@pytest.mark.parametrize("text", [None, "- no\n- mapping\n", "a: [\n"])
def test_a_policy_that_cannot_be_read_stays_as_it_is(text: str | None) -> None:
    assert translated(raw(policy=text), HOST)["policy"] == text


def test_faults_stay_as_they_are() -> None:
    faults = [{"route": "GET /repos/**", "status": 500, "body": "no pull request"}]
    assert translated(raw(faults=faults), HOST)["faults"] == faults


def test_a_file_is_read_with_changes_laid_over_it() -> None:
    over = {"about": "#12", "policy_changes": {"guide": {"owner": "Somebody else"}}}
    found = load(BASE, HOST, over=over)
    assert (found.about, found.repository.name) == ("!12", "acme/app")
    assert "owner: Somebody else" in (found.policy or "")
    assert load(BASE, HOST).about != found.about


def test_what_is_wrong_with_a_file_is_told_as_its_author_wrote_it(tmp_path: Path) -> None:
    (tmp_path / "world.yml").write_text("accounts: []\nabout: 7\n")
    with pytest.raises(WorldInvalid, match=str(tmp_path)):
        load(tmp_path, HOST)
