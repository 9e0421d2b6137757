"""GitHub Actions: what the runner tells a job, and where a job writes its outputs.

The environment says which run to ask about. Who started it, what it deploys and what was approved
is asked of the API, since an earlier step can overwrite most variables.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.errors import FactsUnavailable, UsageInvalid

_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The run to ask about."""

    api_url: str
    server_url: str
    repository: str
    run_id: str
    attempt: int
    ref: str
    event: str
    revision: str

    @property
    def graphql_url(self) -> str:
        """Where GraphQL is asked; an Enterprise Server has it beside `/api/v3`, not below."""
        return f"{self.api_url.removesuffix('/v3')}/graphql"


def is_running_here(environ: Mapping[str, str]) -> bool:
    """Whether this process is a step of a GitHub Actions job."""
    return environ.get("GITHUB_ACTIONS") == "true"


def read_context(environ: Mapping[str, str], *, revision: str = "") -> Context:
    """Read and check the runner's variables. `revision` overrides GITHUB_SHA, for workflows that
    deploy another commit.

    UsageInvalid lists every variable that is absent or malformed; FactsUnavailable when the event's
    payload cannot be read or speaks of another repository.
    """
    wanted = {
        "GITHUB_REPOSITORY": _REPOSITORY,
        "GITHUB_RUN_ID": _NUMBER,
        "GITHUB_RUN_ATTEMPT": _NUMBER,
        "GITHUB_REF": re.compile(r"refs/[^\x00-\x20\x7f~^:?*\[\\]+"),
        "GITHUB_EVENT_NAME": re.compile(r"[a-z_]+"),
        "GITHUB_SHA": _SHA,
    }
    values = {name: environ.get(name, "") for name in wanted}
    values["GITHUB_SHA"] = revision or values["GITHUB_SHA"]
    if wrong := [name for name, form in wanted.items() if not form.fullmatch(values[name])]:
        raise UsageInvalid(
            f"This does not look like a step of a GitHub Actions job: {', '.join(wrong)} "
            f"{'is' if len(wrong) == 1 else 'are'} absent or malformed.",
            hint="Run the gate through the Action. At the desk, use `gate demo` or `gate replay`. A `revision` "
            "must be a full commit SHA.",
        )
    _check_payload(environ, values["GITHUB_REPOSITORY"])
    return Context(
        api_url=environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/"),
        server_url=environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/"),
        repository=values["GITHUB_REPOSITORY"],
        run_id=values["GITHUB_RUN_ID"],
        attempt=int(values["GITHUB_RUN_ATTEMPT"]),
        ref=values["GITHUB_REF"],
        event=values["GITHUB_EVENT_NAME"],
        revision=values["GITHUB_SHA"],
    )


def _check_payload(environ: Mapping[str, str], repository: str) -> None:
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        return
    try:
        payload = json.loads(Path(path).read_bytes())
        named = payload.get("repository", {}).get("full_name", repository)
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise FactsUnavailable(
            f"The event that started this run cannot be read ({type(error).__name__} at GITHUB_EVENT_PATH), so "
            "nobody can say what it asked for.",
            hint="Start the workflow again; if it stays, whoever runs the runner looks at its disk.",
        ) from error
    if str(named).casefold() != repository.casefold():
        raise FactsUnavailable(
            "The event that started this run speaks of another repository than GITHUB_REPOSITORY does.",
            hint="An earlier step has overwritten one of them. Whoever owns the workflow removes that step.",
        )


def write_outputs(path: Path, outputs: Mapping[str, str]) -> None:
    """Append step outputs to the file at GITHUB_OUTPUT.

    Each value stands between delimiters that nobody can guess, since a newline in a value would add
    outputs of its own.
    """
    with path.open("a", encoding="utf-8", newline="\n") as file:
        for name, value in outputs.items():
            delimiter = f"gate_{secrets.token_hex(16)}"
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def append_summary(path: Path, markdown: str) -> None:
    """Append to the job summary at GITHUB_STEP_SUMMARY."""
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(markdown)
