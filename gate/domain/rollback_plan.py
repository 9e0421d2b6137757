"""Find rollback plans in Markdown (guide §9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gate.domain.placeholders import is_placeholder
from gate.domain.plan_parts import Labels, PartReader, key_of, labels_for
from gate.domain.reading import visible
from gate.domain.sections import Line, LineKind, lines_of, section_after

MOST_PLANS = 10
"""Plans read in one text. More would cost time and help nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A rollback plan as it stands on the page. `parts` holds the text of each part, by its name."""

    title: str
    text: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_nothing(self) -> bool:
        """Whether the whole plan is a placeholder, such as `Rollback plan: N/A`."""
        return is_placeholder(self.text)

    def absent(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The wanted parts that the plan does not have."""
        return tuple(part for part in wanted if key_of(part) not in self.parts)

    def placeholders(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The wanted parts that are there and say nothing."""
        found = [part for part in wanted if key_of(part) in self.parts]
        return tuple(part for part in found if is_placeholder(self.parts[key_of(part)]))

    def is_complete(self, wanted: Sequence[str]) -> bool:
        """Whether every wanted part is there and says something; without any, the plan as a whole."""
        if not wanted:
            return not self.says_nothing
        return not (self.absent(wanted) or self.placeholders(wanted))


def plans_in(markdown: str, wanted: Sequence[str]) -> tuple[Plan, ...]:
    """The rollback plans in a text, in the order in which they stand.

    A plan begins at a heading, a bold line, a `Rollback plan:` label or a table row of that name;
    running text that speaks of one is none. `wanted` are the names of the parts that the policy
    asks for.
    """
    lines, labels = lines_of(markdown), labels_for(wanted)
    titles = ((index, title) for index, line in enumerate(lines) if (title := _title(line)))
    found = []
    for index, titled in islice(titles, MOST_PLANS):
        held = _below(titled, section_after(lines, index, labels.begins))
        found.append(_plan(titled["name"].strip(), titled["noun"], held, labels))
    return tuple(found)


def plan_in_field(name: str, text: str, wanted: Sequence[str], called: str = "") -> Plan | None:
    """The plan in a field of a tracker; None when the field is empty or is another.

    It is the one whose name is that of a plan, such as `Backout plan`, or that the policy says
    (`called`). A plan with a title of its own inside the text counts instead of the whole text.
    """
    titled = _TITLE.match(name.strip())
    meant = titled is not None or name.strip().casefold() == called.strip().casefold()
    if not meant or not visible(text).strip():
        return None
    inner = plans_in(text, wanted)
    noun = titled["noun"] if titled else ""
    return inner[0] if inner else _plan(name.strip(), noun, lines_of(text), labels_for(wanted))


_TITLE = re.compile(
    r"^(?P<name>[^\w:]*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:how to\s+)?"
    r"(?:roll[\s-]?back|back[\s-]?out|revert)"
    r"(?:\s+(?P<noun>plan|procedure|steps|strategy|instructions))?(?:\s*\([^()]*\))?)"
    r"(?P<tail>\s*[:：]\s*(?P<rest>.*)|\s+(?:for\s|[–—-]).*)?$",
    re.IGNORECASE,
)
_NAMES_OF_STEPS = frozenset({"procedure", "steps", "instructions"})


def _title(line: Line) -> re.Match[str] | None:
    titled = None if line.kind is LineKind.CODE else _TITLE.match(line.text)
    if titled is None or line.kind is LineKind.HEADING:
        return titled
    # Outside a heading only the bare name or `name:` is a title. A list item must go on after the
    # colon, since a ticked "[x] Rollback plan" is a promise and no plan.
    if titled["rest"] is not None:
        return titled
    return None if titled["tail"] or line.kind is LineKind.ITEM else titled


def _below(titled: re.Match[str], below: Sequence[Line]) -> list[Line]:
    rest = (titled["rest"] or "").strip()
    return [*([Line(kind=LineKind.TEXT, text=rest)] if rest else []), *below]


def _plan(title: str, noun: str | None, lines: Sequence[Line], labels: Labels) -> Plan:
    prose_is_steps = (noun or "").lower() in _NAMES_OF_STEPS
    return Plan(
        title=title,
        text="\n".join(line.text for line in lines).strip(),
        parts=PartReader(labels, prose_is_steps=prose_is_steps).read(lines),
    )
