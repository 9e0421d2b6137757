"""`gate follow-up` from the outside, with the sandbox as GitHub, GitLab and Jira."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.archives import directory
from gate.app.context import Host
from gate.cli.main import run
from gate.sandbox import runner
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.forge import PriorEvidence
from tests.scenarios.forges import load_on_gitlab
from tests.scenarios.left import Left, left_in
from tests.scenarios.play import free_port, load, play

OVERDUE, IN_TIME, CLEAN = "debt-overdue", "debt-paid-in-time", "base"
JIRA_DOWN = Fault(
    route="* /jira/**",
    status=503,
    body="{}",
    headers={"Retry-After": "0"},
    content_type="text/plain",
)
REVIEWED = "1 review overdue. Until done, this stops every deploy that is no emergency."


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What came of it."""

    code: int
    out: str
    err: str
    summary: str
    outputs: str
    states: Mapping[str, tuple[str, int]]
    """The status and the number of comments of each ticket of Jira."""
    labels: Mapping[str, tuple[str, ...]]
    left: Left


def sweep(
    world: World,
    folder: Path,
    *arguments: str,
    environment: str = "production",
    environ: Mapping[str, str] | None = None,
) -> Swept:
    """Run it as a step of GitHub Actions, in a run of its own."""
    world = replace(world, run=replace(world.run, id=7100, event="schedule"))
    folder.mkdir(parents=True, exist_ok=True)
    with Sandbox(world) as box:
        inside = {**runner.environ(world, box.url, folder), **(environ or {})}
        return _swept(box, inside, folder, environment, arguments)


def sweep_on_gitlab(name: str, folder: Path, *arguments: str) -> Swept:
    """Run it as a job of GitLab CI/CD."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    world = load_on_gitlab(name, url)
    world = replace(world, gitlab=replace(world.gitlab, write_token=True))
    with Sandbox(world, port=port) as box, chdir(folder):
        inside = runner.gitlab_environ(world, box.url)
        more = ("--gitlab-url", f"{url}/gitlab", "--outputs", str(folder / "out.txt"), *arguments)
        return _swept(box, inside, folder, "production", more)


def _swept(
    box: Sandbox,
    environ: Mapping[str, str],
    folder: Path,
    environment: str,
    arguments: tuple[str, ...],
) -> Swept:
    out, err = io.StringIO(), io.StringIO()
    named = ("--environment", environment) if environment else ()
    jira = ("--jira-url", environ["CHANGE_GATE_JIRA_URL"], "--jira-email", "gate@acme.example")
    with redirect_stderr(err):
        code = run(
            ["follow-up", *named, *jira, *arguments],
            Host(environ=environ, clock=box.clock, out=out),
        )
    issues = {issue.asked: issue for issue in box.site.jira.shelf.all()}
    return Swept(
        code=code,
        out=out.getvalue(),
        err=err.getvalue(),
        summary=_text(folder / "step-summary.md"),
        outputs=_text(folder / "output.txt") or _text(folder / "out.txt"),
        states={key: (issue.status, len(issue.comments)) for key, issue in issues.items()},
        labels={key: issue.labels for key, issue in issues.items()},
        left=left_in(box, "github"),
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_where_nothing_is_owed_there_is_nothing_to_do(tmp_path: Path) -> None:
    found = sweep(load(CLEAN), tmp_path)
    assert (found.code, found.err) == (0, "")
    assert "No review is owed" in found.out
    assert "No review is owed" in found.summary
    assert found.left.opened == ()


def test_what_is_overdue_is_escalated_and_fails_with_a_code_of_its_own(tmp_path: Path) -> None:
    found = sweep(load(OVERDUE), tmp_path)
    assert (found.code, found.states["CHG-90"]) == (7, ("To Do", 1))
    assert "overdue" in found.labels["CHG-90"]
    assert "OVERDUE" in found.out
    assert REVIEWED in found.err
    assert "CHG-90" in found.summary
    assert "overdue" in found.outputs


def test_a_review_that_counts_closes_the_ticket(tmp_path: Path) -> None:
    found = sweep(load(IN_TIME), tmp_path)
    assert (found.code, found.states["CHG-90"]) == (0, ("Done", 2))
    assert "reviewed" in found.out


def test_machines_get_the_table_as_json(tmp_path: Path) -> None:
    found = sweep(load(OVERDUE), tmp_path, "--json", environ={"GITHUB_ACTIONS": "false"})
    told: dict[str, Any] = json.loads(found.out)
    assert (found.code, told["overdue"], told["owed"]) == (7, 1, 1)
    assert [one["ticket"]["key"] for one in told["releases"]] == ["CHG-90"]
    assert (found.summary, found.outputs) == ("", "")


def test_what_could_not_be_seen_is_undecided_and_said(tmp_path: Path) -> None:
    found = sweep(replace(load(OVERDUE), faults=(JIRA_DOWN,)), tmp_path)
    assert found.code == 4
    assert "Not seen or not done: Jira" in found.out
    assert "::warning title=Change Gate::Jira" in found.out
    assert "Not everything could be seen or done: Jira" in found.err
    assert "nothing is lost" in found.err


def test_a_debt_that_no_tracker_took_is_opened_from_the_evidence(tmp_path: Path) -> None:
    world = load("emergency-tracker-and-forge-issues-down")
    checked = play(world, tmp_path / "check")
    assert (checked.exit_code, checked.left.opened) == (0, ())
    left = PriorEvidence(
        run=7001,
        commit="m1",
        event="workflow_dispatch",
        at=world.now,
        break_glass=True,
        decision=checked.evidence["decision.json"].decode(),
    )
    later = replace(world, faults=(), prior_evidence={"7001": left})
    found = sweep(later, tmp_path / "sweep")
    assert (found.code, found.err) == (0, "")
    (ticket,) = found.left.opened
    assert (ticket.system, ticket.due) == ("jira", "2026-11-26")
    assert "Asked for by dave" in ticket.text


def test_what_was_seen_and_done_is_kept_as_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    found = sweep(load(OVERDUE), tmp_path, "--evidence", str(folder))
    assert found.code == 7
    kept = directory.read(folder)
    assert any(b"CHG-90" in content for content in kept.values())
    assert kept["policy.yml"] == (load(OVERDUE).policy or "").encode()


def test_without_an_environment_nobody_knows_what_is_meant(tmp_path: Path) -> None:
    found = sweep(load(CLEAN), tmp_path, environment="")
    assert found.code == 2
    assert "No environment was given" in found.err
    assert found.out == ""


def without_policy(world: World) -> World:
    return replace(world, policy=None)


def without_run(world: World) -> World:
    return replace(
        world, faults=(Fault(route="GET /repos/*/*/actions/runs/**", status=403, body="{}"),)
    )


@pytest.mark.parametrize(("broken", "code"), [(without_policy, 3), (without_run, 4)])
@pytest.mark.parametrize("job", ["true", "false"])
def test_what_keeps_it_from_working_at_all_is_told_to_the_job(
    broken: Callable[[World], World], code: int, job: str, tmp_path: Path
) -> None:
    found = sweep(broken(load(CLEAN)), tmp_path, environ={"GITHUB_ACTIONS": job})
    assert found.code == code
    assert ("::error title=Change Gate" in found.out) is (job == "true")
    assert ("undecided" in found.outputs) is (job == "true")


def test_on_gitlab_the_log_and_the_dotenv_report_tell_it(tmp_path: Path) -> None:
    found = sweep_on_gitlab(OVERDUE, tmp_path)
    assert (found.code, found.states["CHG-90"]) == (7, ("To Do", 1))
    assert "OVERDUE" in found.out
    assert "GATE_OVERDUE=1" in found.outputs
    assert sweep_on_gitlab(IN_TIME, tmp_path).code == 0
