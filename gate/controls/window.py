"""Production is changed when the guide says so: inside an allow window and outside every freeze."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gate.domain.control import Failed, Observation, Outcome, Passed, Reason
from gate.domain.facts import Calendars, Clock, Run
from gate.domain.freeze_override import HOW, Answer, FreezeOverrides, Override
from gate.domain.openings import LOOK_AHEAD, Asked, allowed, applying, usable
from gate.domain.phrases import listed, safe
from gate.domain.policy.windows import AllowWindow, Freeze, Windows
from gate.domain.role_approval import named
from gate.domain.schedule import Span, freeze_spans, without
from gate.domain.wall_clock import NEVER, shown
from gate.domain.window_classes import WindowClasses

ID = "window"
TITLE = "Production may be changed at this moment"
GUIDE = "§8"
SETTINGS = "windows"
REASONS = {
    "closed": "no allow window that this change may use is open now",
    "frozen": "a freeze holds now, and nobody who may has opened it for this change",
}
Settings = Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Freeze:
    """A freeze that is for this deploy, when it holds, and what the role that may open it said."""

    rule: Freeze
    spans: tuple[Span, ...]
    answer: Answer | None

    @property
    def opened_by(self) -> tuple[Override, ...]:
        """Who opened it for this change."""
        return self.answer.opened_by if self.answer else ()

    def now(self, now: datetime) -> Span | None:
        """The span that holds now."""
        return next((span for span in self.spans if span.holds(now)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What every part of the answer is told from."""

    windows: Windows
    zone: ZoneInfo
    asked: Asked
    allowed: tuple[Span, ...]
    """What the windows allow from now on, freezes aside."""
    freezes: tuple[_Freeze, ...]

    @property
    def open(self) -> tuple[Span, ...]:
        """What is left of it, from now on, outside the freezes that nobody opened."""
        standing = [span for one in self.freezes if not one.opened_by for span in one.spans]
        left = without(self.allowed, standing)
        return tuple(span for span in left if span.end > self.asked.now)

    @property
    def next_opening(self) -> str:
        """The earliest time for this change, in words."""
        if not self.open:
            return (
                f"There is no time for this change within {LOOK_AHEAD.days} days; whoever owns the policy can change "
                "that."
            )
        first = self.open[0]
        name = f" ({first.name})" if first.name else ""
        return (
            f"The next time for this change is {shown(first.start, self.zone)}{name}: deploy then."
        )


def evaluate(
    clock: Clock,
    run: Run,
    risk: WindowClasses,
    overrides: FreezeOverrides,
    calendars: Calendars,
    settings: Windows,
) -> Outcome:
    """Compare now, in UTC, with every window and freeze that is for this change."""
    zone = ZoneInfo(settings.timezone)
    asked = Asked(now=clock.now, classes=risk.classes, services=run.services)
    scene = _Scene(
        windows=settings,
        zone=zone,
        asked=asked,
        allowed=allowed(settings, asked),
        freezes=tuple(
            _Freeze(
                rule=freeze,
                spans=freeze_spans(freeze, zone, calendars.spans),
                answer=overrides.by_role.get(freeze.override),
            )
            for freeze in applying(settings, asked)
        ),
    )
    reasons = (*_closed(scene), *_frozen(scene))
    opened = tuple(_opened(scene))
    if reasons:
        return Failed(reasons=reasons, observations=opened)
    end = scene.open[0].end
    until = end if end < asked.until else None
    return Passed(observations=(_seen(scene, until), *opened), until=until)


def _closed(scene: _Scene) -> Iterator[Reason]:
    now = scene.asked.now
    if any(span.holds(now) for span in scene.allowed):
        return
    choice = [_described(window) for window in usable(scene.windows, scene.asked)]
    windows = listed(choice) if choice else "none, since every window is for another risk class"
    classes = f" in risk class {listed(scene.asked.classes)}" if scene.asked.classes else ""
    deployed = f"service {listed(scene.asked.services)}" if scene.asked.services else "all services"
    yield Reason(
        code="closed",
        text=f"It is {shown(now, scene.zone)}, and no window is open to a change{classes} of {deployed}. "
        f"Windows for it: {windows}.",
        remedy=scene.next_opening,
    )


def _described(window: AllowWindow) -> str:
    days = ", ".join(day.value for day in window.days)
    nth = (
        f", number {listed([str(nth) for nth in window.nth], 'or')} of the month"
        if window.nth
        else ""
    )
    services = f", for {listed(window.services)}" if window.services else ""
    return f"{window.name} ({days} {window.start:%H:%M}-{window.end:%H:%M}{nth}{services})"


def _frozen(scene: _Scene) -> Iterator[Reason]:
    for one in scene.freezes:
        span = one.now(scene.asked.now)
        if span is None or one.opened_by:
            continue
        missed = "".join(f" {miss}" for miss in one.answer.near_misses) if one.answer else ""
        yield Reason(
            code="frozen",
            text=f"The freeze {_name(span)} holds until {_end(span, scene)}.{missed}",
            remedy=f"{scene.next_opening} {_how_to_open(one.answer)}",
            who=one.answer.could if one.answer else (),
        )


def _name(span: Span) -> str:
    return safe(span.name) or "without a name"


def _end(span: Span, scene: _Scene) -> str:
    return "somebody ends it" if span.end == NEVER else shown(span.end, scene.zone)


def _how_to_open(answer: Answer | None) -> str:
    if answer is None:
        return "Nobody can open this freeze: the policy names no role under `override`."
    return (
        f"To open the freeze for this change, {answer.invitation} approves the deployment, or the merge "
        f"request before it is merged, with a comment that holds the line `{HOW}`."
    )


def _opened(scene: _Scene) -> Iterator[Observation]:
    for one in scene.freezes:
        span = one.now(scene.asked.now)
        if span is None:
            continue
        for override in one.opened_by:
            yield Observation(
                f"the freeze {_name(span)} holds until {_end(span, scene)}; {named(override.approval)} opened it for "
                f"this change as {one.rule.override}: {safe(override.reason)}",
                override.approval.url,
            )


def _seen(scene: _Scene, until: datetime | None) -> Observation:
    first = scene.open[0]
    what = f"{first.name} is open" if first.name else "the policy names no windows, so it is open"
    if until is None:
        return Observation(f"{what}, and no end is in sight")
    spans = (span for one in scene.freezes if not one.opened_by for span in one.spans)
    freeze = next(
        (f"; then the freeze {_name(span)} starts" for span in spans if span.start == until), ""
    )
    return Observation(f"{what} until {shown(until, scene.zone)}{freeze}")
