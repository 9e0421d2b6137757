"""A job of GitLab CI/CD: what it is about, and the reports that it leaves."""

from pathlib import Path
from typing import Any

import pytest

from gate.app.pipeline import Told
from gate.app.recheck import Deploy
from gate.domain.identity import Identity
from gate.domain.ports import FactMissing
from gate.errors import PolicyInvalid
from tests.adapters.forges.gitlab.canned import M1, Raw, own_job, serving
from tests.app.hosts import GITLAB, host, on_gitlab, said
from tests.render.decisions import FAILED, decision, result
from tests.scenarios.forges import load_on_gitlab
from tests.scenarios.play import free_port, play

JOB = own_job(ref="main", tag=False)


def told(directory: Path) -> Told:
    return Told(
        decision=decision(result(FAILED)),
        policy=None,
        summary="",
        directory=directory,
        digest="sha256:0",
    )


def asked(answer: Any, environ: dict[str, str] | None = None, **options: object) -> Deploy:
    """What a recheck compares, on a GitLab that says this of the job whose token it is."""
    with serving({"/job": answer}) as gitlab:
        here = {"CI_SERVER_URL": gitlab.url, "CI_API_V4_URL": f"{gitlab.url}/api/v4"}
        given = host({**GITLAB, **here, **(environ or {})})
        pipeline = on_gitlab(given, gitlab_url=gitlab.url, **options)
        try:
            return pipeline.deploy("production")
        finally:
            ((_, _, headers),) = gitlab.asked
            assert headers["job-token"] == GITLAB["CI_JOB_TOKEN"]
            assert "private-token" not in headers


def test_what_is_deployed_and_by_whom_is_what_gitlab_says_of_the_job() -> None:
    assert asked(JOB) == Deploy(
        repository="acme/app",
        environment="production",
        revision=M1,
        run_id="7001",
        attempt=None,
        ref="refs/heads/main",
        deployer=Identity(system="gitlab", login="alice", id="101", name="Alice"),
    )


def test_variables_that_an_earlier_job_overwrote_say_nothing() -> None:
    forged = {
        "CI_PIPELINE_ID": "7002",
        "CI_COMMIT_SHA": "f" * 40,
        "CI_PROJECT_ID": "1",
        "CI_PROJECT_PATH": "mallory/x",
        "CI_JOB_ID": "1",
        "GITLAB_USER_LOGIN": "carol",
    }
    assert asked(JOB, forged) == asked(JOB)


def test_a_revision_that_an_option_names_is_compared_instead() -> None:
    assert asked(JOB, revision="e" * 40).revision == "e" * 40


def test_a_read_token_is_not_sent_where_no_other_token_helps() -> None:
    assert asked(JOB, {"CHANGE_GATE_GITLAB_TOKEN": "glpat-0"}).run_id == "7001"


def test_a_job_that_gitlab_does_not_tell_is_a_gap() -> None:
    with pytest.raises(FactMissing) as caught:
        asked(Raw(401, {"message": "401 Unauthorized"}))
    assert caught.value.missing.reason_code == "not-authenticated"


def test_every_report_that_the_job_names_is_written(tmp_path: Path) -> None:
    paths = {name: tmp_path / name for name in ("outputs", "junit", "annotations")}
    on_gitlab(host(GITLAB), **paths).tell(told(tmp_path))
    assert "block" in paths["outputs"].read_text()
    assert paths["junit"].read_text().startswith("<?xml")
    assert paths["annotations"].read_text().startswith("{")


def test_a_report_that_the_job_does_not_name_is_not_written(tmp_path: Path) -> None:
    given = host(GITLAB)
    pipeline = on_gitlab(given)
    pipeline.tell(told(tmp_path))
    pipeline.tell_failure(PolicyInvalid("It is broken."))
    pipeline.tell_objection("Not any more.")
    assert list(tmp_path.iterdir()) == []
    assert said(given) == ""


def test_a_failure_leaves_what_no_later_job_takes_for_an_answer(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    on_gitlab(host(GITLAB), outputs=outputs).tell_failure(PolicyInvalid("It is broken."))
    assert "undecided" in outputs.read_text()


def test_a_ticket_for_the_deploy_may_be_given_by_its_address_below_a_path(tmp_path: Path) -> None:
    # The sandbox's GitLab lives below `/gitlab`.
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    world = load_on_gitlab("github-issue-approved", url)
    address = f"{url}/gitlab/acme/app/-/issues/3"
    found = play(world, tmp_path, forge="gitlab", port=port, arguments=["--ticket", address])
    assert found.exit_code == 0, found.said
    elsewhere = address.replace("/gitlab/", "/gitlab/other/")
    odd = play(
        world, tmp_path / "odd", forge="gitlab", port=port, arguments=["--ticket", elsewhere]
    )
    assert odd.exit_code == 2, odd.said
    assert "Not a ticket of this policy" in odd.said
