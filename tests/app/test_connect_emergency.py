"""Where follow-ups are kept and who is told, with which token: what each system hears is asserted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.pagers.incident_io import IncidentIo
from gate.adapters.pagers.jsm import Jsm
from gate.adapters.pagers.pagerduty import PagerDuty
from gate.adapters.trackers.github_desk import GitHubDesk
from gate.adapters.trackers.gitlab_desk import GitLabDesk
from gate.adapters.trackers.jira_desk import JiraDesk
from gate.app import connect
from gate.app.desks import ClosedDesk
from gate.app.keep_debts import keep_debts
from gate.app.pipeline import Pipeline
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules, PagerName
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Desk, FactMissing
from tests import builders as b
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, serve
from tests.app.emergencies import granted, policy
from tests.app.hosts import GITHUB, GITLAB, host, on_github, on_gitlab, said, world
from tests.app.test_connect import heard, listening

SITE = "https://acme.atlassian.net"
JIRA_TOKEN = "CHANGE_GATE_JIRA_TOKEN"
PAGER_TOKEN = "CHANGE_GATE_PAGER_TOKEN"
WRITE, READ = "CHANGE_GATE_WRITE_TOKEN", "CHANGE_GATE_GITLAB_TOKEN"
TICKETS = TicketRules(tracker=TrackerName.JIRA, projects=("CHG",), approved_statuses=("Approved",))


def kept_in(where: TrackerName, project: str, url: str = "", **tickets: Any) -> Policy:
    found = policy(follow_up=FollowUpRules(tracker=where, project=project, url=url))
    rules = replace(TICKETS, **tickets)
    return replace(found, workflow=replace(found.workflow, ticket=rules))


IN_JIRA = kept_in(TrackerName.JIRA, "CHG", url=SITE)


def desks(pipeline: Pipeline, rules: Policy) -> list[tuple[type[Desk], str]]:
    with world(pipeline) as found:
        asked = found.emergencies.desks(rules)
        assert [type(one) for one in asked] == [
            type(one) for one in found.emergencies.desks_to_write(rules)
        ]
        return [(type(one), one.system) for one in asked]


# --- pagers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "client"),
    [
        (PagerName.PAGERDUTY, PagerDuty),
        (PagerName.INCIDENT_IO, IncidentIo),
        (PagerName.JSM, Jsm),
    ],
)
def test_the_policy_names_the_pager(system: PagerName, client: type[object]) -> None:
    rules = b.pager_rules(system=system, url="https://pager.example")
    options = {"pager_email": "gate@acme.example"}
    with world(on_github(host(GITHUB, CHANGE_GATE_PAGER_TOKEN="t0k3n"), **options)) as found:
        assert isinstance(found.emergencies.pager(rules), client)


def test_without_its_token_no_pager_is_asked_with_another_one() -> None:
    rules = b.pager_rules(url="https://pager.example")
    with world(on_gitlab(host(GITLAB))) as found, pytest.raises(FactMissing) as raised:
        found.emergencies.pager(rules)
    assert raised.value.missing.reason_code == "not-configured"


@pytest.mark.parametrize(("connect_to", "environ"), [(on_github, GITHUB), (on_gitlab, GITLAB)])
def test_the_pager_hears_its_own_token_and_no_other(
    connect_to: Callable[..., Pipeline], environ: dict[str, str]
) -> None:
    given = host({**environ, PAGER_TOKEN: "p4ger"})
    with (
        listening() as server,
        world(connect_to(given)) as found,
        pytest.raises(FactMissing),
    ):
        found.emergencies.pager(b.pager_rules(url=server.url)).incident("1234")
    assert heard(server) == {"Token token=p4ger"}


# --- the webhook ----------------------------------------------------------------------------------


def test_where_nobody_listens_there_is_no_webhook() -> None:
    with world(on_github(host(GITHUB))) as found:
        assert found.emergencies.webhook is None


def test_a_webhook_is_told_without_any_token() -> None:
    with serve(lambda *_: Reply(status=200)) as server:
        given = host({**GITHUB, connect.WEBHOOK: f"{server.url}/hook\n"})
        with world(on_github(given)) as found:
            assert found.emergencies.webhook is not None
            found.emergencies.webhook({"text": "hello"})
    (asked,) = server.asked
    assert (asked.path, asked.json) == ("/hook", {"text": "hello"})
    assert heard(server) == set()


# --- desks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("connect_to", "environ", "own", "system", "issues"),
    [
        (on_github, GITHUB, GitHubDesk, "github", TrackerName.GITHUB),
        (on_gitlab, {**GITLAB, WRITE: "w"}, GitLabDesk, "gitlab", TrackerName.GITLAB),
    ],
)
def test_each_forge_keeps_what_the_tracker_of_the_policy_does_not(
    connect_to: Callable[..., Pipeline],
    environ: dict[str, str],
    own: type[Desk],
    system: str,
    issues: TrackerName,
) -> None:
    pipeline = connect_to(host({**environ, JIRA_TOKEN: "t"}))
    assert desks(pipeline, IN_JIRA) == [(JiraDesk, "jira"), (own, system)]
    assert desks(pipeline, kept_in(issues, "acme/app")) == [(own, system)]
    assert desks(pipeline, kept_in(issues, "acme/reviews")) == [(own, system)] * 2
    other = {TrackerName.GITHUB: TrackerName.GITLAB}.get(issues, TrackerName.GITHUB)
    closed = (ClosedDesk, other.value)
    assert desks(pipeline, kept_in(other, "acme/app")) == [closed, (own, system)]


def test_what_is_not_configured_is_a_desk_that_says_so() -> None:
    found = desks(on_gitlab(host(GITLAB)), kept_in(TrackerName.JIRA, "CHG"))
    assert found == [(ClosedDesk, "jira"), (ClosedDesk, "gitlab")]


@pytest.mark.parametrize(
    "rules",
    [
        kept_in(TrackerName.JIRA, "CHG", url=SITE),
        kept_in(TrackerName.JIRA, "CHG", url=""),
        kept_in(TrackerName.JIRA, "CHG", url="", site=SITE),
        kept_in(TrackerName.JIRA, "CHG", url=f" {SITE} ", tracker=TrackerName.GITHUB, site="x"),
    ],
)
def test_follow_ups_may_lie_in_another_jira_than_tickets(rules: Policy) -> None:
    pipeline = on_github(host(GITHUB, CHANGE_GATE_JIRA_TOKEN="t"), jira_url=SITE)
    assert desks(pipeline, rules)[0] == (JiraDesk, "jira")


def ask_all(pipeline: Pipeline, rules: Policy) -> None:
    with world(pipeline) as found:
        for desk in found.emergencies.desks(rules):
            with pytest.raises(FactMissing):
                desk.follow_ups()


@pytest.mark.parametrize(
    ("project", "tokens"),
    [
        ("acme/app", {f"Bearer {GITHUB['GITHUB_TOKEN']}"}),
        ("acme/reviews", {f"Bearer {GITHUB['GITHUB_TOKEN']}", "Bearer other"}),
    ],
)
def test_the_token_of_the_workflow_writes_at_home_and_another_one_elsewhere(
    project: str, tokens: set[str]
) -> None:
    given = {**GITHUB, "CHANGE_GATE_TRACKER_TOKEN": "other"}
    with listening() as server:
        pipeline = on_github(host({**given, "GITHUB_API_URL": server.url}))
        ask_all(pipeline, kept_in(TrackerName.GITHUB, project))
    assert {one.replace("token ", "Bearer ") for one in heard(server)} == tokens


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [({WRITE: "w", READ: "r"}, {"w", "Bearer w"}), ({READ: "r"}, {"r", "Bearer r"})],
)
def test_gitlab_is_written_with_the_token_that_may_and_read_where_there_is_none(
    tokens: dict[str, str], shown: set[str]
) -> None:
    with listening() as server:
        here = {"CI_SERVER_URL": server.url, "CI_API_V4_URL": f"{server.url}/api/v4"}
        pipeline = on_gitlab(host({**GITLAB, **here, **tokens}), gitlab_url=server.url)
        ask_all(pipeline, kept_in(TrackerName.GITLAB, "acme/app"))
    assert len(heard(server)) == 1
    assert heard(server) <= shown


# --- a tracker that hangs -------------------------------------------------------------------------


@contextmanager
def hanging_jira() -> Iterator[Loopback]:
    """Jira takes every request and answers none in time; GitHub knows nothing and opens what it is asked to."""
    opened: list[Any] = []

    def answer(asked: Asked, _: int) -> Reply:
        if asked.path.startswith("/jira"):
            time.sleep(6)
            return as_json({}, 504)
        if asked.method == "POST":
            opened.append(issue(asked.json))
            return as_json(opened[-1], 201)
        return as_json(opened)

    def issue(body: Any) -> dict[str, Any]:
        return {
            "id": 1,
            "number": 13,
            "html_url": "https://github.com/acme/app/issues/13",
            "title": body["title"],
            "body": body["body"],
            "state": "open",
            "created_at": "2026-11-25T15:00:00Z",
            "user": {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"},
            "labels": [{"name": name} for name in body["labels"]],
        }

    with serve(answer) as server:
        yield server


def test_a_tracker_that_hangs_leaves_the_forge_time_to_keep_the_debt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connect, "TRACKER_SECONDS", 1)
    monkeypatch.setattr(connect, "WRITING_SECONDS", 4)
    with hanging_jira() as server:
        given = {**GITHUB, JIRA_TOKEN: "t", "GITHUB_API_URL": server.url}
        rules = kept_in(TrackerName.JIRA, "CHG", url=f"{server.url}/jira")
        with world(on_github(host(given))) as found:
            kept = keep_debts(found.emergencies, granted(), rules)
    assert kept is not None
    assert (kept.system, kept.key, list(kept.refused)) == ("github", "acme/app#13", ["jira"])


# --- what the pipeline shows ----------------------------------------------------------------------


def test_a_warning_and_a_table_stand_where_each_pipeline_shows_them(tmp_path: Path) -> None:
    output, page, dotenv = tmp_path / "output", tmp_path / "page.md", tmp_path / "out.env"
    github = host({**GITHUB, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(page)})
    gitlab = host(GITLAB)
    for pipeline in (on_github(github), on_gitlab(gitlab, outputs=dotenv)):
        pipeline.warn("The pager was\n::error::silent")
        pipeline.tell_table({"overdue": "1"}, "## 1 review overdue\n")
    assert said(github).startswith("::warning title=Change Gate::The pager was")
    assert said(gitlab).startswith("Warning: The pager was")
    assert not any(line.startswith("::error") for line in said(gitlab).splitlines())
    assert "overdue<<" in output.read_text()
    assert page.read_text() == "## 1 review overdue\n"
    assert "GATE_OVERDUE=1" in dotenv.read_text()
