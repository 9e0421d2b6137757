"""Read an answer to its end, however slowly it comes, and no further than anybody would want to."""

from __future__ import annotations

from collections.abc import Callable

import requests


class TooLarge(Exception):
    """The answer goes on beyond what is read of it."""


def read_to_end(response: requests.Response, largest: int, check: Callable[[], object]) -> bytes:
    """The whole content; TooLarge beyond `largest` bytes. `check` is called after each piece, and may raise."""
    content = bytearray()
    # `read1` returns what has come so far: a server that drips must not hold us beyond the deadline.
    while chunk := response.raw.read1(65_536, decode_content=True):
        content += chunk
        if len(content) > largest:
            raise TooLarge
        check()
    return bytes(content)
