"""One address that serves git repositories over HTTP as GitLab does, with its API passed on to the sandbox."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLab:
    """A GitLab with bare repositories, such as acme/shop.git."""

    url: str
    repositories: Path
    credentials: list[str] = field(default_factory=list)
    """Every user and password that git sent, in order."""


@contextmanager
def serving(repositories: Path, *, job_token: str = "", api: str = "") -> Iterator[GitLab]:
    """Serve until the block ends. With a `job_token` no repository is public; `api` is the address of the sandbox."""

    class Handler(_Handler):
        """Of this server alone."""

    Handler.api = api
    Handler.expected = f"gitlab-ci-token:{job_token}" if job_token else ""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        gitlab = Handler.gitlab = GitLab(url=url, repositories=repositories)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield gitlab
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    api: str
    expected: str
    gitlab: GitLab

    def do_GET(self) -> None:
        """Git's questions, and the API's."""
        if self.path.startswith("/api/"):
            self._pass_on()
        elif self._let_in():
            self._git()

    def do_POST(self) -> None:
        """What git wants to have."""
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
            input=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.gitlab.repositories),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
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
        if not self.api:
            self.send_error(502)
            return
        kept = ("JOB-TOKEN", "PRIVATE-TOKEN", "Authorization", "Accept")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        answer = requests.get(self.api + self.path, headers=headers, timeout=30)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)
