"""Names that stand in one place of the file and must be known in another."""

from __future__ import annotations

from gate.domain.never_excused import NEVER_EXCUSED
from gate.policy.at import At
from gate.policy.convert import Reference
from gate.policy.known_controls import OF_THE_GATE
from gate.policy.problem import Problem, listed, nearest, quoted


def unresolved(root: At, references: list[Reference]) -> list[Problem]:
    """A problem for every reference to a name that nobody gave."""
    return [
        _problem(reference, known)
        for reference in references
        if reference.name not in (known := _known(root, reference.section))
    ]


def _known(root: At, section: str) -> tuple[str, ...]:
    # The keys of the file count, not the values: a person whose entry has a mistake is still known.
    return OF_THE_GATE.get(section) or root.find(*section.split(".")).keys()


def _problem(reference: Reference, known: tuple[str, ...]) -> Problem:
    name, section = reference.name, reference.section
    if section in OF_THE_GATE:
        if why := NEVER_EXCUSED.get(name):
            return reference.at.error(
                f"{quoted(name)} is never set aside: {why}", allowed=listed(known)
            )
        return reference.at.error(
            f"there is no control {quoted(name)}", allowed=listed(known), hint=nearest(name, known)
        )
    return reference.at.error(
        f"{quoted(name)} is not in `{section}`",
        allowed=listed(known) or f"nothing, since `{section}` names nobody and nothing",
        hint=nearest(name, known) or f"add it to `{section}`, or correct the name",
    )
