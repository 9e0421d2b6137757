"""Which comment of a follow-up ticket is the review that is owed, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.domain.directory import person_of, shown
from gate.domain.emergency_facts import FollowUpComment
from gate.domain.identity import Kind
from gate.domain.phrases import listed, moment, safe, short
from gate.domain.policy.document import Policy
from gate.domain.review_comment import NoReview, ReviewComment, ReviewOutcome, read_review

COUNTS = "counts"
WHY_NOT: Mapping[str, str] = {
    "machine": "a machine wrote it, and only people review",
    "unmapped": "its author stands under no name in `people`",
    "dependent": "its author had a part in the release",
    "not-reviewer": "its author does not hold the role that reviews such a release",
    "altered": "somebody other than its author edited it",
    "other-revision": "it is about another revision",
    "too-early": "it is from before the release",
    "not-answered": "it does not say what the controls would have said that were not judged",
    "was-deployed": "it says that nothing was deployed, and the forge recorded that it was",
    "may-go-out": "it says that nothing was deployed, and the release could still go out then",
}
"""Beside those of `gate.domain.review_comment.WHY_NOT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a review must be of, and of whom it cannot be."""

    revision: str
    after: datetime
    not_by: tuple[str, ...]
    by: tuple[str, ...] | None = None
    """The only people who can do it; None when anybody can who had no part in the release."""
    open_until: datetime
    """Before that moment nobody can say that nothing was deployed: it may go out in the next minute."""
    deployed: bool = False
    """Whether the forge recorded a successful deployment."""
    not_judged: tuple[str, ...] = ()
    """Controls that nobody could judge: what they would have said has to stand in the review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedComment:
    """A comment that is a review, or was meant as one."""

    person: str
    """Key of `people`; empty when its author stands under none."""
    shown: str
    """How the account is called in its own system."""
    at: datetime
    url: str
    code: str
    """`counts`, or why it does not: a key of `WHY_NOT`."""
    why: str
    outcome: ReviewOutcome | None = None
    findings: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is the review that is owed."""
        return self.code == COUNTS


def judged(
    comments: Sequence[FollowUpComment], wanted: Wanted, policy: Policy
) -> tuple[JudgedComment, ...]:
    """Every comment that is a review or was meant as one, the oldest first. Mere talk is left out."""
    return tuple(_judged(sorted(comments, key=lambda said: (said.at, said.id)), wanted, policy))


def _judged(
    comments: Sequence[FollowUpComment], wanted: Wanted, policy: Policy
) -> Iterator[JudgedComment]:
    for comment in comments:
        read = read_review(comment.body)
        if isinstance(read, NoReview) and not read.meant:
            continue
        code, why = _verdict(comment, read, wanted, policy)
        yield JudgedComment(
            person=person_of(comment.by, policy),
            shown=shown(comment.by),
            at=comment.at,
            url=comment.url,
            code=code,
            why=why,
            outcome=read.outcome if isinstance(read, ReviewComment) else None,
            findings=_findings(read) if isinstance(read, ReviewComment) else "",
        )


def _verdict(
    comment: FollowUpComment, read: ReviewComment | NoReview, wanted: Wanted, policy: Policy
) -> tuple[str, str]:
    """Who first, then what: whoever cannot review need not mend the text."""
    if code := _unfit(comment, wanted, policy):
        return code
    if isinstance(read, NoReview):
        return read.code, read.why
    if comment.altered:
        return "altered", WHY_NOT["altered"]
    if not wanted.revision.startswith(read.revision):
        return (
            "other-revision",
            f"it is about {safe(short(read.revision))}, and the release is {short(wanted.revision)}",
        )
    if comment.at < wanted.after:
        return (
            "too-early",
            f"it is from before the release, which was on {moment(wanted.after)}",
        )
    if wanted.not_judged and not read.not_judged:
        controls = listed([safe(name) for name in wanted.not_judged])
        return (
            "not-answered",
            f"it has no line `Not judged:` that says what {controls} would have said, for which no tracker answered",
        )
    return _as_deployed(comment, read, wanted)


def _as_deployed(comment: FollowUpComment, read: ReviewComment, wanted: Wanted) -> tuple[str, str]:
    """Whether what it says about the deployment can be so. That none is recorded does not contradict anybody."""
    if read.outcome is not ReviewOutcome.NOT_DEPLOYED:
        return COUNTS, ""
    if wanted.deployed:
        return "was-deployed", WHY_NOT["was-deployed"]
    if comment.at < wanted.open_until:
        until = moment(wanted.open_until)
        return (
            "may-go-out",
            f"it says that nothing was deployed, which nobody can know before {until}",
        )
    return COUNTS, ""


def _findings(read: ReviewComment) -> str:
    return f"{read.findings} Not judged: {read.not_judged}" if read.not_judged else read.findings


def _unfit(comment: FollowUpComment, wanted: Wanted, policy: Policy) -> tuple[str, str] | None:
    """Why its author cannot do the review, whatever the comment says."""
    person = person_of(comment.by, policy)
    if comment.by.kind is Kind.BOT:
        return "machine", WHY_NOT["machine"]
    if not person:
        return "unmapped", f"{shown(comment.by)} stands under no name in `people`"
    if person in wanted.not_by:
        return "dependent", f"{person} had a part in the release"
    if wanted.by is not None and person not in wanted.by:
        return "not-reviewer", f"{person} does not hold the role that reviews such a release"
    return None
