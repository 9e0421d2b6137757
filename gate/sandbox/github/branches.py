"""How branches are protected."""

from __future__ import annotations

from gate.sandbox.github.forge import GitHub


def protection(github: GitHub, branch: str) -> tuple[bool, list[str]]:
    """Whether the branch is protected, and the checks that it requires."""
    known = github.world.repository
    if branch != known.default_branch or not known.protected:
        return False, []
    return True, list(known.required_checks)
