import io
from datetime import datetime, timedelta

from gate.app.pull.progress import Progress, said
from tests.app.pull.sets import day


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = day(0)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_counts_are_told_when_they_say_something() -> None:
    counts = {"fetched": 3, "there": 0, "broken": 1, "absent": 2, "left_out": 4, "bytes": 1_550_000}
    assert said(counts) == (
        "3 fetched, 4 of another time or environment, 1 broken, 2 not to be had, 1.6 MB"
    )
    assert said({}) == "nothing yet"


def test_in_a_log_it_is_a_line_now_and_then() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress(out, clock)
    for seconds in (0, 9, 2, 3):
        clock.wait(seconds)
        progress.tell("s3://x", {"fetched": seconds + 1})
    progress.clear()
    assert out.getvalue() == "s3://x: 1 fetched\ns3://x: 3 fetched\n"


def test_on_a_terminal_one_line_is_written_anew() -> None:
    out, clock = Terminal(), Clock()
    progress = Progress(out, clock)
    progress.tell("s3://x", {"fetched": 1_000})
    clock.wait(0.1)
    progress.tell("s3://x", {"fetched": 1_001})
    clock.wait(1)
    progress.tell("s3://x", {"fetched": 2})
    progress.clear()
    progress.clear()
    assert out.getvalue().split("\r") == [
        "",
        "s3://x: 1000 fetched",
        "s3://x: 2 fetched   ",
        " " * len("s3://x: 2 fetched"),
        "",
    ]


def test_a_long_name_does_not_break_the_line_and_a_hostile_one_hides_nothing() -> None:
    out = Terminal()
    Progress(out, Clock()).tell("x\x1b[31m\n" * 50, {})
    assert len(out.getvalue()) == 101
    assert "\x1b" not in out.getvalue()


def test_nobody_is_told_when_nobody_waits() -> None:
    progress = Progress(None, Clock())
    progress.tell("x", {})
    progress.clear()
