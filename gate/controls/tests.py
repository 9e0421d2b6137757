"""What is deployed was tested: every required check succeeded on exactly this revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import Waivers
from gate.domain.facts import Check, Checks, CheckState, Clock, Run
from gate.domain.newest_checks import by_name, newest
from gate.domain.phrases import counted, listed, moment, safe, short
from gate.domain.policy.document import Waiver
from gate.domain.policy.workflow import RequiredCheck, TestRules

ID = "tests"
TITLE = "Every required check succeeded on exactly this revision"
GUIDE = "§5"
SETTINGS = "workflow.tests"
REASONS = {
    "missing": "no check of that name was reported on the revision",
    "wrong-app": "the check was reported by another app than the one that must report it",
    "wrong-revision": "the check was reported on another revision",
    "failed": "the check failed",
    "pending": "the check has not finished, or was started again",
    "skipped": "the check was skipped, so nothing was tested",
    "neutral": "the check ended as neutral, which is neither yes nor no",
    "cancelled": "the check was cancelled",
    "timed-out": "the check ran out of time",
    "action-required": "the check waits for somebody to act",
    "stale": "the result is too old, its age cannot be told, or the forge gave up on it",
}
Settings = TestRules

_CODES: Mapping[CheckState, tuple[str, str]] = {
    CheckState.FAILURE: ("failed", "Fix what it found and deploy the revision with the fix."),
    CheckState.PENDING: ("pending", "Wait until it has finished, then start the check again."),
    CheckState.SKIPPED: ("skipped", "Have its pipeline run it: a condition or filter left it out."),
    CheckState.NEUTRAL: ("neutral", "Have its app say success or failure."),
    CheckState.CANCELLED: ("cancelled", "Run it again on this revision."),
    CheckState.TIMED_OUT: ("timed-out", "Run it again on this revision, with more time."),
    CheckState.ACTION_REQUIRED: ("action-required", "Do what it asks for, where it is shown."),
    CheckState.STALE: ("stale", "Run it again on this revision."),
}
_UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_FUTURE = timedelta(minutes=1)
"""How far the forge's clock may be ahead of ours (see `facts.Clock`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every required check is held against."""

    checks: Sequence[Check]
    run: Run
    now: datetime
    max_age: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """One required check, or one name that a pattern matched, and what is wrong with it, if anything is."""

    name: str
    required: RequiredCheck
    check: Check | None = None
    reason: Reason | None = None

    def waiver(self, waivers: Waivers) -> Waiver | None:
        """The waiver that lets it go: of the name itself, or of the requirement as the policy writes it."""
        return waivers.of(ID, self.name) or waivers.of(ID, str(self.required.name))


def evaluate(
    checks: Checks, run: Run, clock: Clock, waivers: Waivers, settings: TestRules
) -> Outcome:
    """Look for the newest result of every required check, by the app that must report it."""
    if not settings.required:
        return NotApplicable(reason="the policy requires no check")
    if checks.revision != run.revision:
        return Failed(reasons=(_other_revision(checks, run),))
    desk = _Desk(
        checks=checks.checks,
        run=run,
        now=clock.now,
        max_age=settings.max_age,
    )
    found = [(one, list(_find(one, desk))) for one in settings.required]
    findings = [finding for _, some in found for finding in some]
    wrong = [one.reason for one in findings if one.reason and not one.waiver(waivers)]
    waived = [
        _waived(one.reason, w) for one in findings if one.reason and (w := one.waiver(waivers))
    ]
    good = [one.check for one in findings if one.check and not one.reason]
    seen = (*(note for one, some in found for note in _seen(one, some, desk)), *waived)
    if wrong:
        return Failed(reasons=tuple(wrong), observations=seen)
    if not good:
        whys = " ".join(one.text for one in waived)
        return NotApplicable(reason=f"every required check is waived: {whys}")
    return Passed(observations=seen, until=_until(good, settings.max_age))


def _other_revision(checks: Checks, run: Run) -> Reason:
    return Reason(
        code="wrong-revision",
        text=f"The checks are those of {short(checks.revision)}; this deploys {short(run.revision)}.",
        remedy="Start the check again on the revision that is deployed.",
        url=run.url,
    )


def _find(required: RequiredCheck, desk: _Desk) -> Iterator[_Finding]:
    matching = [one for one in desk.checks if required.name.matches(one.name)]
    reported = [one for one in matching if _is_by(one, required.app)]
    if not reported:
        absent = _wrong_app(required, matching, desk) if matching else _missing(required, desk)
        yield _Finding(name=str(required.name), required=required, reason=absent)
    for name, results in by_name(reported).items():
        here = [one for one in results if one.revision == desk.run.revision]
        check = newest(here or results)
        yield _Finding(name=name, required=required, check=check, reason=_against(check, desk))


def _is_by(check: Check, app: str) -> bool:
    return check.app.casefold() == app.casefold()


def _against(check: Check, desk: _Desk) -> Reason | None:
    name = f"{safe(check.name)} by {safe(check.app)}"
    if check.revision != desk.run.revision:
        text = f"{name} ran on {short(check.revision)}; this deploys {short(desk.run.revision)}."
        return _reason("wrong-revision", text, "Run it on the revision that is deployed.", check)
    if check.state is not CheckState.SUCCESS:
        code, remedy = _CODES[check.state]
        text = f"{name} on {short(check.revision)}: {REASONS[code]} ({check.state.value})."
        return _reason(code, text, remedy, check)
    if age := _too_old(check, desk):
        return _reason("stale", f"{name} succeeded, but {age}.", _CODES[CheckState.STALE][1], check)
    return None


def _too_old(check: Check, desk: _Desk) -> str:
    if desk.max_age is None:
        return ""
    if check.completed_at is None:
        return "nobody can tell when, and results may not be older than the policy says"
    if check.completed_at > desk.now + _FUTURE:
        return f"at a time that is still to come ({moment(check.completed_at)})"
    if desk.now - check.completed_at >= desk.max_age:
        return f"it ended on {moment(check.completed_at)}, and max_age is {_spelled(desk.max_age)}"
    return ""


def _spelled(span: timedelta) -> str:
    for unit, length in _UNITS.items():
        if span % length == timedelta(0):
            return counted(span // length, unit)
    return counted(int(span.total_seconds()), "second")


def _reason(code: str, text: str, remedy: str, check: Check) -> Reason:
    return Reason(code=code, text=text, remedy=remedy, url=check.url)


def _wrong_app(required: RequiredCheck, matching: Sequence[Check], desk: _Desk) -> Reason:
    apps = listed(sorted({safe(one.app) or "an unknown app" for one in matching}))
    return Reason(
        code="wrong-app",
        text=f"{required.name} was reported on {short(desk.run.revision)} by {apps}, not by {required.app}. "
        "Whoever may write to the repository can report a check of any name.",
        remedy=f"Run the check of {required.app} on this revision, or correct workflow.tests.required in the policy.",
        url=matching[0].url,
    )


def _missing(required: RequiredCheck, desk: _Desk) -> Reason:
    names = {one.name.casefold(): one.name for one in desk.checks}
    near = get_close_matches(str(required.name).casefold(), names, n=3)
    hint = f" There is: {listed([safe(names[name]) for name in near])}." if near else ""
    return Reason(
        code="missing",
        text=f"No check named {required.name} was reported on {short(desk.run.revision)}.{hint}",
        remedy=f"Run it on this revision as {required.app}, or correct workflow.tests.required in the policy.",
        url=desk.run.url,
    )


def _seen(required: RequiredCheck, some: Sequence[_Finding], desk: _Desk) -> Iterator[Observation]:
    good = [one.check for one in some if one.check and not one.reason]
    if len(good) == 1:
        ended = f", ended {moment(good[0].completed_at)}" if good[0].completed_at else ""
        yield Observation(
            f"{safe(good[0].name)} by {safe(good[0].app)} succeeded{ended}", good[0].url
        )
    elif good:
        yield Observation(
            f"{counted(len(good), 'check')} of {required.name} by {required.app} succeeded"
        )
    names = {one.name for one in some}
    others = [one for one in desk.checks if one.name in names and not _is_by(one, required.app)]
    for other in others:
        yield Observation(
            f"{safe(other.name)} by {safe(other.app)} is not looked at; {required.app} must report it",
            other.url,
        )


def _waived(reason: Reason, waiver: Waiver) -> Observation:
    until = f"until the end of {waiver.expires} by {waiver.granted_by}: {safe(waiver.reason)}"
    return Observation(f"{reason.text} This is waived {until}", reason.url)


def _until(good: Sequence[Check], max_age: timedelta | None) -> datetime | None:
    if max_age is None:
        return None
    return min(one.completed_at + max_age for one in good if one.completed_at)
