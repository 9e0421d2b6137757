"""`gate follow-up` from the outside, with the sandbox as GitHub, GitLab and Jira."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.adapters.bundles.folder import read
from gate.app.context import Host
from gate.app.show_evidence import show_evidence
from gate.cli.main import run
from gate.sandbox import runner
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.forge import PriorEvidence
from tests.adapters.signers.keys import private_pem, public_pem
from tests.app.evidence_set import KEY
from tests.cli.test_evidence import call
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
DEMANDED = {
    "minimum": "signed",
    "keys": [{"name": "release", "pem": public_pem(KEY)}],
}
"""What a policy says that demands a signature."""
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


def sweep_on_gitlab(
    name: str,
    folder: Path,
    *arguments: str,
    changed: Callable[[World], World] = lambda world: world,
) -> Swept:
    """Run it as a job of GitLab CI/CD."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    world = changed(load_on_gitlab(name, url))
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
    kept = read(folder)
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


# --- what it leaves ------------------------------------------------------------------------------

JIRA_SILENT = "Not everything could be seen or done: Jira"
ARCHIVE_FAILS = "The evidence could not be archived in file:///nowhere"


def archiving(world: World, archive: str, **rules: Any) -> World:
    """The same where the policy names an archive, and perhaps whose signature it demands."""
    policy = yaml.safe_load(world.policy or "")
    evidence = {**policy["evidence"], "archive": archive, **rules}
    return replace(world, policy=yaml.safe_dump({**policy, "evidence": evidence}))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    found = tmp_path / "archive"
    found.mkdir()
    return found


def bundles(archive: Path) -> list[Path]:
    return sorted(archive.rglob("*.zip"), reverse=True)


def test_a_review_is_archived_signed_and_verified_by_somebody_who_holds_the_key(
    tmp_path: Path, archive: Path
) -> None:
    key = {"CHANGE_GATE_SIGNING_KEY": private_pem(KEY).decode()}
    folder = tmp_path / "evidence"
    world = archiving(load(IN_TIME), archive.as_uri(), signing=DEMANDED)
    found = sweep(world, tmp_path / "run", "--evidence", str(folder), environ=key)
    assert (found.code, found.err) == (0, "")
    [zipped] = bundles(archive)
    assert f"Archived: {archive.as_uri()} v1/streams/github.com/4242/production__follow-up" in (
        found.out
    )
    point = found.out.partition("Checkpoint: ")[2].splitlines()[0]
    (tmp_path / "point.json").write_text(point)
    (tmp_path / "release.pub").write_text(public_pem(KEY))
    code, said = call(
        *("evidence", "verify", archive, folder, "--jobs", "1", "--require", "signed"),
        *("--key", tmp_path / "release.pub", "--checkpoint", tmp_path / "point.json"),
    )
    assert code == 0, said
    digest = read(folder)["record.json"]
    assert f"\n{json.loads(point)['head']}\n" in found.outputs
    assert b"__follow-up" in digest
    first = said.splitlines()[0]
    assert first.startswith(
        f"whole   {zipped}: a sweep of acme/app production: no review is owed, "
    )
    assert "run 7100/1, 2026-11-25T" in first
    assert "; signed by the key release.pub (SHA256:" in first
    assert "decides the same" not in first
    (kind,) = {
        json.loads(line)["kind"]
        for line in call("evidence", "verify", folder, "--json")[1].splitlines()[:-1]
    }
    assert kind == "sweep"


def test_a_sweep_is_read_aloud(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    sweep(load(IN_TIME), tmp_path / "run", "--evidence", str(folder))
    code, said = call("evidence", "show", folder)
    assert code == 0
    head, _, columns, row, *notes = said.splitlines()
    assert head == "No review is owed"
    assert columns.split()[:3] == ["state", "release", "environment"]
    assert row.startswith("reviewed")
    assert re.search(r"CHG-90 +carol +confirmed with actions on 2026-11-16T15:00:00Z$", row)
    assert any(line.startswith("Had to:   close it, since the review is there (") for line in notes)
    assert "Chain:    none; it was not archived when it was sealed" in notes
    assert "Signing:  not signed" in notes
    assert notes[-1].startswith("Written by gate 0.")
    page = show_evidence(folder).page
    assert "<title>No review is owed</title>" in page
    assert "CHG-90" in page


def test_a_sweep_is_neither_replayed_nor_does_it_allow_a_deploy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "evidence"
    sweep(load(IN_TIME), tmp_path / "run", "--evidence", str(folder))
    assert call("replay", folder)[0] == 6
    assert "evidence of a sweep" in capsys.readouterr().err


def test_an_hourly_sweep_where_nothing_happens_is_not_archived(
    tmp_path: Path, archive: Path
) -> None:
    folder = tmp_path / "evidence"
    world = archiving(load(CLEAN), archive.as_uri())
    found = sweep(world, tmp_path / "run", "--evidence", str(folder))
    assert (found.code, bundles(archive)) == (0, [])
    assert "Archived:" not in found.out
    assert call("evidence", "verify", folder)[0] == 0


def test_every_sweep_that_finds_something_overdue_is_archived_one_after_the_other(
    tmp_path: Path, archive: Path
) -> None:
    world = archiving(load(OVERDUE), archive.as_uri())
    for days in ("8", "9"):
        place = tmp_path / days
        place.mkdir()
        with chdir(place):
            assert sweep(world, place, "--days", days).code == 7
        assert (place / "change-gate-follow-up/7100-1/record.json").is_file()
    assert len(bundles(archive)) == 2
    code, said = call("evidence", "verify", archive, "--jobs", "1")
    assert code == 0, said
    assert "github.com/4242/production__follow-up: records 1 to 2 were seen" in said
    assert not list(archive.rglob("*.jsonl"))
    for path in bundles(archive):
        assert "1 review overdue" in call("evidence", "show", path)[1]


@pytest.mark.parametrize(
    ("world", "code", "said"),
    [
        (load(IN_TIME), 5, ()),
        (load(OVERDUE), 7, (REVIEWED,)),
        (replace(load(OVERDUE), faults=(JIRA_DOWN,)), 5, ()),
    ],
    ids=["clear", "overdue", "incomplete"],
)
def test_an_archive_that_does_not_take_it_fails_after_everything_is_done_and_told(
    world: World, code: int, said: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    found = sweep(archiving(world, "file:///nowhere"), tmp_path / "run", "--evidence", str(folder))
    assert found.code == code
    for text in (*said, ARCHIVE_FAILS, "The sweep did its work and told what it found"):
        assert text in found.err
        assert ARCHIVE_FAILS in found.out, "as an annotation"
    assert "deploy must not" not in found.err
    assert f"\n{folder}\n" in found.outputs
    assert "owed<<" in found.outputs
    assert ("Change Gate could not keep its evidence" in found.summary) is (code == 5)
    assert call("evidence", "verify", folder)[0] == 0


def test_what_an_archive_did_not_take_is_archived_later(tmp_path: Path, archive: Path) -> None:
    folder, policy = tmp_path / "evidence", tmp_path / "policy.yml"
    sweep(archiving(load(IN_TIME), "file:///nowhere"), tmp_path / "run", "--evidence", str(folder))
    policy.write_text(archiving(load(IN_TIME), archive.as_uri()).policy or "")
    for _ in range(2):
        code, said = call("evidence", "archive", folder, "--policy", policy)
        assert code == 0
        assert "production__follow-up" in said
    assert len(bundles(archive)) == 1


def test_the_signature_that_the_policy_demands_is_demanded_of_sweeps_as_well(
    tmp_path: Path, archive: Path
) -> None:
    world = archiving(load(IN_TIME), archive.as_uri(), signing=DEMANDED)
    found = sweep(world, tmp_path / "a", "--evidence", str(tmp_path / "x"))
    assert (found.code, bundles(archive)) == (5, [])
    assert "not signed as the policy demands" in found.err
    assert found.states["CHG-90"][0] == "Done", "what it had to do is done"
    later = sweep(world, tmp_path / "b", "--attested-next", "--evidence", str(tmp_path / "y"))
    assert (later.code, len(bundles(archive))) == (0, 1)


def test_on_gitlab_the_same_is_archived(tmp_path: Path, archive: Path) -> None:
    found = sweep_on_gitlab(
        *(OVERDUE, tmp_path, "--evidence", str(tmp_path / "evidence")),
        changed=lambda world: archiving(world, archive.as_uri()),
    )
    assert found.code == 7
    assert "GATE_SWEEP_DIGEST=sha256:" in found.outputs
    [zipped] = bundles(archive)
    assert zipped.parts[-3].endswith("__follow-up")
