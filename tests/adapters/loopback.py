"""A server on this machine that answers as a test tells it to, byte by byte if need be."""

from __future__ import annotations

import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gate.adapters.exchange import Recorder

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    promises: int | None = None
    """The Content-Length, when it is not the true one."""
    resets: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Loopback:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serve(answer: Callable[[Asked, int], Reply]) -> Iterator[Loopback]:
    """`answer` is given the request and how many came before it."""
    seen = Loopback()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
            """The list above is the log."""

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers=dict(self.headers),
                body=self.rfile.read(length),
            )
            with lock:
                before = len(seen.asked)
                seen.asked.append(asked)
            self._send(answer(asked, before))

        do_GET = do_HEAD = do_POST = do_PUT = _handle  # noqa: N815 (the names of the base class)

        def _send(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.resets:
                linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                return
            self.send_response_only(reply.status)
            length = len(reply.body) if reply.promises is None else reply.promises
            kind = {"Content-Type": reply.kind} if reply.kind else {}
            for name, value in {**kind, "Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers or {})


def recorder() -> Recorder:
    return Recorder(lambda: NOW)


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends the head of an answer and then one byte now and then, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
            )
            for _ in itertools.count():
                if over.wait(0.02):
                    return
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listener.close()
