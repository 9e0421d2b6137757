import json
from pathlib import Path

import pytest

from gate.adapters.ci.github_actions import (
    append_summary,
    is_running_here,
    read_context,
    write_outputs,
)
from gate.errors import FactsUnavailable, UsageInvalid

SHA = "3f" * 20
ENVIRON = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/app",
    "GITHUB_RUN_ID": "7001",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_SHA": SHA,
}


def test_the_context_of_a_run_is_read() -> None:
    context = read_context(ENVIRON)
    assert (context.repository, context.run_id, context.attempt) == ("acme/app", "7001", 2)
    assert (context.ref, context.event, context.revision) == ("refs/heads/main", "push", SHA)
    assert (context.api_url, context.server_url) == ("https://api.github.com", "https://github.com")


def test_an_enterprise_server_is_asked_at_its_own_address() -> None:
    environ = {**ENVIRON, "GITHUB_API_URL": "https://ghe.acme.example/api/v3/"}
    context = read_context(environ)
    assert context.api_url == "https://ghe.acme.example/api/v3"
    assert context.graphql_url == "https://ghe.acme.example/api/graphql"
    assert read_context(ENVIRON).graphql_url == "https://api.github.com/graphql"


def test_another_revision_may_be_deployed() -> None:
    assert read_context(ENVIRON, revision="ab" * 20).revision == "ab" * 20


def test_every_absent_or_malformed_variable_is_named_at_once() -> None:
    with pytest.raises(UsageInvalid, match="GITHUB_REPOSITORY, GITHUB_SHA are") as error:
        read_context({**ENVIRON, "GITHUB_REPOSITORY": "../etc", "GITHUB_SHA": "main"})
    assert "full commit SHA" in error.value.hint


def test_one_malformed_variable_is_named() -> None:
    with pytest.raises(UsageInvalid, match="GITHUB_RUN_ID is absent or malformed"):
        read_context({**ENVIRON, "GITHUB_RUN_ID": "0"})


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"repository": 1}', b"\xff\xfe", b"[" * 100_000]
)
def test_an_unreadable_event_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "event.json"
    path.write_bytes(content)
    with pytest.raises(FactsUnavailable, match="event that started this run cannot be read"):
        read_context({**ENVIRON, "GITHUB_EVENT_PATH": str(path)})


def test_an_absent_event_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FactsUnavailable, match="cannot be read"):
        read_context({**ENVIRON, "GITHUB_EVENT_PATH": str(tmp_path / "none")})


def test_an_event_of_another_repository_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"repository": {"full_name": "mallory/app"}}))
    with pytest.raises(FactsUnavailable, match="speaks of another repository"):
        read_context({**ENVIRON, "GITHUB_EVENT_PATH": str(path)})


@pytest.mark.parametrize(
    "payload", [{"repository": {"full_name": "Acme/App"}}, {"schedule": "0 0 * * *"}]
)
def test_an_event_of_this_repository_is_accepted(tmp_path: Path, payload: object) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(payload))
    assert read_context({**ENVIRON, "GITHUB_EVENT_PATH": str(path)}).repository == "acme/app"


def test_a_step_knows_that_it_is_one() -> None:
    assert is_running_here(ENVIRON)
    assert not is_running_here({})


def test_a_value_cannot_add_outputs_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "output"
    write_outputs(path, {"verdict": "block", "reason-codes": "x\nverdict=allow"})
    lines = path.read_text().splitlines()
    delimiter = lines[3].split("<<")[1]
    assert lines[0].startswith("verdict<<gate_")
    assert lines[4:] == ["x", "verdict=allow", delimiter]


def test_the_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    append_summary(path, "# a\n")
    append_summary(path, "é\n")
    assert path.read_text(encoding="utf-8") == "# a\né\n"
