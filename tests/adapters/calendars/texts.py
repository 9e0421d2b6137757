"""iCalendar files for tests."""

NEW_YORK = "X-WR-TIMEZONE:America/New_York"


def calendar(*events: str, head: str = NEW_YORK) -> bytes:
    """Lines of each event are divided by `|`; those without a UID get one."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//acme//freezes//EN",
        *filter(None, head.split("|")),
    ]
    for number, event in enumerate(events):
        uid = [] if event.startswith("UID:") else [f"UID:{number}"]
        lines += ["BEGIN:VEVENT", *uid, "DTSTAMP:20260101T000000Z", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
