"""A server on this machine that answers as it is told, for what only real connections show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Say:
    """One answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    length: int | None = None
    """The Content-Length that is claimed, when it is not the true one."""


@dataclass(slots=True)
class Loopback:
    """The server's address and everything it saw; `answer` gives the answer to each request."""

    answer: Callable[[Seen], Say]
    seen: list[Seen] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(answer: Callable[[Seen], Say]) -> Iterator[Loopback]:
    """Serve while the context is open."""
    server = Loopback(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            lower = {name.lower(): value for name, value in self.headers.items()}
            request = Seen(self.command, self.path, lower, body)
            server.seen.append(request)
            said = server.answer(request)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header(
                "Content-Length", str(len(said.body) if said.length is None else said.length)
            )
            self.end_headers()
            self.wfile.write(said.body)
            if said.length is not None:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        http.shutdown()
        thread.join()
