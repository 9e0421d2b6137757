"""A job of GitLab CI/CD: what it is about, and the reports that it leaves."""

from pathlib import Path

from gate.app.pipeline import Told
from gate.app.recheck import Deploy
from gate.errors import PolicyInvalid
from tests import builders as b
from tests.app.hosts import GITLAB, host, on_gitlab, said
from tests.render.decisions import FAILED, decision, result


def told(directory: Path) -> Told:
    return Told(
        decision=decision(result(FAILED)),
        policy=None,
        summary="",
        directory=directory,
        digest="sha256:0",
    )


def test_the_deploy_is_another_job_of_the_same_pipeline() -> None:
    assert on_gitlab(host(GITLAB)).deploy("production") == Deploy(
        repository="acme/app",
        environment="production",
        revision=b.sha("m1"),
        run_id="7001",
        attempt=None,
    )


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
