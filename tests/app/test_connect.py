"""Which adapter answers, where it asks, and with which token: what each system hears is asserted."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from gate.adapters.forges.github.forge import GitHub
from gate.adapters.forges.gitlab.forge import GitLab
from gate.adapters.trackers.github_issues import GitHubIssues
from gate.adapters.trackers.gitlab_issues import GitLabIssues
from gate.adapters.trackers.jira import Jira
from gate.app.pipeline import Pipeline
from gate.app.secrets_here import ALL_SECRETS
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import FactMissing
from tests.adapters.loopback import Loopback, as_json, serve
from tests.app.hosts import GITHUB, GITLAB, host, on_github, on_gitlab, world

JIRA = TicketRules(tracker=TrackerName.JIRA, projects=("CHG",), approved_statuses=("Approved",))
ISSUES = replace(JIRA, tracker=TrackerName.GITHUB, projects=("acme/app",))
WORK_ITEMS = replace(JIRA, tracker=TrackerName.GITLAB, projects=("acme/app",))
GATEWAY = "https://api.atlassian.com/ex/jira/1a2b"
SITE = "https://acme.atlassian.net"


def gap(pipeline: Pipeline, rules: TicketRules) -> Missing:
    with world(pipeline) as found, pytest.raises(FactMissing) as raised:
        found.tracker(rules)
    return raised.value.missing


@contextmanager
def listening() -> Iterator[Loopback]:
    """A server that hears what is asked and knows nothing."""
    with serve(lambda *_: as_json({"message": "Not Found"}, 404)) as server:
        yield server


def heard(server: Loopback) -> set[str]:
    """Every credential that the server was shown."""
    assert server.asked
    return {
        value
        for asked in server.asked
        for name, value in asked.headers.items()
        if name.title() in {"Authorization", "Private-Token", "Job-Token"}
    }


# --- which adapter -------------------------------------------------------------------------------


def test_github_is_asked_about_a_run_of_github_and_gitlab_about_a_pipeline_of_gitlab() -> None:
    with world(on_github(host(GITHUB))) as found:
        assert isinstance(found.forge, GitHub)
        assert found.repository == "acme/app"
    with world(on_gitlab(host(GITLAB))) as found:
        assert isinstance(found.forge, GitLab)
        assert found.repository == "acme/app"


@pytest.mark.parametrize(
    ("pipeline", "rules", "tracker"),
    [
        (on_github(host(GITHUB)), ISSUES, GitHubIssues),
        (on_gitlab(host(GITLAB)), WORK_ITEMS, GitLabIssues),
        (on_github(host(GITHUB, CHANGE_GATE_JIRA_TOKEN="t")), replace(JIRA, url=SITE), Jira),
        (on_gitlab(host(GITLAB, CHANGE_GATE_JIRA_TOKEN="t")), replace(JIRA, url=SITE), Jira),
    ],
)
def test_the_policy_names_the_tracker(
    pipeline: Pipeline, rules: TicketRules, tracker: type[object]
) -> None:
    with world(pipeline) as found:
        assert isinstance(found.tracker(rules), tracker)


@pytest.mark.parametrize(
    ("pipeline", "rules", "words"),
    [
        (on_github(host(GITHUB)), WORK_ITEMS, "GitLab Issues, and this pipeline runs on GitHub"),
        (on_gitlab(host(GITLAB)), ISSUES, "GitHub Issues, and this pipeline runs on GitLab"),
    ],
)
def test_issues_of_the_other_forge_cannot_be_read(
    pipeline: Pipeline, rules: TicketRules, words: str
) -> None:
    found = gap(pipeline, rules)
    assert (found.reason_code, words in found.detail) == ("not-configured", True)


def test_calendars_are_read_without_a_token() -> None:
    with listening() as server, world(on_github(host(GITHUB))) as found:
        with pytest.raises(FactMissing) as raised:
            found.calendar.spans(f"{server.url}/freeze.ics")
        assert raised.value.missing.reason_code == "not-found"
        assert heard(server) == set()


# --- which token ----------------------------------------------------------------------------------


def ask_github(server: Loopback, **tokens: str) -> Pipeline:
    return on_github(host(GITHUB, GITHUB_API_URL=server.url, **tokens))


def test_github_hears_the_token_of_the_workflow_and_for_teams_that_of_an_app() -> None:
    with listening() as server, world(ask_github(server)) as found:
        for question in (found.forge.run, lambda: found.forge.team("acme/security")):
            with pytest.raises(FactMissing):
                question()
    assert heard(server) == {f"token {GITHUB['GITHUB_TOKEN']}"}
    with (
        listening() as server,
        world(ask_github(server, CHANGE_GATE_TEAM_TOKEN="app")) as found,
        pytest.raises(FactMissing),
    ):
        found.forge.team("acme/security")
    assert heard(server) == {"token app"}


@pytest.mark.parametrize(
    ("tokens", "token"),
    [({}, GITHUB["GITHUB_TOKEN"]), ({"CHANGE_GATE_TRACKER_TOKEN": " other\n"}, "other")],
)
def test_issues_elsewhere_may_have_a_token_of_their_own(tokens: Any, token: str) -> None:
    with (
        listening() as server,
        world(ask_github(server, **tokens)) as found,
        pytest.raises(FactMissing),
    ):
        found.tracker(ISSUES).tickets(["acme/app#3"])
    assert heard(server) == {f"Bearer {token}"}


@pytest.mark.parametrize(
    ("email", "shown"),
    [("", "Bearer t0k3n-jira"), ("gate@acme.example", "Basic ")],
)
def test_jira_hears_its_own_token_and_no_other(email: str, shown: str) -> None:
    given = host(GITHUB, CHANGE_GATE_JIRA_TOKEN="t0k3n-jira")
    with listening() as server:
        pipeline = on_github(given, jira_url=f"{server.url}/jira", jira_email=email)
        with world(pipeline) as found, pytest.raises(FactMissing):
            found.tracker(JIRA).tickets(["CHG-7"])
    (credential,) = heard(server)
    assert credential.startswith(shown)
    if email:
        pair = base64.b64decode(credential.removeprefix("Basic ")).decode()
        assert pair == "gate@acme.example:t0k3n-jira"


def test_without_its_token_jira_is_not_asked_with_another_one() -> None:
    with listening() as server:
        found = gap(on_github(host(GITHUB), jira_url=server.url), JIRA)
        assert server.asked == []
    assert (found.reason_code, found.source) == ("not-configured", "Jira")


@pytest.mark.parametrize(("connect", "environ"), [(on_github, GITHUB), (on_gitlab, GITLAB)])
def test_whatever_a_variable_for_tokens_holds_is_masked(
    connect: Any, environ: dict[str, str]
) -> None:
    tokens = {name: f"canary-{index:02}" for index, name in enumerate(ALL_SECRETS)}
    pipeline = connect(host({**environ, **tokens}), jira_email="gate@acme.example")
    with world(pipeline) as found:
        for token in tokens.values():
            pair = base64.b64encode(f"gate@acme.example:{token}".encode()).decode()
            assert found.mask(f"it says {token} and {pair}.").count("[redacted]") == 2


def test_nothing_is_masked_where_there_is_no_token() -> None:
    with world(on_github(host({**GITHUB, "GITHUB_TOKEN": ""}))) as found:
        assert found.mask("nothing to hide: Og==") == "nothing to hide: Og=="


def test_what_was_asked_is_kept_and_tells_the_clocks_of_the_systems() -> None:
    with listening() as server, ask_github(server).wired() as wired:
        assert (wired.raw(), wired.world.skew()) == ({}, None)
        with pytest.raises(FactMissing):
            wired.world.forge.run()
        assert len(wired.raw()) == 1


# --- which Jira -----------------------------------------------------------------------------------


def jira_pipeline(jira_url: str) -> Pipeline:
    return on_github(host(GITHUB, CHANGE_GATE_JIRA_TOKEN="t"), jira_url=jira_url)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("", SITE),
        (SITE, ""),
        (f" {SITE.upper().replace('HTTPS', 'https')}/ ", SITE),
        (f"{SITE}:443/rest/api/3", f"{SITE}/"),
        (GATEWAY, GATEWAY),
        ("", GATEWAY),
        (GATEWAY, ""),
    ],
)
def test_the_address_is_that_of_the_policy_or_what_the_workflow_repeats(
    given: str, written: str
) -> None:
    with world(jira_pipeline(given)) as found:
        assert isinstance(found.tracker(replace(JIRA, url=written)), Jira)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://evil.atlassian.net", SITE),
        (GATEWAY, SITE),
        (SITE, GATEWAY),
        ("https://api.atlassian.com/ex/jira/evil", GATEWAY),
        (f"{SITE}/jira", SITE),
        (f"{SITE}:8443", SITE),
    ],
)
def test_the_workflow_cannot_choose_another_jira_than_the_policy(given: str, written: str) -> None:
    found = gap(jira_pipeline(given), replace(JIRA, url=written))
    assert found.reason_code == "not-configured"
    assert "another address than `workflow.ticket.url`" in found.detail


def test_an_address_that_is_none_is_not_compared_but_refused() -> None:
    found = gap(jira_pipeline("acme"), replace(JIRA, url=SITE))
    assert "is not of the form" in found.detail


def test_a_jira_that_nobody_names_is_not_configured() -> None:
    found = gap(jira_pipeline(" "), JIRA)
    assert (found.source, found.reason_code) == ("Jira", "not-configured")
    assert "workflow.ticket.url" in found.remedy


def test_people_are_sent_to_the_site_that_the_policy_names(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []
    original = Jira.__init__

    def noted(self: Jira, **how: Any) -> None:
        made.append(how)
        original(self, **how)

    monkeypatch.setattr(Jira, "__init__", noted)
    with world(jira_pipeline("")) as found:
        found.tracker(replace(JIRA, url=GATEWAY, site=SITE))
    assert (made[0]["base_url"], made[0]["site"]) == (GATEWAY, SITE)
