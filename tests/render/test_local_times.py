from dataclasses import replace

from gate.domain.control import Failed, Observation, Passed
from gate.render.local_times import in_zone, localised
from gate.render.story import tell
from tests import builders as b
from tests.render.decisions import FAILED, decision, result

ZONE = "America/New_York"


def test_a_time_in_a_sentence_is_told_in_the_zone_and_in_utc() -> None:
    assert localised("erin approved on 2026-11-25 11:00 UTC; later", ZONE) == (
        "erin approved on Wed 25 Nov 2026, 06:00 EST (11:00 UTC); later"
    )


def test_what_only_looks_like_a_time_stays() -> None:
    assert localised("2026-13-45 99:99 UTC", ZONE) == "2026-13-45 99:99 UTC"
    assert localised("16:00 EST (21:00 UTC)", ZONE) == "16:00 EST (21:00 UTC)"


def test_a_time_with_its_weekday_is_told_in_a_zone_already() -> None:
    told = "It is Wed 2026-11-25 22:12 EST (Thu 2026-11-26 03:12 UTC), and no window is open"
    assert localised(told, ZONE) == told


def test_every_sentence_of_a_story_is_told_so() -> None:
    at = "at 2026-11-25 11:00 UTC"
    reason = replace(FAILED.reasons[0], text=at, remedy=at)
    shape = decision(
        result(Failed(reasons=(reason,), observations=(Observation(at),))),
        result(Passed(observations=()), "ticket"),
        result(FAILED, "tests", waiver=replace(b.waiver("tests"), reason=at)),
    )
    story = in_zone(tell(shape, b.policy()), ZONE)
    failed, _, waived = story.controls
    texts = [
        story.steps[0].what,
        story.steps[0].why,
        failed.reasons[0].text,
        failed.reasons[0].remedy,
        failed.seen[0].text,
        waived.notes[0],
    ]
    assert [text for text in texts if "06:00 EST (11:00 UTC)" not in text] == []
