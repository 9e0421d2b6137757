"""Files as GitLab lists their differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gate.adapters.part import Part
from gate.domain.facts import ChangedFile, MergeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One file of a comparison. `lines` are those of its hunks, without their places."""

    old_path: str
    new_path: str
    how: tuple[bool, bool, bool, str, str]
    """New, renamed, deleted, and the modes before and after."""
    lines: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Whether the lines tell the whole difference: of a binary file GitLab says only that it differs."""
        return not any(line.startswith("Binary files ") for line in self.lines)


def read_differences(answer: Part) -> tuple[Difference, ...] | None:
    """Every file of a comparison; None when GitLab left any out, or any part of one."""
    if answer.flag("compare_timeout"):
        return None
    found = answer.items("diffs")
    if any(_is_cut(one) for one in found):
        return None
    return tuple(_read(one) for one in found)


def changed(differences: Iterable[Difference]) -> tuple[ChangedFile, ...]:
    """The same as facts, with their added and removed lines counted."""
    return tuple(
        ChangedFile(
            path=one.new_path,
            added=sum(line.startswith("+") for line in one.lines),
            removed=sum(line.startswith("-") for line in one.lines),
            previous_path=one.old_path if one.old_path != one.new_path else "",
        )
        for one in differences
    )


def together(lists: Iterable[Sequence[ChangedFile]]) -> tuple[ChangedFile, ...]:
    """One entry for each path, counts added up."""
    found: dict[str, ChangedFile] = {}
    for file in (file for files in lists for file in files):
        known = found.get(file.path, ChangedFile(path=file.path))
        found[file.path] = ChangedFile(
            path=file.path,
            added=known.added + file.added,
            removed=known.removed + file.removed,
            previous_path=file.previous_path or known.previous_path,
        )
    return tuple(found.values())


def same(before: Sequence[Difference], after: Sequence[Difference]) -> MergeKind:
    """Whether two comparisons show the same change. A binary file is never known to be the same."""
    old, new = ({one.new_path: one for one in side} for side in (before, after))
    if old != new:
        return MergeKind.CONTENT
    return MergeKind.CLEAN if all(one.is_text for one in before) else MergeKind.UNKNOWN


def _is_cut(one: Part) -> bool:
    told = [one.flag(name) for name in ("too_large", "collapsed") if one.has(name)]
    if any(told):
        return True
    # Without both flags, as in older versions, an empty difference has to be explained by something else.
    explained = one.flag("renamed_file") or one.text_or_empty("a_mode") != one.text_or_empty(
        "b_mode"
    )
    new_or_gone = one.flag("new_file") or one.flag("deleted_file")
    return len(told) < 2 and not one.text("diff") and (new_or_gone or not explained)


def _read(one: Part) -> Difference:
    lines = one.text("diff").split("\n")
    return Difference(
        old_path=one.name("old_path"),
        new_path=one.name("new_path"),
        how=(
            one.flag("new_file"),
            one.flag("renamed_file"),
            one.flag("deleted_file"),
            one.text_or_empty("a_mode"),
            one.text_or_empty("b_mode"),
        ),
        # Places move with the base branch; every other line starts with its sign.
        lines=tuple(line for line in lines if not line.startswith("@@")),
    )
