"""What the YAML of the GitLab component promises, read from the files themselves."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.component import COMPONENT, NAMES, ROOT, documents, job, rendered, script


def _inputs(name: str) -> dict[str, dict[str, Any]]:
    inputs = documents(name)[0]["inputs"]
    assert isinstance(inputs, dict)
    return inputs


ALL_INPUTS = [(name, key) for name in NAMES for key in _inputs(name)]


def _load(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_a_header_and_one_job_and_nothing_for_all_jobs(name: str) -> None:
    header, jobs = documents(name)

    assert set(header) == {"component", "inputs"}
    assert header["component"] == ["sha"], "all that GitLab 18.7 is needed for"
    assert len(jobs) == 1
    assert all("$[[ inputs.job-name ]]" in key for key in jobs)


@pytest.mark.parametrize("name", NAMES)
def test_every_input_is_described_and_used(name: str) -> None:
    body = (COMPONENT / f"templates/{name}.yml").read_text(encoding="utf-8").split("\n---\n")[1]

    assert set(re.findall(r"inputs\.([a-z-]+)", body)) == set(_inputs(name))
    assert all(entry["description"].endswith(".") for entry in _inputs(name).values())


@pytest.mark.parametrize("name", NAMES)
def test_only_the_environment_must_be_given(name: str) -> None:
    assert [key for key, entry in _inputs(name).items() if "default" not in entry] == [
        "environment"
    ]


@pytest.mark.parametrize(("name", "key"), ALL_INPUTS)
def test_every_text_input_has_a_form_that_fits_its_default_and_nothing_that_a_shell_reads(
    name: str, key: str
) -> None:
    entry = _inputs(name)[key]
    if entry.get("type") == "array":
        return

    # Both in RE2 and in Python `^` and `$` are the ends of the text, but for a last newline in Python.
    form = re.compile(entry["regex"].removesuffix("$") + r"\Z")
    assert entry["regex"].startswith("^")
    assert entry["regex"].endswith("$")
    assert form.match(entry.get("default", "production"))
    for sign in "'\"`\\;&|<>()*?!~\n\t":
        assert not form.match(f"a{sign}a"), sign
        assert not form.match(f"{entry.get('default', '')}{sign}"), sign
    assert not form.match("-x")
    assert not form.match("--policy=mine.yml")


def test_a_dollar_sign_may_stand_in_the_image_alone_which_no_shell_reads() -> None:
    takes = [key for name, key in ALL_INPUTS if "$" in _inputs(name)[key].get("regex", "")[1:-1]]

    assert takes == ["image"]
    assert "inputs.image" not in script("gate").replace("input image", "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("environment", "eu/production"),
        ("environment", "Production EU-1"),
        ("service", "web api/v2"),
        ("ticket", "CHG-7"),
        ("ticket", "acme/shop#7 #12"),
        ("jira-url", "https://acme.atlassian.net"),
        ("jira-url", "https://jira.acme.example:8443/jira"),
        ("jira-email", "gate+deploy@acme.example"),
        ("gitlab-url", "https://gitlab.acme.example:8443/git"),
        ("project", "tools/security/change-gate"),
        ("image", "registry.acme.example:5000/tools/python@sha256:" + "5" * 64),
        ("image", "${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/python:3.14"),
        ("command", "/opt/change-gate/gate"),
        ("job-name", "gate.production-eu_1"),
        ("stage", ".pre"),
        ("retention", "never"),
        ("retention", "1 year 6 months"),
    ],
)
def test_what_people_need_to_say_fits(key: str, value: str) -> None:
    assert re.fullmatch(_inputs("gate")[key]["regex"], value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gitlab-url", "http://gitlab.acme.example"),
        ("gitlab-url", "https://user@gitlab.com"),
        ("gitlab-url", "https://gitlab.com/"),
        ("gitlab-url", "https://gitlab.com?x"),
        ("gitlab-url", "http://127.0.0.1.evil.example"),
        ("project", "change-gate"),
        ("project", "/change-gate/change-gate"),
        ("project", "change-gate/../evil"),
        ("command", "gate"),
        ("command", "/opt/gate check"),
        ("job-name", "a/../b"),
        ("job-name", "change gate"),
    ],
)
def test_what_would_lead_elsewhere_does_not_fit(key: str, value: str) -> None:
    assert not re.fullmatch(_inputs("gate")[key]["regex"], value)


def test_the_two_templates_share_inputs_that_mean_the_same() -> None:
    gate, recheck = _inputs("gate"), _inputs("recheck")

    for key in ("environment", "job-name", "gitlab-url", "project", "command"):
        same = {k: v for k, v in gate[key].items() if k != "description"}
        assert same == {k: v for k, v in recheck[key].items() if k != "description"}
    assert set(recheck) <= set(gate)


def test_both_templates_start_the_gate_in_the_same_way() -> None:
    start = 'gate="$home/installed/gate"\n  fi\n'

    gate, recheck = (job("gate")["script"][0], job("recheck")["before_script"][0])
    assert gate.partition(start)[0] == recheck.partition(start)[0]
    assert gate.count(start) == recheck.count(start) == 1


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_put_into_scripts_between_single_quotes_alone(name: str) -> None:
    [text] = job(name)["script" if name == "gate" else "before_script"]
    unquoted = re.sub(r"'[^'\n]*'", "", text)

    assert "$[[" in text
    assert "$[[" not in unquoted


def test_no_artifact_or_variable_of_the_pipeline_reaches_the_gate() -> None:
    gate = job("gate")

    assert gate["dependencies"] == []
    assert gate["inherit"] == {"default": ["tags"], "variables": False}
    assert "needs" not in gate
    assert "extends" not in gate


def test_the_gate_records_no_deployment_and_sees_the_whole_history() -> None:
    gate = job("gate")

    assert "environment" not in gate
    assert gate["variables"]["GIT_DEPTH"] == "0"
    assert gate["variables"]["GIT_STRATEGY"] == "clone"


def test_a_gate_that_fails_fails_the_pipeline() -> None:
    gate = job("gate")

    assert gate["allow_failure"] is False
    assert gate["interruptible"] is False
    assert not {"retry", "when"} & gate.keys()
    for name in NAMES:
        assert not re.search(r"\|\| true|set \+e|; true", script(name))


def test_evidence_is_kept_whatever_the_verdict_and_not_public() -> None:
    [gate] = rendered("gate", environment="production").values()
    artifacts = gate["artifacts"]

    folder = "change-gate-evidence/change-gate"
    assert (artifacts["when"], artifacts["access"]) == ("always", "developer")
    assert artifacts["expire_in"] == "2 years"
    assert artifacts["paths"] == [f"{folder}/"]
    assert artifacts["reports"] == {
        "dotenv": f"{folder}/outputs.env",
        "junit": f"{folder}/junit.xml",
        "annotations": f"{folder}/annotations.json",
    }


def test_the_reports_are_the_files_that_the_gate_is_told_to_write() -> None:
    [gate] = rendered("gate", environment="production").values()
    [text] = gate["script"]

    [folder] = re.findall(r"^  folder='(.*)'$", text, re.MULTILINE)
    for option, report in [("outputs", "dotenv"), ("junit", "junit"), ("annotations",) * 2]:
        [name] = re.findall(rf'--{option} "\$folder/([a-z.]+)"', text)
        assert gate["artifacts"]["reports"][report] == f"{folder}/{name}"


def test_the_second_question_needs_the_gate_and_is_a_hidden_job() -> None:
    [(name, recheck)] = rendered("recheck", environment="production", job_name="gate-eu").items()

    assert name == ".gate-eu-recheck"
    assert recheck["needs"] == [{"job": "gate-eu", "artifacts": True}]
    assert set(recheck) == {"needs", "before_script"}


@pytest.mark.parametrize("name", NAMES)
def test_a_job_is_valid_by_gitlabs_own_schema(name: str, tmp_path: Path) -> None:
    pipeline = {"stages": ["gate"], **rendered(name, environment="production")}
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(pipeline), encoding="utf-8")

    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_projects_own_pipeline_tests_the_very_commit_and_releases_tags_alone() -> None:
    own = _load(COMPONENT / ".gitlab-ci.yml")

    included = [entry["component"] for entry in own["include"]]
    project = "$CI_SERVER_FQDN/$CI_PROJECT_PATH"
    assert included == [f"{project}/{name}@$CI_COMMIT_SHA" for name in NAMES]
    assert own["release"]["release"]["tag_name"] == "$CI_COMMIT_TAG"
    assert [rule["if"] for rule in own["release"]["rules"]] == [
        r"$CI_COMMIT_TAG =~ /^[0-9]+\.[0-9]+\.[0-9]+$/"
    ]
    assert own["change-gate"] == {"allow_failure": {"exit_codes": [2, 3, 4, 10]}}
    assert own["stages"].index("release") > own["stages"].index(own["stopped"]["stage"])


def test_the_projects_own_pipeline_gives_inputs_that_exist() -> None:
    for name, entry in zip(NAMES, _load(COMPONENT / ".gitlab-ci.yml")["include"], strict=True):
        assert entry["inputs"].keys() <= _inputs(name).keys()


def _examples() -> list[str]:
    text = (COMPONENT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def test_what_the_readme_shows_are_ten_lines_with_inputs_that_exist() -> None:
    shown = yaml.safe_load(_examples()[0])

    assert len([line for line in _examples()[0].splitlines() if line.strip()]) <= 10
    for name, entry in zip(NAMES, shown["include"], strict=True):
        assert entry["component"].endswith(f"/change-gate/change-gate/{name}@<commit>")
        assert entry["inputs"].keys() <= _inputs(name).keys()
    assert shown["stages"].index("gate") == shown["stages"].index("deploy") - 1
    assert shown["deploy"]["extends"] in rendered("recheck", environment="production")


def test_the_readme_of_the_project_links_to_nothing_that_only_this_repository_has() -> None:
    text = (COMPONENT / "README.md").read_text(encoding="utf-8")

    assert not re.findall(r"\]\((?!#|https://)", text)
    main = "https://github.com/change-gate/change-gate/blob/main/"
    linked = re.findall(rf"{re.escape(main)}(\S+)", text)
    assert linked
    assert [path for path in linked if not (ROOT / path).is_file()] == []


def test_the_licence_is_that_of_the_code() -> None:
    here = (COMPONENT / "LICENSE.md").read_text(encoding="utf-8").partition("\n\n")[2]

    assert here == (ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2]
