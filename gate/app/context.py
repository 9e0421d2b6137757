"""What a command is given from outside: the environment, the clock, the streams. Tests give their
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The process around the gate."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    """Aware, UTC."""
    out: TextIO
