"""GitLab CI/CD: what the runner tells a job, and where a job leaves what later jobs and people read.

The variables only say what to ask about. A dotenv report of any earlier job overwrites them, so who runs, what and
where is asked of GitLab by the job's own token; and that token is sent to nobody but the server that the clone came
from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from gate.adapters.address import is_loopback
from gate.errors import UsageInvalid

LARGEST_DOTENV = 5_000
"""Bytes. GitLab refuses a report above 5 KB, and the job fails."""
MOST_VARIABLES = 20
"""What a server allows by default; further ones would make the job fail."""

_NUMBER = re.compile(r"[1-9][0-9]{0,19}")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WANTED = {
    "CI_API_V4_URL": re.compile(r"https?://[^\s/]+(?:/[^\s]*)?/api/v4"),
    "CI_COMMIT_SHA": _SHA,
    "CI_DEFAULT_BRANCH": re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]{1,255}"),
    "CI_JOB_ID": _NUMBER,
    "CI_PIPELINE_ID": _NUMBER,
    "CI_PROJECT_ID": _NUMBER,
    "CI_PROJECT_PATH": re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+"),
    "CI_SERVER_URL": re.compile(r"https?://[^\s/]+(?:/[^\s]*)?"),
}
_KEY = re.compile(r"[A-Za-z0-9_]+")
_PLAIN = "-._~:/,@+="
"""What may stand as it is beside letters and digits: nothing that GitLab or a shell reads as more than itself."""
_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[^:/\s]+):(?!//)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The job to ask about."""

    api_url: str
    server_url: str
    repository: str
    project_id: str
    pipeline_id: str
    job_id: str
    default_branch: str
    revision: str
    revision_given: bool

    @property
    def run_id(self) -> str:
        """What GitHub calls a run is a pipeline here."""
        return self.pipeline_id


def is_running_here(environ: Mapping[str, str]) -> bool:
    """Whether this process is a job of GitLab CI/CD."""
    return environ.get("GITLAB_CI") == "true"


def read_context(
    environ: Mapping[str, str], *, revision: str = "", gitlab_url: str = "", remote_url: str = ""
) -> Context:
    """Read and check the runner's variables. `revision` overrides CI_COMMIT_SHA.

    The addresses among them have to be on the server of `gitlab_url`, an option that no earlier job can overwrite, or
    else of `remote_url`, where the clone came from. UsageInvalid lists every variable that is absent or malformed.
    """
    values = {name: environ.get(name, "").strip().rstrip("/") for name in _WANTED}
    own = values["CI_COMMIT_SHA"]
    values["CI_COMMIT_SHA"] = revision or own
    if wrong := [name for name, form in _WANTED.items() if not form.fullmatch(values[name])]:
        raise UsageInvalid(
            f"This does not look like a job of GitLab CI/CD: {', '.join(wrong)} "
            f"{'is' if len(wrong) == 1 else 'are'} absent or malformed.",
            hint="Run the gate through the component. At the desk, use `gate demo` or `gate replay`. A `revision` must "
            "be a full commit SHA.",
        )
    _check_server(values, gitlab_url or remote_url, given=bool(gitlab_url))
    return Context(
        api_url=values["CI_API_V4_URL"],
        server_url=values["CI_SERVER_URL"],
        repository=values["CI_PROJECT_PATH"],
        project_id=values["CI_PROJECT_ID"],
        pipeline_id=values["CI_PIPELINE_ID"],
        job_id=values["CI_JOB_ID"],
        default_branch=values["CI_DEFAULT_BRANCH"],
        revision=values["CI_COMMIT_SHA"],
        revision_given=values["CI_COMMIT_SHA"] != own,
    )


def _check_server(values: Mapping[str, str], expected: str, *, given: bool) -> None:
    wanted = _host(expected)
    if not wanted:
        raise UsageInvalid(
            "Nothing says which GitLab this is: there is no clone whose origin names it. The runner's variables alone "
            "do not count, since an earlier job can overwrite them, and the job's token would go to whoever they name.",
            hint="Set --gitlab-url to the address of the server, or let the job clone the repository "
            "(`GIT_STRATEGY: clone`).",
        )
    source = "--gitlab-url" if given else "the clone's origin"
    for name in ("CI_API_V4_URL", "CI_SERVER_URL"):
        url = values[name]
        if not _is_safe(url):
            raise UsageInvalid(
                f"{name} is not https, so whoever is on the way could read the job's token or change an answer.",
                hint="Whoever runs the server sets its external URL to https.",
            )
        if _host(url) != wanted:
            raise _overwritten(f"{name} names another server than {source} does ({wanted})")
    # On the same host others keep files: an address below one of these would let them answer.
    if not _is_root(values["CI_SERVER_URL"], expected, given=given):
        raise _overwritten(f"CI_SERVER_URL names another place on {wanted} than {source} does")
    if values["CI_API_V4_URL"] != f"{values['CI_SERVER_URL']}/api/v4":
        raise _overwritten("CI_API_V4_URL is not the API of CI_SERVER_URL")


def _overwritten(what: str) -> UsageInvalid:
    return UsageInvalid(
        f"{what}. The job's token is not sent there.",
        hint="An earlier job may have overwritten the variable by a dotenv report: set `dependencies: []` in "
        "the job of the gate, and let the job that deploys need only what it uses. If runners clone from another "
        "address than people use, set --gitlab-url.",
    )


def _is_root(server: str, expected: str, *, given: bool) -> bool:
    """Whether GitLab itself, which may live below a path, is at this address."""
    path, known = urlsplit(server).path, urlsplit(expected.strip())
    if given:
        return path == known.path.rstrip("/")
    # Over ssh nothing tells that a server lives below a path.
    below = known.path if known.scheme in {"http", "https"} else ""
    return below.startswith(f"{path}/") or not path


def _host(address: str) -> str:
    """Host and port of an address; of `git@host:group/name.git` the host alone."""
    plain = address.strip()
    if scp := _SCP.match(plain):
        return scp["host"].casefold()
    try:
        parts = urlsplit(plain)
        port = parts.port
    except ValueError:
        return ""
    standard = {"https": 443, "http": 80, "ssh": 22}.get(parts.scheme)
    host = (parts.hostname or "").casefold()
    # Over ssh the port says nothing about the web server's.
    if not host or standard is None or port in {None, standard} or parts.scheme == "ssh":
        return host
    return f"{host}:{port}"


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def write_dotenv(path: Path, outputs: Mapping[str, str]) -> None:
    """Write a dotenv report: one variable to a line, named `GATE_…`, the most important first.

    GitLab takes neither blanks nor quotes nor comments in a value, so everything that is not plain is percent-encoded.
    What does not fit into the report is left out rather than cut.
    """
    lines: list[str] = []
    room = LARGEST_DOTENV
    for name, value in outputs.items():
        key = f"GATE_{name.replace('-', '_').upper()}"
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no name of a variable")
        line = f"{key}={quote(value, safe=_PLAIN)}\n"
        if len(line) <= room and len(lines) < MOST_VARIABLES:
            lines.append(line)
            room -= len(line)
    path.write_text("".join(lines), encoding="ascii", newline="\n")


def write_report(path: Path, text: str) -> None:
    """Write a report (JUnit or annotations) that the job names under `artifacts: reports`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
