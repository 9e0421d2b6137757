"""Object storage on this machine: two servers, a proxy that cuts connections, and a store that ignores conditions."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ACCOUNT = "AKIAEXAMPLEEXAMPLE12"
SECRET = "s3-secret-canary"

_START = "import sys; from moto.server import main; main(sys.argv[1:])"
_TOOLS = Path(__file__).parents[3] / ".tools/bin"


@contextmanager
def moto() -> Iterator[str]:
    """The address of a server that speaks the protocol of S3, in a process of its own. It lets some things through."""
    port = _free_port()
    command = [sys.executable, "-c", _START, "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, os.environ, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


def find_minio() -> str | None:
    """The program, which `.ci/run` installs; None where it is not."""
    return shutil.which("minio", path=f"{_TOOLS}{os.pathsep}{os.environ.get('PATH', '')}")


@contextmanager
def minio(program: str, folder: Path) -> Iterator[str]:
    """The address of MinIO, whose objects lie in a folder: what people run, Object Lock included."""
    url = f"http://127.0.0.1:{_free_port()}"
    command = [program, "server", "--quiet", "--address", url.removeprefix("http://"), str(folder)]
    environ = {
        "HOME": str(folder.parent),
        "MINIO_ROOT_USER": ACCOUNT,
        "MINIO_ROOT_PASSWORD": SECRET,
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
    }
    with _running(command, environ, f"{url}/minio/health/cluster"):
        yield url


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _running(command: Sequence[str], environ: Mapping[str, str], ready: str) -> Iterator[None]:
    """A server, from when it answers at the address `ready`."""
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 60
        while not _answers(ready):
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (an address of this machine)
            return True
    except OSError:
        return False


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
