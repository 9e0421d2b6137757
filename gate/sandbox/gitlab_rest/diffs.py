"""Differences as GitLab lists them: a long one is collapsed, one of very many cuts the list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gate.sandbox.differences import FileDiff
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.world.git import Commit, digest

MOST_FILES, MOST_LINES = 1000, 50_000
"""Beyond these the list ends, and the comparison says that it timed out."""
SAFE_FILES, SAFE_LINES, SAFE_BYTES = 100, 5000, 500 * 1024
"""Beyond these every further difference is collapsed."""
LARGEST, LARGEST_SHOWN = 200 * 1024, 20 * 1024
"""A difference of more bytes is too large, or collapsed: either way its text is left out."""
_PLACE = re.compile(r"^@@ -\S+ \+\S+ @@.*$", re.MULTILINE)


def listed(found: Iterable[FileDiff]) -> tuple[list[Shape], bool]:
    """The differences as they are shown, and whether the list was cut."""
    shapes: list[Shape] = []
    lines = size = 0
    for diff in found:
        text = _text(diff)
        lines, size = lines + text.count("\n"), size + len(text.encode())
        if len(shapes) >= MOST_FILES or lines > MOST_LINES:
            return shapes, True
        over = len(shapes) >= SAFE_FILES or lines > SAFE_LINES or size > SAFE_BYTES
        shapes.append(_shape(diff, text, over_safe_limits=over))
    return shapes, False


def patch_id(gitlab: GitLab, base: Commit, head: Commit) -> str:
    """The same for two differences that only stand at other lines."""
    parts = [
        f"{diff.path}\n{_PLACE.sub('@@', _text(diff))}" for diff in gitlab.trees.diff(base, head)
    ]
    return digest("patch", "\n".join(parts))


def _shape(diff: FileDiff, text: str, *, over_safe_limits: bool) -> Shape:
    size = len(text.encode())
    too_large = size >= LARGEST or _is_not_shown(diff)
    collapsed = not too_large and (size >= LARGEST_SHOWN or (over_safe_limits and bool(text)))
    new, gone = diff.status == "added", diff.status == "removed"
    return {
        "diff": "" if too_large or collapsed else text,
        "collapsed": collapsed,
        "too_large": too_large,
        "new_path": diff.path,
        "old_path": diff.previous or diff.path,
        "a_mode": "0" if new else "100644",
        "b_mode": "0" if gone else "100644",
        "new_file": new,
        "renamed_file": diff.status == "renamed",
        "deleted_file": gone,
        "generated_file": False,
    }


def _is_not_shown(diff: FileDiff) -> bool:
    return diff.patch is None and diff.added + diff.removed > 0


def _text(diff: FileDiff) -> str:
    if diff.patch is not None:
        return f"{diff.patch}\n"
    if diff.status == "renamed" or _is_not_shown(diff):
        return ""
    return f"Binary files a/{diff.previous or diff.path} and b/{diff.path} differ\n"
