"""Times in sentences, for people who live in one zone: controls speak in UTC, since they know no place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from gate.domain.control import Observation, Reason
from gate.render.control_story import ControlStory
from gate.render.steps import Step
from gate.render.story import Story
from gate.render.times import both

_MOMENT = re.compile(r"(?<!Mon |Tue |Wed |Thu |Fri |Sat |Sun )\b(20\d\d-\d\d-\d\d \d\d:\d\d) UTC\b")
"""One with its weekday stands in a sentence of `window`, which tells its own zone already."""


def localised(text: str, zone: str) -> str:
    """Every `2026-11-25 11:00 UTC` in the text, in the zone and in UTC."""
    return _MOMENT.sub(lambda found: _shown(found, zone), text)


def in_zone(story: Story, zone: str) -> Story:
    """The same story with its times in the zone as well."""
    return replace(
        story,
        steps=tuple(_step(step, zone) for step in story.steps),
        controls=tuple(_control(control, zone) for control in story.controls),
    )


def _shown(found: re.Match[str], zone: str) -> str:
    try:
        return both(datetime.fromisoformat(found[1]).replace(tzinfo=UTC), zone)
    except ValueError:  # somebody's text that only looks like a time
        return found[0]


def _step(step: Step, zone: str) -> Step:
    return replace(step, what=localised(step.what, zone), why=localised(step.why, zone))


def _control(control: ControlStory, zone: str) -> ControlStory:
    return replace(
        control,
        notes=tuple(localised(note, zone) for note in control.notes),
        reasons=tuple(_reason(reason, zone) for reason in control.reasons),
        seen=tuple(Observation(localised(item.text, zone), item.url) for item in control.seen),
    )


def _reason(reason: Reason, zone: str) -> Reason:
    return replace(reason, text=localised(reason.text, zone), remedy=localised(reason.remedy, zone))
