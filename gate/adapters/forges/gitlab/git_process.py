"""Run one git command: in the clone that the runner made, or in a repository of our own that settles what is in it.

A clone can outlive the job that made it, and another job may have changed its settings. So a command takes next to
nothing from the environment, replaces no objects, trusts no graph file, and runs nothing that a repository names. It
does not see the files that are checked out either: their attributes could hide lines from being counted.
docs/gitlab.md says how the job gets a fresh clone.

The place of the repository is named, never looked for, so git does not refuse a clone that belongs to another user: a
runner may clone as one and run the job as another. What its owner could have changed is kept out by all of the above.
"""

from __future__ import annotations

import copy
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.question import Question, missing
from gate.domain.ports import FactMissing

LONGEST = 60
"""Seconds that one command may take."""
AT_ONCE = 8
"""Commands that run at the same time: a runner has few cores, and many questions come side by side."""
DEEPER = (
    'whoever owns the pipeline sets `GIT_DEPTH: "0"` and `GIT_STRATEGY: clone` in the job of the gate, so that it '
    "holds the whole history"
)

_SETTINGS = {
    "core.attributesFile": "/dev/null",
    "core.commitGraph": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "diff.algorithm": "default",
    "diff.ignoreSubmodules": "none",
    "diff.orderFile": "/dev/null",
    "diff.renames": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.ext.allow": "never",
}
_PASSED_ON = frozenset(
    {"PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
     "https_proxy", "http_proxy", "no_proxy"}
)  # fmt: skip
_OURS = {
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_INDEX_FILE": "/nonexistent/index",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_NO_SETTINGS = {
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}

Runner = Callable[..., "subprocess.CompletedProcess[bytes]"]


class GitProcess:
    """Commands in one clone, without a shell. Safe to use from several threads."""

    def __init__(
        self,
        directory: Path,
        *,
        deadline: Deadline,
        environ: Mapping[str, str],
        run: Runner = subprocess.run,
    ) -> None:
        self._git = str(directory.resolve() / ".git")
        self._deadline = deadline
        self._environ = {name: environ[name] for name in _PASSED_ON if name in environ} | _OURS
        self._start = run
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def inside(self, git_dir: Path, **environ: str) -> GitProcess:
        """The same in another repository, where nobody's settings count: neither the clone's nor the runner's."""
        other = copy.copy(self)
        other._git = str(git_dir)
        other._environ = self._environ | _NO_SETTINGS | environ
        return other

    def ask(
        self,
        what: str,
        *arguments: str,
        given: bytes = b"",
        fine: Sequence[int] = (0,),
        into: BinaryIO | None = None,
    ) -> bytes:
        """What the command writes; nothing when it writes `into` a file.

        FactMissing when it ends otherwise than in a `fine` way, or not in time.
        """
        source = question(what).source
        try:
            with self._slots:
                done = self._start(
                    self._command(arguments),
                    input=given,
                    stdout=into or subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=self._environ,
                    timeout=self._deadline.timeout(LONGEST, source),
                    check=False,
                )
        except subprocess.TimeoutExpired:
            raise FactMissing(self._deadline.over(source)) from None
        except (OSError, ValueError) as error:
            raise gap(
                what,
                "not-installed",
                f"git cannot be run here ({type(error).__name__})",
                "whoever owns the pipeline uses an image with git for the job of the gate",
            ) from error
        if done.returncode not in fine:
            # What git says may hold the address of the clone, which holds the job's token.
            detail = f"git {arguments[0]} ended with {done.returncode}"
            raise gap(what, "not-found", detail, DEEPER)
        return done.stdout or b""

    def _command(self, arguments: Sequence[str]) -> list[str]:
        pairs = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        places = [f"--git-dir={self._git}", f"--work-tree={self._git}"]
        return ["git", "-C", self._git, *places, "--no-pager", *pairs, *arguments]


def question(what: str) -> Question:
    """A question to the clone, in words for people."""
    return Question(what=f"{what}, in the local clone")


def gap(what: str, code: str, detail: str, remedy: str = "") -> FactMissing:
    """The exception for a question that the clone does not answer."""
    return missing(question(what), code, detail, remedy)
