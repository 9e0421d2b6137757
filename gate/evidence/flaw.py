"""What can be wrong with evidence, in kinds that a program can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FlawKind(Enum):
    """Why evidence does not hold."""

    UNREADABLE = "unreadable"
    """It could not be read at all, or is nothing that the gate leaves behind."""
    MISSING = "missing"
    ALTERED = "altered"
    ADDED = "added"
    UNSIGNED = "unsigned"
    """It carries less than the signature that is demanded."""
    SIGNATURE = "signature"
    """A signature that is there does not hold."""
    DECISION = "decision"
    """The decision does not follow from the recorded facts and policy."""
    CHAIN = "chain"
    """Records of a stream are missing, doubled, or do not link to each other."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong. `text` is a part of a sentence."""

    kind: FlawKind
    text: str
