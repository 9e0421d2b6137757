"""Git commands in a repository of our own, which nothing on the machine and nothing in a remote can configure."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.adapters.archives.gaps import gap
from gate.adapters.deadline import Deadline
from gate.domain.ports import FactMissing

LONGEST = 60
"""Seconds that one command may take."""

_PASSED_ON = frozenset(
    {"PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
     "https_proxy", "http_proxy", "no_proxy"}
)  # fmt: skip
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "credential.helper": "",
    "fetch.fsckObjects": "true",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "transfer.credentialsInUrl": "die",
}
_TOKEN = "CHANGE_GATE_GIT_PASSWORD"  # noqa: S105 - the name of a variable
_HELPER = f'!f() {{ test "$1" = get || exit 0; printf "username=%s\\npassword=%s\\n" change-gate "${_TOKEN}"; }}; f'
"""The token travels in the environment: the arguments of a process can be read by everybody on the machine."""

Runner = Callable[..., "subprocess.CompletedProcess[bytes]"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: bytes


class GitCommands:
    """Commands in one bare repository, without a shell, against one remote."""

    def __init__(
        self,
        directory: Path,
        *,
        shown: str,
        url: str,
        token: str,
        environ: Mapping[str, str],
        deadline: Deadline,
        run: Runner = subprocess.run,
        longest: float = LONGEST,
    ) -> None:
        self._directory = directory
        self._longest = longest
        self._shown = shown
        self._deadline = deadline
        self._start = run
        scheme = url.partition(":")[0]
        helper = [_HELPER] if token else []
        self._settings = [
            *(f"{name}={value}" for name, value in _SETTINGS.items()),
            f"protocol.{scheme}.allow=always",
            *(f"credential.helper={item}" for item in helper),
        ]
        self._environ = {
            **{name: environ[name] for name in _PASSED_ON if name in environ},
            **({_TOKEN: token} if token else {}),
            "GIT_ASKPASS": "/bin/false",
            "GIT_AUTHOR_EMAIL": "change-gate@invalid",
            "GIT_AUTHOR_NAME": "change-gate",
            "GIT_COMMITTER_EMAIL": "change-gate@invalid",
            "GIT_COMMITTER_NAME": "change-gate",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_INDEX_FILE": str(directory / "index"),
            "GIT_TERMINAL_PROMPT": "0",
            "HOME": str(directory),
            "LC_ALL": "C",
        }

    def run(self, *arguments: str, given: bytes = b"", fine: Sequence[int] = (0,)) -> Done:
        """Run one. FactMissing when it cannot be started, takes too long, or ends otherwise than in a `fine` way."""
        settings = [part for item in self._settings for part in ("-c", item)]
        command = ["git", f"--git-dir={self._directory}", "--no-pager", *settings, *arguments]
        try:
            done = self._start(
                command,
                input=given,
                capture_output=True,
                env=self._environ,
                cwd=self._directory,
                timeout=self._deadline.timeout(self._longest, self._shown),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FactMissing(self._deadline.over(self._shown)) from None
        except OSError as error:
            raise gap(
                self._shown,
                "not-installed",
                f"git cannot be run here ({type(error).__name__})",
                "whoever owns the workflow uses an image with git for the job of the gate",
            ) from error
        if done.returncode not in fine:
            raise self._failed(arguments[0], done)
        return Done(done.returncode, done.stdout)

    def _failed(self, command: str, done: subprocess.CompletedProcess[bytes]) -> FactMissing:
        # What git says may repeat the address or what a server sent, so it is only looked at.
        said = done.stderr.decode("utf-8", "replace").lower()
        if any(
            sign in said
            for sign in ("authentication failed", "could not read username", " 403", "denied")
        ):
            return gap(
                self._shown,
                "not-permitted",
                f"the repository refused the token (git {command})",
                "whoever owns the workflow passes a token that may write to that repository, in "
                "CHANGE_GATE_ARCHIVE_TOKEN",
            )
        return gap(
            self._shown,
            "unavailable",
            f"git {command} ended with {done.returncode}",
            "whoever runs the runner checks that it can reach the repository, and whoever administers it that it "
            "exists",
        )
