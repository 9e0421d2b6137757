"""Branches and tags, from the lists that the job token may read."""

from __future__ import annotations

from dataclasses import dataclass

from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part

_KEEP = keys("name commit id target protected default merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One branch as GitLab knows it now."""

    name: str
    head: str
    protected: bool
    default: bool


def branch(client: Client, name: str) -> Branch:
    """A branch that must exist."""
    found = _named(client, "branches", name, Question(what=f"the branch {name}"))
    if found is None:
        raise missing(
            Question(what=f"the branch {name}"),
            "not-found",
            f"there is no branch {name}",
            "whoever owns the policy corrects it",
        )
    return Branch(
        name=name,
        head=found.member("commit").sha("id"),
        protected=found.flag("protected"),
        default=found.flag("default"),
    )


def head_of(client: Client, ref: str) -> str | None:
    """The commit that a full ref points to; None when there is no such ref any more, or when it is no branch or tag."""
    for prefix, kind in (("refs/heads/", "branches"), ("refs/tags/", "tags")):
        if ref.startswith(prefix):
            question = Question(what=f"the ref {ref}")
            found = _named(client, kind, ref.removeprefix(prefix), question)
            # The target of an annotated tag is a tag object; its commit is what it points to in the end.
            return None if found is None else found.member("commit").sha("id")
    return None


def _named(client: Client, kind: str, name: str, question: Question) -> Part | None:
    """The element of exactly this name. `search=^x` finds everything that begins with x, whatever its case."""
    path = f"{client.home}/repository/{kind}"
    found = client.pages(question, path, _KEEP, {"search": f"^{name}"})
    exact = [one for one in found if one.name("name") == name]
    return exact[0] if exact else None
