"""The world file: one description of what exists, from which the sandbox speaks every system's language."""

from gate.sandbox.world.git import sha
from gate.sandbox.world.model import World
from gate.sandbox.world.problems import WorldInvalid

__all__ = ["World", "WorldInvalid", "sha"]
