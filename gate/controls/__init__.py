"""The controls, one module each, in the order of the guide. A control that is not in this list does not exist."""

from __future__ import annotations

from gate.controls import (
    authority,
    emergency,
    prohibited,
    retention,
    retroactive_review,
    review,
    revision,
    rollback,
    separation,
    tests,
    ticket,
    window,
)
from gate.domain.control import Control

CONTROLS: tuple[Control, ...] = (
    ticket,
    review,
    authority,
    separation,
    tests,
    window,
    rollback,
    prohibited,
    revision,
    emergency,
    retroactive_review,
    retention,
)
"""Every control, in the order in which people read their results."""
