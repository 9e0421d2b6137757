"""`python -m gate.sandbox --world FILE`: the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from gate.sandbox.here import here
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, WorldInvalid


def main(arguments: Sequence[str] | None = None, *, until: threading.Event | None = None) -> int:
    """Serve a world until interrupted (or `until` is set). The address goes to stdout and to the ready file."""
    parser = argparse.ArgumentParser(prog="python -m gate.sandbox", description=__doc__)
    parser.add_argument("--world", type=Path, required=True, help="world file, or its folder")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--ready-file", type=Path, help="written with the address once it listens")
    options = parser.parse_args(arguments)
    try:
        world = World.load(options.world)
    except WorldInvalid as error:
        print(error.message, error.hint, sep="\n", file=sys.stderr)
        return error.exit_code
    try:
        with Sandbox(partial(here, world), port=options.port) as box:
            print(box.url, flush=True)
            if options.ready_file:
                options.ready_file.write_text(f"{box.url}\n", encoding="utf-8")
            (until or threading.Event()).wait()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
