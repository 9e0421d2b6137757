"""A wire that breaks: between a client and a server, after so many bytes or before the answer comes back."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

WHOLE = 1 << 40
"""More bytes than any request has: all of it arrives, and its answer gets lost."""

_LOOK = 0.05
"""How often (seconds) to look whether the test is over."""
_CONTINUE = b"HTTP/1.1 100 "
"""What a server may say before the body is sent. It is no answer yet."""


@dataclass(slots=True)
class Wire:
    """Knows nothing of HTTP but that one line, so that it cuts within headers as well as within a body."""

    url: str = ""
    breaks_after: int = WHOLE
    """How many bytes from the client get through on a connection that breaks."""
    breaks: int = 0
    """How many of the next connections break."""
    broke: int = 0
    """How many did."""


@contextmanager
def wire(upstream: str) -> Iterator[Wire]:
    target, made = urlsplit(upstream), Wire()
    threads: list[threading.Thread] = []
    over = threading.Event()

    def accept(listening: socket.socket) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                client, _ = listening.accept()
                server = socket.create_connection((target.hostname or "", target.port or 80), 10)
                # Decided here, so that the connection that breaks is the one that is meant.
                left = made.breaks_after if made.breaks else None
                made.breaks -= left is not None
                made.broke += left is not None
                given = (client, server, left, over)
                threads.append(threading.Thread(target=_carry, args=given))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        listening.settimeout(_LOOK)
        made.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        threads.append(threading.Thread(target=accept, args=(listening,)))
        threads[0].start()
        try:
            yield made
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _carry(
    client: socket.socket, server: socket.socket, left: int | None, over: threading.Event
) -> None:
    """Carry bytes both ways until somebody hangs up, or until `left` bytes of the client got through."""
    with client, server, suppress(OSError):
        while left != 0 and not over.is_set():
            ready, _, _ = select.select([client, server], [], [], _LOOK)
            for end in ready:
                content = end.recv(1 << 16)
                if not content:
                    return
                if end is client:
                    content = content[:left]
                    left = left if left is None else left - len(content)
                elif left is not None and not content.startswith(_CONTINUE):
                    left = 0
                    break
                (server if end is client else client).sendall(content)
        if left == 0:
            # Both are told at once, in the middle of whatever they send, that there is no connection any more.
            for end in (client, server):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
