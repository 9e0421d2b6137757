"""The way of a ticket to a status that means done, and back, as the workflow of its project has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gate.adapters.part import Part
from gate.adapters.trackers.jira_follow_up import is_done

_RESOLUTION = "resolution"
_REFUSES = ("abandon", "cancel", "declin", "duplicat", "invalid", "reject", "won't", "wont")
"""What names of statuses begin with, or hold, when they mean that nothing was done."""
_FULFILS = ("done", "resolved", "fixed", "complete", "completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A transition, and what has to be sent along."""

    id: str
    resolution: str = ""
    """Id of the resolution that its screen asks for."""
    lacks: int = 0
    """How many fields its screen asks for that nobody but a person can fill in."""
    refuses: bool = False
    """Whether its status says that nothing was done."""

    @property
    def body(self) -> dict[str, object]:
        """What is sent."""
        fields = {"fields": {_RESOLUTION: {"id": self.resolution}}} if self.resolution else {}
        return {"transition": {"id": self.id}, **fields}


def way_to(transitions: Sequence[Part], *, done: bool) -> Way | None:
    """The best of the transitions that the account may make now; None when none ends in a status of that kind."""
    ways = [
        _way(part) for part in transitions if _is_open(part) and is_done(part.member("to")) is done
    ]
    return min(ways, key=lambda way: (way.lacks, way.refuses), default=None)


def _is_open(part: Part) -> bool:
    return not part.has("isAvailable") or part.flag("isAvailable")


def _way(part: Part) -> Way:
    asked = part.member("fields").members() if part.has("fields") else {}
    needed = {name: field for name, field in asked.items() if _is_needed(field)}
    resolution = needed.pop(_RESOLUTION, None)
    name = part.member("to").name("name").casefold()
    return Way(
        id=part.name("id"),
        resolution=_resolution(resolution) if resolution else "",
        lacks=len(needed),
        refuses=any(word in name for word in _REFUSES),
    )


def _is_needed(field: Part) -> bool:
    has_default = field.has("hasDefaultValue") and field.flag("hasDefaultValue")
    return field.flag("required") and not has_default


def _resolution(field: Part) -> str:
    allowed = field.items("allowedValues")
    if not allowed:
        raise field.wrong("a list of resolutions", "allowedValues")
    fitting = [one for one in allowed if one.name("name").casefold() in _FULFILS]
    return (fitting or list(allowed))[0].name("id")
