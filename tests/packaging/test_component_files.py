"""What the YAML of the GitLab component promises, read from the files themselves."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.component import (
    COMPONENT,
    NAMES,
    ROOT,
    documents,
    job,
    rendered,
    script,
    script_of,
)


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

    assert takes == ["image", "image"]
    for name in ("gate", "follow-up"):
        assert "inputs.image" not in script(name).replace("input image", "")


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
        ("sign", "sigstore"),
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
        ("break-glass", "true"),
        ("sign", "keyless"),
        ("public-log", "true"),
        ("reason", "it's down"),
        ("reason", "two\nlines"),
        ("incident", "1234 x"),
        ("command", "gate"),
        ("command", "/opt/gate check"),
        ("job-name", "a/../b"),
        ("job-name", "change gate"),
    ],
)
def test_what_would_lead_elsewhere_does_not_fit(key: str, value: str) -> None:
    assert not re.fullmatch(_inputs("gate")[key]["regex"], value)


SHARED = {
    "recheck": {"environment", "job-name", "gitlab-url", "project", "command"},
    "follow-up": {
        *("environment", "jira-url", "jira-email", "pager-email"),
        *("gitlab-url", "project", "image", "extras", "sign", "public-log", "command", "retention"),
    },
}


@pytest.mark.parametrize("name", SHARED)
def test_the_templates_share_inputs_that_mean_the_same(name: str) -> None:
    gate, other = _inputs("gate"), _inputs(name)

    for key in SHARED[name]:
        same = {k: v for k, v in gate[key].items() if k != "description"}
        assert same == {k: v for k, v in other[key].items() if k != "description"}
    own = {"stage", "job-name", "gate-job", "days", "rules"} if name == "follow-up" else set()
    assert set(other) == SHARED[name] | own


def test_all_templates_start_the_gate_in_the_same_way() -> None:
    start = 'gate="$home/installed/gate"\n  fi\n'

    texts = {name: script_of(job(name)) for name in NAMES}
    preludes = {name: text.partition(start)[0] for name, text in texts.items()}
    # Only the gate asks whether this is an emergency, so only there may whoever starts the pipeline say so; the recheck
    # signs nothing and writes no archive, which takes a key and libraries of its own.
    emergency = ("CHANGE_GATE_BREAK_GLASS",)
    keeping = ("CHANGE_GATE_SIGNING_KEY", "export CHANGE_GATE_EXTRAS=")
    assert _without(preludes["gate"], emergency) == preludes["follow-up"]
    assert _without(preludes["follow-up"], keeping) == preludes["recheck"]
    assert {text.count(start) for text in texts.values()} == {1}


def _without(script: str, names: tuple[str, ...]) -> str:
    """The script without the lines that hold one of the names, each of which has one line."""
    lines = script.splitlines(True)
    kept = [line for line in lines if not any(name in line for name in names)]
    assert len(kept) == len(lines) - len(names)
    return "".join(kept)


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_put_into_scripts_between_single_quotes_alone(name: str) -> None:
    text = script_of(job(name))
    unquoted = re.sub(r"'[^'\n]*'", "", text)

    assert "$[[" in text
    assert "$[[" not in unquoted


@pytest.mark.parametrize("name", ["gate", "follow-up"])
def test_no_artifact_or_variable_of_the_pipeline_reaches_the_gate(name: str) -> None:
    gate = job(name)

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
    for name in ("gate", "follow-up"):
        made = job(name)
        assert made["allow_failure"] is False
        assert made["interruptible"] is False
        assert not {"retry", "when"} & made.keys()
    for name in NAMES:
        assert not re.search(r"\|\| true|set \+e|; true", script(name))


def test_evidence_is_kept_whatever_the_verdict_and_not_public() -> None:
    [gate] = rendered("gate", environment="production").values()
    artifacts = gate["artifacts"]

    folder = "change-gate-evidence/change-gate"
    assert (artifacts["when"], artifacts["access"]) == ("always", "developer")
    assert artifacts["expire_in"] == "26 months"
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


def test_the_sweep_takes_nothing_of_the_project_and_leaves_its_numbers() -> None:
    [(name, sweep)] = rendered("follow-up", environment="production").items()

    assert name == "change-gate-follow-up"
    assert sweep["variables"] == {"GIT_STRATEGY": "none"}
    assert "environment" not in sweep
    [folder] = re.findall(r"^  folder='(.*)'$", sweep["script"][0], re.MULTILINE)
    assert '--outputs "$folder/outputs.env"' in sweep["script"][0]
    assert '--evidence "$folder/sweep"' in sweep["script"][0]
    assert sweep["artifacts"]["reports"] == {"dotenv": f"{folder}/outputs.env"}
    assert (sweep["artifacts"]["paths"], sweep["artifacts"]["access"]) == (
        [f"{folder}/"],
        "developer",
    )
    assert sweep["artifacts"]["when"] == "always"


def test_the_sweep_runs_on_a_schedule_or_when_somebody_plays_it_and_is_in_nobodys_way() -> None:
    [sweep] = rendered("follow-up", environment="production").values()

    assert sweep["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "schedule"'},
        {"if": '$CI_PIPELINE_SOURCE == "web"', "when": "manual", "allow_failure": True},
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_job_is_valid_by_gitlabs_own_schema(name: str, tmp_path: Path) -> None:
    pipeline = {"stages": ["gate", "test"], **rendered(name, environment="production")}
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
    assert own["change-gate-follow-up"] == {"allow_failure": {"exit_codes": [2, 3, 4]}}
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
    for name, entry in zip(("gate", "recheck"), shown["include"], strict=True):
        assert entry["component"].endswith(f"/change-gate/change-gate/{name}@<commit>")
        assert entry["inputs"].keys() <= _inputs(name).keys()
    assert shown["stages"].index("gate") == shown["stages"].index("deploy") - 1
    assert shown["deploy"]["extends"] in rendered("recheck", environment="production")


def test_the_readme_of_the_project_links_to_nothing_that_only_this_repository_has() -> None:
    text = (COMPONENT / "README.md").read_text(encoding="utf-8")

    assert not re.findall(r"\]\((?!#|https://)", text)
    main = "https://github.com/change-gate/change-gate/blob/main/"
    linked = re.findall(rf"{re.escape(main)}([^\s#]+)", text)
    assert linked
    assert [path for path in linked if not (ROOT / path).is_file()] == []


def test_the_licence_is_that_of_the_code() -> None:
    here = (COMPONENT / "LICENSE.md").read_text(encoding="utf-8").partition("\n\n")[2]

    assert here == (ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2]
