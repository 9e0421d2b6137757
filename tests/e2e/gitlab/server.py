"""One address that serves git repositories over HTTP as GitLab does; all else there is passed on to the sandbox."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from gate.sandbox.server import Sandbox
from gate.sandbox.site import Site
from gate.sandbox.world import World

BELOW = "/gitlab"
"""Where the sandbox's GitLab is; git finds the same repositories there and at the root."""


@dataclass(slots=True, kw_only=True)
class GitLab:
    """A GitLab with bare repositories, such as acme/shop.git."""

    url: str
    repositories: Path
    sandbox: str = ""
    """Where everything but git is asked; empty while nothing answers."""
    credentials: list[str] = field(default_factory=list)
    """Every user and password that git sent, in order."""


@contextmanager
def serving(repositories: Path, *, job_token: str = "") -> Iterator[GitLab]:
    """Serve until the block ends. With a `job_token` no repository is public."""

    class Handler(_Handler):
        """Of this server alone."""

    Handler.expected = f"gitlab-ci-token:{job_token}" if job_token else ""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        gitlab = Handler.gitlab = GitLab(url=url, repositories=repositories)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield gitlab
        server.shutdown()


@contextmanager
def playing(gitlab: GitLab, world: World) -> Iterator[Sandbox]:
    """Let a world answer until the block ends."""
    box = Sandbox(world)
    # What it says of addresses is the one that everybody knows.
    box.site = Site(world, clock=box.clock, base=gitlab.url)
    with box:
        gitlab.sandbox = box.url
        yield box
        gitlab.sandbox = ""


class _Handler(BaseHTTPRequestHandler):
    expected: str
    gitlab: GitLab

    def do_GET(self) -> None:
        """Git's questions, and everybody else's."""
        if ".git/" not in self.path:
            self._pass_on()
        elif self._let_in():
            self._git()

    def do_POST(self) -> None:
        """What git wants to have, and searches."""
        self.do_GET()

    def do_PUT(self) -> None:
        """What is changed."""
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing: git tells what went wrong."""

    def _let_in(self) -> bool:
        given = self.headers.get("Authorization", "")
        if given:
            given = base64.b64decode(given.removeprefix("Basic ")).decode()
            self.gitlab.credentials.append(given)
        if not self.expected or given == self.expected:
            return True
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="GitLab"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def _git(self) -> None:
        path, _, query = self.path.partition("?")
        done = subprocess.run(
            ["git", "http-backend"],
            input=self._body(),
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.gitlab.repositories),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path.removeprefix(BELOW),
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            },
            capture_output=True,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self) -> None:
        if not self.gitlab.sandbox:
            self.send_error(502)
            return
        kept = ("JOB-TOKEN", "PRIVATE-TOKEN", "Authorization", "Accept", "Content-Type", "From")
        answer = requests.request(
            self.command,
            self.gitlab.sandbox + self.path,
            headers={name: self.headers[name] for name in kept if name in self.headers},
            data=self._body(),
            timeout=30,
        )
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "content-length", "date", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))
