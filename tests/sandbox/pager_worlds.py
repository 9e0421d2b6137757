"""One description of incidents and schedules, which all three pagers speak, and their real clients over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from gate.adapters.deadline import Deadline
from gate.domain.policy.emergency import PagerName, PagerRules
from gate.sandbox.server import Sandbox
from gate.sandbox.world.merging import merged
from tests.adapters.loopback import recorder
from tests.sandbox.asking import world

ACCOUNTS = {
    "ann": {
        "jira": "5b10a2844c20165700ede21g",
        "pagerduty": "P0ANN01",
        "incident_io": "01HANN00000000000000000000",
    },
    "ben": {"email": "ben@acme.example", "jira": "712020:5b10ac8d-82e0-5b22-cc7d-4ef5aaaaaaaa"},
}
INCIDENTS = {
    1234: {
        "id": "PT4KHLK",
        "title": "Payments fail",
        "raised_at": "-50m",
        "history": {
            "h1": {"at": "-45m", "event": "escalated"},
            "h2": {"at": "-40m", "by": "ann", "channel": "sms"},
            "h3": {"at": "-10m", "event": "expired"},
            "h4": {"at": "-5m", "by": "ben", "channel": "slack"},
            "h5": {"at": "-4m", "by": "robot", "channel": "api"},
        },
    },
    1235: {"raised_by": "ben", "history": {"h1": {"at": "-1m", "event": "resolved", "by": "ann"}}},
    1236: {"service": "PSVC002", "history": {"h1": {"at": "-1m", "event": "noted", "by": "ann"}}},
}
SCHEDULES = {
    "Payments Primary": {
        "id": "PSCH001",
        "shifts": {
            "s1": {"who": "ann", "from": "-1d", "to": "-30m"},
            "s2": {"who": "ben", "from": "-30m", "to": "+1d"},
        },
    },
    "Everybody": {"shifts": {"s1": {"who": "ann"}}},
    "Nobody": {"shifts": {"s1": {"who": "ann", "from": "-2d", "to": "-1d"}}},
}


def raw(**over: Any) -> dict[str, Any]:
    return merged({"accounts": ACCOUNTS, "incidents": INCIDENTS, "schedules": SCHEDULES}, over)


@contextmanager
def played(client: Any, system: PagerName, **over: Any) -> Iterator[tuple[Any, Sandbox]]:
    """The real client of a pager, and the sandbox that it asks. `how` goes to the client, the rest to the world."""
    how = over.pop("how", {})
    with Sandbox(world(**raw(**over))) as box:
        url = f"{box.url}/{system.value}"
        rules = PagerRules(service="PSVC001", acknowledged_by="duty", system=system, url=url)
        given: dict[str, Any] = {
            "rules": rules, "token": "sandbox-pager-token", "recorder": recorder(),
            "deadline": Deadline(10), "sleep": lambda _: None,
        }  # fmt: skip
        pager = client(**(given | how))
        try:
            yield pager, box
        finally:
            pager.close()


def get(box: Sandbox, path: str, authorization: str, **query: str) -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    return requests.get(f"{box.url}{path}", params=query, headers=headers, timeout=10)
