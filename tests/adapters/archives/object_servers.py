"""Object storage on this machine: moto's server, a proxy that cuts connections, and a store that ignores conditions."""

from __future__ import annotations

import http.client
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_START = "import sys; from moto.server import main; main(sys.argv[1:])"


@contextmanager
def moto() -> Iterator[str]:
    """The address of a server that speaks the protocol of S3, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _START, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("moto's server did not start")


@dataclass
class Proxy:
    url: str = ""
    cuts: list[str] = field(default_factory=list)
    """What happens to the next uploads: `upload` cuts it in the middle, `answer` after it was done, "" lets it pass."""
    uploads: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    seen = Proxy()
    lock = threading.Lock()
    target = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
            """Nobody reads it."""

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            cut = ""
            if self.command == "PUT":
                with lock:
                    seen.uploads += 1
                    seen.headers.append(dict(self.headers))
                    cut = seen.cuts.pop(0) if seen.cuts else ""
            answer = self._ask(body[: len(body) // 2] if cut == "upload" else body, cut)
            if answer is None or cut:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in {"connection", "content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _ask(self, body: bytes, cut: str) -> tuple[int, list[tuple[str, str]], bytes] | None:
            connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=20)
            try:
                connection.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body)
                if cut == "upload":
                    return None
                response = connection.getresponse()
                return response.status, response.getheaders(), response.read()
            finally:
                connection.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _forward  # noqa: N815

    with _serving(Handler) as url:
        seen.url = url
        yield seen


@contextmanager
def careless() -> Iterator[str]:
    """A store of S3's form which ignores `If-None-Match`, as some do: the last writer wins."""
    held: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
            """Nobody reads it."""

        def do_PUT(self) -> None:
            held[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(held[self.path])

        def _answer(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Wed, 25 Nov 2026 15:00:00 GMT")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with _serving(Handler) as url:
        yield url


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
