from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.adapters.ci.gitlab_ci import (
    LARGEST_DOTENV,
    Context,
    is_running_here,
    read_context,
    write_dotenv,
    write_report,
)
from gate.errors import UsageInvalid

SHA, OTHER = "a" * 40, "b" * 40
REMOTE = "https://gitlab-ci-token:secret@gitlab.example.com/acme/app.git"
ENVIRON = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
    "CI_COMMIT_SHA": SHA,
    "CI_DEFAULT_BRANCH": "main",
    "CI_JOB_ID": "70011",
    "CI_PIPELINE_ID": "7001",
    "CI_PROJECT_ID": "4242",
    "CI_PROJECT_PATH": "acme/team/app",
    "CI_SERVER_URL": "https://gitlab.example.com",
}


def read(remote: str = REMOTE, given_url: str = "", revision: str = "", **changes: str) -> Context:
    return read_context(
        {**ENVIRON, **changes}, revision=revision, gitlab_url=given_url, remote_url=remote
    )


def refused(
    remote: str = REMOTE, given_url: str = "", revision: str = "", **changes: str
) -> UsageInvalid:
    with pytest.raises(UsageInvalid) as caught:
        read(remote, given_url, revision, **changes)
    assert caught.value.hint
    assert "secret" not in caught.value.message
    return caught.value


def test_the_job_to_ask_about() -> None:
    found = read()
    assert found == Context(
        api_url="https://gitlab.example.com/api/v4",
        server_url="https://gitlab.example.com",
        repository="acme/team/app",
        project_id="4242",
        pipeline_id="7001",
        job_id="70011",
        default_branch="main",
        revision=SHA,
        revision_given=False,
    )
    assert found.run_id == "7001"


def test_an_input_may_name_another_revision() -> None:
    assert (read(revision=OTHER).revision, read(revision=OTHER).revision_given) == (OTHER, True)
    assert not read(revision=SHA).revision_given
    refused(revision="main")


def test_whether_this_is_a_job_at_all() -> None:
    assert is_running_here(ENVIRON)
    assert not is_running_here({})


@pytest.mark.parametrize("name", sorted(ENVIRON.keys() - {"GITLAB_CI"}))
@pytest.mark.parametrize("value", ["", "x y", "\n::evil"])
def test_what_is_absent_or_malformed_is_named(name: str, value: str) -> None:
    assert name in refused(**{name: value}).message


def test_everything_that_is_wrong_is_named_at_once() -> None:
    message = refused(CI_JOB_ID="", CI_PROJECT_PATH="app").message
    assert "CI_JOB_ID, CI_PROJECT_PATH are" in message


# --- the token goes to the server of the clone, and nowhere else ------------------------------


@pytest.mark.parametrize(
    "remote",
    [
        REMOTE,
        "https://GITLAB.example.com/acme/app",
        "https://gitlab.example.com:443/acme/app.git",
        "git@gitlab.example.com:acme/app.git",
        "ssh://git@gitlab.example.com:2222/acme/app.git",
    ],
)
def test_the_clone_says_which_server_it_is(remote: str) -> None:
    assert read(remote).api_url == ENVIRON["CI_API_V4_URL"]


@pytest.mark.parametrize("name", ["CI_API_V4_URL", "CI_SERVER_URL"])
@pytest.mark.parametrize(
    "host", ["evil.example", "gitlab.example.com.evil.example", "gitlab.example.com:8443"]
)
def test_an_overwritten_address_is_noticed(name: str, host: str) -> None:
    path = "/api/v4" if name == "CI_API_V4_URL" else ""
    error = refused(**{name: f"https://{host}{path}"})
    assert f"{name} names another server" in error.message
    assert "dependencies: []" in error.hint


USER_CONTENT = "https://gitlab.example.com/mallory/x/-/raw/main"


def test_an_api_elsewhere_on_the_same_server_is_noticed() -> None:
    """Whoever has a project on the server can put an answer there, and `/job` below it."""
    error = refused(CI_API_V4_URL=f"{USER_CONTENT}/api/v4")
    assert "CI_API_V4_URL is not the API of CI_SERVER_URL" in error.message
    assert "dependencies: []" in error.hint


def test_a_server_elsewhere_on_the_same_host_is_noticed() -> None:
    moved = {"CI_API_V4_URL": f"{USER_CONTENT}/api/v4", "CI_SERVER_URL": USER_CONTENT}
    assert "--gitlab-url does" in refused(given_url="https://GitLab.example.com/", **moved).message
    assert "the clone's origin does" in refused(**moved).message


def test_a_user_in_the_address_does_not_hide_the_host() -> None:
    refused(CI_SERVER_URL="https://gitlab.example.com@evil.example")


@pytest.mark.parametrize("remote", ["", "file:///builds/x", "/builds/x", "https://[x", "http://"])
def test_without_a_clone_the_address_has_to_be_given(remote: str) -> None:
    assert "Nothing says which GitLab this is" in refused(remote).message
    assert read(remote, "https://gitlab.example.com").repository == "acme/team/app"


def test_a_given_address_has_the_last_word() -> None:
    error = refused(given_url="https://other.example")
    assert "--gitlab-url" in error.message


def test_plain_http_is_for_this_machine_only() -> None:
    plain = {
        "CI_API_V4_URL": "http://gitlab.example.com/api/v4",
        "CI_SERVER_URL": "http://gitlab.example.com",
    }
    assert "not https" in refused("http://gitlab.example.com/x.git", **plain).message
    local = {
        "CI_API_V4_URL": "http://127.0.0.1:8080/api/v4",
        "CI_SERVER_URL": "http://127.0.0.1:8080",
    }
    assert read("http://127.0.0.1:8080/acme/app.git", **local).api_url == local["CI_API_V4_URL"]


def test_a_server_below_a_path_and_a_port_is_one_server() -> None:
    below = {"CI_API_V4_URL": "https://x:8443/git/api/v4", "CI_SERVER_URL": "https://x:8443/git"}
    assert read("https://x:8443/git/acme/app.git", **below).server_url == "https://x:8443/git"


# --- reports ----------------------------------------------------------------------------------


def written(tmp_path: Path, values: dict[str, str]) -> list[str]:
    path = tmp_path / "gate.env"
    write_dotenv(path, values)
    return path.read_text("ascii").splitlines()


def test_outputs_become_variables_with_plain_values(tmp_path: Path) -> None:
    values = {"verdict": "allow", "reason-codes": '["ticket.not-named"]', "evidence-path": "/a b/ü"}
    assert written(tmp_path, values) == [
        "GATE_VERDICT=allow",
        "GATE_REASON_CODES=%5B%22ticket.not-named%22%5D",
        "GATE_EVIDENCE_PATH=/a%20b/%C3%BC",
    ]


def test_no_value_can_add_a_variable(tmp_path: Path) -> None:
    lines = written(tmp_path, {"verdict": "block\nGATE_VERDICT=allow", "risk": "$CI_JOB_TOKEN #x"})
    assert len(lines) == 2
    assert not any(character in lines[1] for character in "$# ")


def test_what_does_not_fit_is_left_out_and_not_cut(tmp_path: Path) -> None:
    lines = written(tmp_path, {"verdict": "allow", "long": "x" * 6000, "digest": "d"})
    assert lines == ["GATE_VERDICT=allow", "GATE_DIGEST=d"]
    many = written(tmp_path, {f"v{at}": "x" for at in range(40)})
    assert len(many) == 20


def test_a_name_that_is_none_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name"):
        write_dotenv(tmp_path / "x", {"a b": "x"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True), st.text(), max_size=30
    )
)
def test_whatever_the_values_the_report_keeps_to_its_form(
    tmp_path: Path, values: dict[str, str]
) -> None:
    lines = written(tmp_path, values)
    assert sum(len(line) + 1 for line in lines) <= LARGEST_DOTENV
    for line in lines:
        key, _, value = line.partition("=")
        assert key.replace("_", "").isalnum()
        assert not set(value) & set("\"'` #$\\&;|<>()")


def test_a_report_is_written_where_the_job_looks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "junit.xml"
    write_report(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
