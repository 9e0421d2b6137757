"""The sandbox's process: HTTP/1.1 with keep-alive on 127.0.0.1, and nowhere else."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from gate.sandbox.clock import Clock
from gate.sandbox.faults import Faults, gets_through, spoiled
from gate.sandbox.log import LoggedRequest, RequestLog, rounds
from gate.sandbox.messages import Request, Response, answer, parameters
from gate.sandbox.on_the_way import OnTheWay
from gate.sandbox.site import Site
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault

LOOPBACK = "127.0.0.1"
MOST_BODY_BYTES = 10_000_000


class Sandbox:
    """A world that answers over HTTP while the context is open.

    An error of the sandbox itself is never passed off as a fault of GitHub's: leaving the context raises it.
    A world that names its own address is made by a function which is given it. `last_touch` may alter every answer,
    also that of a fault, before it goes out.
    """

    def __init__(self, world: World | Callable[[str], World], *, port: int = 0) -> None:
        self._on_the_way = OnTheWay()
        self.last_touch: Callable[[Request, Response], Response] = lambda _, response: response
        self.crashes: list[Exception] = []
        self.log = RequestLog()
        self._server = _Server(self, port)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        try:
            self.world = world(self.url) if callable(world) else world
        except BaseException:
            self._server.close()
            raise
        self.clock = Clock(self.world.now)
        self.faults = Faults(self.world.faults)
        self.site = Site(self.world, clock=self.clock, base=self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Everything that was asked so far."""
        return self.log.all()

    def rounds(self) -> int:
        """How many requests had to wait for one another: the longest chain without overlap."""
        return rounds(self.log.all())

    def go_on(self, world: World) -> None:
        """Move on to a later moment: `world` says what exists from here on, what time it is and what goes wrong.

        What clients wrote stays. Whatever a fault still holds back arrives first, as late packets do. Tickets are
        those of the first world, as they became.
        """
        self._on_the_way.hurry()
        self.world, self.clock, self.faults = world, Clock(world.now), Faults(world.faults)
        self.site = self.site.later(world, self.clock)

    def __enter__(self) -> Sandbox:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._on_the_way.hurry(for_good=True)
        self._server.shutdown()
        self._thread.join()
        self._server.close()
        if self.crashes and error is None:
            raise self.crashes[0]

    def respond(self, request: Request) -> tuple[Response, Fault | None]:
        """The answer to a request, and the fault that the connection must play on top of it."""
        with self._on_the_way.one() as wait:
            return self._respond(request, wait)

    def _respond(
        self, request: Request, wait: Callable[[float], object]
    ) -> tuple[Response, Fault | None]:
        fault = self.faults.pick(request)
        pause = self.world.latency.total_seconds()
        if fault is not None and fault.delay is not None:
            pause += fault.delay.total_seconds()
        is_done_first = fault is not None and fault.done
        wait(0 if is_done_first else pause)
        try:
            true = self.site.answer(request) if gets_through(fault) else Response()
            wait(pause if is_done_first else 0)
            said = spoiled(fault, true) if fault else true
            return self.last_touch(request, said), fault
        except Exception as error:
            self.crashes.append(error)
            return answer({"message": f"the sandbox itself failed: {error!r}"}, status=500), None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        self._open: set[Any] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close(self) -> None:
        """Stop listening, and end the connections that clients keep alive."""
        self.server_close()
        for connection in list(self._open):
            with suppress(OSError):  # the client may have been faster
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; everything else is noted in `respond`."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """The request log is the sandbox's own."""

    def _handle(self) -> None:
        sandbox = self.server.sandbox
        started = time.monotonic()
        split = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=split.path,
            query=parameters(split.query),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(min(length, MOST_BODY_BYTES)),
        )
        response, fault = sandbox.respond(request)
        reset = fault is not None and fault.reset
        sandbox.log.add(
            LoggedRequest(
                method=request.method,
                path=request.path,
                operation=request.operation,
                started=started,
                finished=time.monotonic(),
                status=0 if reset else response.status,
            )
        )
        if reset:
            self._reset()
        else:
            self._send(response, fault.truncate if fault else None)

    do_DELETE = do_GET = do_PATCH = do_POST = do_PUT = _handle  # noqa: N815 - the names of the base class

    def _send(self, response: Response, only: int | None) -> None:
        now = self.server.sandbox.clock()
        self.send_response_only(response.status)
        headers = {
            "Date": format_datetime(now, usegmt=True),
            "Server": "gate-sandbox",
            **response.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body if only is None else response.body[:only])
        self.wfile.flush()
        self.close_connection = self.close_connection or only is not None

    def _reset(self) -> None:
        """Closing with a linger time of zero sends RST instead of an orderly end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True
