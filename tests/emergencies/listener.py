"""Somebody elsewhere whom a webhook reaches."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Listener:
    """Where it listens, and what it heard."""

    url: str
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        """What each message was about."""
        return [one["event"] for one in self.heard]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on this machine."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            heard.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Listener(f"http://127.0.0.1:{server.server_port}/hooks/secret-canary", heard)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
