"""A review that is written after a release, as a comment in its follow-up ticket (guide §6).

    Reviewed: 3f2a91c
    Outcome: confirmed
    Findings: what was looked at and what was found, in a sentence or more

The lines may come in any order, as a list, in bold or in a code block; findings may run over several lines. Where
controls were not judged, a line `Not judged:` says what they would have said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gate.domain.placeholders import is_placeholder
from gate.domain.reading import visible

FINDINGS_MIN_LENGTH = 30


class ReviewOutcome(Enum):
    """What the reviewer decided about the release."""

    CONFIRMED = "confirmed"
    CONFIRMED_WITH_ACTIONS = "confirmed with actions"
    ROLLED_BACK = "rolled back"
    NOT_GENUINE = "not genuine"
    """It was no emergency. The review is done, and the release counts as an exception."""
    NOT_DEPLOYED = "not deployed"
    """Nothing went out. Somebody who had no part in it made sure of that, since a job that failed proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewComment:
    """What a review says. Whose word it is, and of which release, is for `gate.domain.debts`."""

    revision: str
    """Seven hexadecimal digits or more, in lower case."""
    outcome: ReviewOutcome
    findings: str
    not_judged: str = ""
    """What controls would have said that were not judged; empty when it says nothing of substance about that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReview:
    """Why a comment is no review. `meant` tells an attempt from mere talk."""

    code: str
    """A key of `WHY_NOT`."""
    why: str
    meant: bool = True


WHY_NOT: Mapping[str, str] = {
    "talk": "it holds none of the lines of a review",
    "said-twice": "one of its lines stands there twice, so nobody can tell which one is meant",
    "no-revision": "it has no line `Reviewed:` with the revision, at least seven digits of it and nothing else",
    "no-outcome": "it has no line `Outcome:` with one of the outcomes",
    "no-findings": "its findings are missing, too short, or say nothing about this release",
}

_KEYS = ("reviewed", "outcome", "findings", "not judged")
# Each is linear on hostile text: no two neighbours can match the same characters.
_QUOTED = re.compile(r"^[ \t]*>")
_MARKS = re.compile(
    r"^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?(?:#{1,6}[ \t]+)?"
)
_KEY = re.compile(rf"^[*_`]*({'|'.join(_KEYS)})[*_`]*[ \t]*[:：][*_`]*", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})\w*[ \t]*$")
_LINK = re.compile(r"^\[([^\[\]()]*)\]\([^()\s]*\)$")
_REVISION = re.compile(r"[0-9a-f]{7,64}")
_AROUND = " \t*_`.<>"
_OUTCOMES = {outcome.value: outcome for outcome in ReviewOutcome}


def read_review(body: str) -> ReviewComment | NoReview:
    """Read a comment (Markdown) as a review. What somebody quotes is not theirs and does not count."""
    said = _said(body)
    if "reviewed" not in said and len(said) < 2:
        return NoReview(code="talk", why=WHY_NOT["talk"], meant=False)
    if twice := next((key for key, texts in said.items() if len(texts) > 1), ""):
        return NoReview(code="said-twice", why=f"it says `{twice.capitalize()}:` twice")
    revision = _revision(_first_line(said, "reviewed"))
    outcome = _OUTCOMES.get(_folded(_first_line(said, "outcome")))
    raw = said.get("findings", [""])[0]
    if not revision:
        return NoReview(code="no-revision", why=WHY_NOT["no-revision"])
    if outcome is None:
        choices = ", ".join(f"`{choice}`" for choice in _OUTCOMES)
        return NoReview(code="no-outcome", why=f"its line `Outcome:` is none of {choices}")
    findings = _on_one_line(raw)
    if flaw := _flaw(raw, findings):
        return NoReview(code="no-findings", why=flaw)
    answer = said.get("not judged", [""])[0]
    return ReviewComment(
        revision=revision,
        outcome=outcome,
        findings=findings,
        not_judged="" if _flaw(answer, _on_one_line(answer)) else _on_one_line(answer),
    )


def _said(body: str) -> dict[str, list[str]]:
    """The text after each key, down to the next key."""
    found: dict[str, list[str]] = {}
    latest: list[str] | None = None
    for line in _own_lines(body):
        bare = line[_end(_MARKS, line) :]
        key = _KEY.match(bare)
        if key is not None:
            latest = found.setdefault(key[1].lower(), [])
            latest.append(bare[key.end() :])
        elif latest is not None:
            latest[-1] += f"\n{line}"
    return found


def _own_lines(body: str) -> Iterator[str]:
    """What the page shows and the author wrote: no quotes, no fences of code blocks."""
    # Quotes go first: what is hidden inside one must not make the next line look like the author's own.
    quoted_out = "\n".join(
        line for line in re.split(r"\r\n|\r|\n", body) if not _QUOTED.match(line)
    )
    for line in visible(quoted_out).split("\n"):
        if not _FENCE.match(line):
            yield line


def _end(pattern: re.Pattern[str], line: str) -> int:
    match = pattern.match(line)
    return match.end() if match else 0


def _first_line(said: Mapping[str, Sequence[str]], key: str) -> str:
    """What stands beside the key, or on the first line below it."""
    lines = said.get(key, ("",))[0].split("\n")
    return next((line for line in lines if line.strip()), "")


def _revision(text: str) -> str:
    bare = text.strip().strip(_AROUND)
    link = _LINK.match(bare)
    bare = (link[1] if link else bare).strip(_AROUND).lower()
    return bare if _REVISION.fullmatch(bare) else ""


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[-_]", " ", text.strip(_AROUND)).casefold().split())


def _flaw(raw: str, findings: str) -> str:
    if not findings:
        return "it has no line `Findings:` that says what was looked at and found"
    if len(findings) < FINDINGS_MIN_LENGTH:
        return f"its findings have {len(findings)} characters, and a review has at least {FINDINGS_MIN_LENGTH}"
    if is_placeholder(raw):
        return "its findings say nothing about this release"
    return ""
