"""A folder behind the protocol of S3, with every answer so many milliseconds late: `slow_store.py FOLDER MILLISECONDS`.

Prints its address once it listens. `GET /counts` says how many lists and how many objects were asked for since the last
time.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 1_000


def listing(keys: list[str], asked: dict[str, list[str]]) -> bytes:
    """One page of ListObjectsV2."""
    prefix = asked.get("prefix", [""])[0]
    after = asked.get("continuation-token", asked.get("start-after", [""]))[0]
    found = [key for key in keys if key.startswith(prefix) and key > after]
    page, more = found[:PAGE], len(found) > PAGE
    contents = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>1</Size><ETag>x</ETag>"
        "<LastModified>2026-11-25T15:00:00.000Z</LastModified></Contents>"
        for key in page
    )
    token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
    truncated = str(more).lower()
    return (
        f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{token}{contents}</ListBucketResult>"
    ).encode()


class Store(BaseHTTPRequestHandler):
    """Answers for one bucket."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = (
        True  # otherwise the body waits for the client to confirm the headers, up to 40 ms more
    )
    folder: Path
    keys: list[str]
    late: float
    counts: dict[str, int]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
        """Nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/counts":
            body = json.dumps(self.counts).encode()
            self.counts.update(lists=0, objects=0)
            return self._send(body, "application/json")
        time.sleep(self.late)
        asked = parse_qs(parts.query)
        if "list-type" in asked:
            self.counts["lists"] += 1
            return self._send(listing(self.keys, asked), "application/xml")
        self.counts["objects"] += 1
        key = unquote(parts.path).partition("/")[2].partition("/")[2]
        return self._send((self.folder / key).read_bytes(), "application/zip")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("ETag", '"x"'),
            ("Last-Modified", "Wed, 25 Nov 2026 15:00:00 GMT"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """With room for many who come at once."""

    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Store.folder = Path(sys.argv[1])
    Store.late = float(sys.argv[2]) / 1000
    Store.counts = {"lists": 0, "objects": 0}
    Store.keys = sorted(
        path.relative_to(Store.folder).as_posix()
        for path in Store.folder.rglob("*")
        if path.is_file()
    )
    with Server(("127.0.0.1", 0), Store) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
