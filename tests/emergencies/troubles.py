"""What can go wrong with pagers and trackers, and runs that between them meet every pair of it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tests.emergencies.rig import Forge

PAGERS = ("pagerduty", "incident_io", "jsm", "none")
DESKS = ("jira", "slow-jira", "elsewhere", "own")
"""Where follow-ups are kept: Jira; Jira whose search lags; issues of another project; those of the project itself."""
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "500": {"status": 500, "body": "{}"},
    "429": {"status": 429, "body": "{}", "headers": {"Retry-After": "1"}},
    "time-out": {"delay": "30s"},
    "reset": {"reset": True},
    "500-done": {"status": 500, "body": "{}", "done": True},
    "429-done": {"status": 429, "body": "{}", "headers": {"Retry-After": "1"}, "done": True},
    "time-out-done": {"delay": "30s", "done": True},
    "reset-done": {"reset": True, "done": True},
    "truncated": {"truncate": 20},
}
"""With `done` the system did what it was asked before it went wrong; cut off answers are always of that kind."""
NONE = "none"
OUTAGE, HICCUP, WRITES, ONE_WRITE = "outage", "hiccup", "writes", "one write"
EXTENTS = (OUTAGE, HICCUP, WRITES, ONE_WRITE)
TROUBLED, LATE = "troubled", "late"
_TIMES = {OUTAGE: None, HICCUP: 2, WRITES: None, ONE_WRITE: 1}
REACHABLE = ("500", "429", "time-out", "reset", "truncated")
"""Faults that mean something where nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run: which systems there are, and how each of them fails."""

    forge: Forge
    pager: str
    pager_fault: str
    pager_extent: str
    in_forge: str
    """Whether the second person `may` approve in the forge while the pager is down, and whether she `did`."""
    desk: str
    desk_fault: str
    desk_extent: str
    own_fault: str
    own_extent: str
    sweep: str
    """Whether the first sweep meets the same trouble, or comes when everything is well again."""

    @property
    def name(self) -> str:
        """For people."""
        return " · ".join(str(getattr(self, item.name)) for item in fields(self))

    @property
    def approved(self) -> bool:
        """Whether Alice released the deployment in the forge."""
        return "did" in self.in_forge

    @property
    def may_use_forge(self) -> bool:
        """Whether the policy lets her, while the pager is down."""
        return "may" in self.in_forge

    @property
    def is_down(self) -> bool:
        """Whether the pager answers nothing at all."""
        return self.pager_fault != NONE and self.pager_extent == OUTAGE


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "forge": ("github", "gitlab"),
    "pager": PAGERS,
    "pager_fault": (NONE, *REACHABLE),
    "pager_extent": (OUTAGE, HICCUP),
    "in_forge": ("neither", "may", "did", "may and did"),
    "desk": DESKS,
    "desk_fault": (NONE, *FAULTS),
    "desk_extent": EXTENTS,
    "own_fault": (NONE, *FAULTS),
    "own_extent": EXTENTS,
    "sweep": (TROUBLED, LATE),
}


def cases(count: int, seed: int) -> list[Case]:
    """So many cases, always the same for a seed: first those that between them hold every pair of choices, about 120;
    then only such in which there is a second person, so that something is owed.
    """
    dice = random.Random(seed)  # noqa: S311 - nothing here is a secret
    missing = set(_all_pairs())
    found: list[Case] = []
    while len(found) < count:
        if not missing:
            drawn = _drawn(dice)
            found += [drawn] if has_second_person(drawn) else []
            continue
        some = [*(_drawn(dice) for _ in range(30)), _with(dice, missing)]
        best = max(some, key=lambda case: _worth(case, missing))
        missing -= set(_pairs(best))
        found.append(best)
    return found


def has_second_person(case: Case) -> bool:
    """Whether two people are in it, as far as anybody can tell: by the log of the pager, or by the forge instead."""
    if case.pager == "none":
        return case.approved
    # What passes soon is asked for again.
    return (case.may_use_forge and case.approved) if case.is_down else True


def uncovered(chosen: list[Case]) -> set[tuple[tuple[str, str], ...]]:
    """Pairs of choices that none of the cases holds."""
    return set(_all_pairs()) - {pair for case in chosen for pair in _pairs(case)}


def faults(case: Case) -> list[dict[str, Any]]:
    """The faults of a case, as a world file has them."""
    return [
        *_of(_pager_routes(case), case.pager_fault, case.pager_extent),
        *_of(_desk_routes(case), case.desk_fault, case.desk_extent),
        *_of(_own_routes(case), case.own_fault, case.own_extent),
    ]


def _of(routes: Mapping[str, list[str]], fault: str, extent: str) -> Iterator[dict[str, Any]]:
    if fault == NONE:
        return
    chosen = routes["writes"] if extent in {WRITES, ONE_WRITE} else routes["all"]
    for route in chosen:
        times = {} if _TIMES[extent] is None else {"times": _TIMES[extent]}
        yield {"route": route, **FAULTS[fault], **times}


def _pager_routes(case: Case) -> dict[str, list[str]]:
    return {"all": [f"* /{case.pager}/**"]}


def _desk_routes(case: Case) -> dict[str, list[str]]:
    if case.desk in {"jira", "slow-jira"}:
        places = ["/jira/rest/api/3/issue", "/jira/rest/api/3/issue/*/**"]
        return {
            "all": ["* /jira/**"],
            "writes": [f"{verb} {p}" for verb in ("POST", "PUT") for p in places],
        }
    return _issues(case.forge, "acme/follow-ups" if case.desk == "elsewhere" else "acme/app")


def _own_routes(case: Case) -> dict[str, list[str]]:
    return _issues(case.forge, "acme/app")


def _issues(forge: str, project: str) -> dict[str, list[str]]:
    if forge == "gitlab":
        home = f"/gitlab/api/v4/projects/{project.replace('/', '%2F')}/issues"
        verbs, read = ("POST", "PUT"), []
    else:
        home, verbs = f"/github/repos/{project}/issues", ("POST", "PATCH")
        read = ["POST /graphql FollowUps"]
    return {
        "all": [f"* {home}**", *read],
        "writes": [f"{verb} {home}**" for verb in verbs],
    }


def _drawn(dice: random.Random) -> Case:
    return _made({name: dice.choice(options) for name, options in _CHOICES.items()})


def _with(dice: random.Random, missing: set[tuple[tuple[str, str], ...]]) -> Case:
    """A case that holds one of the missing pairs."""
    pair = dice.choice(sorted(missing))
    return _made({name: dice.choice(options) for name, options in _CHOICES.items()} | dict(pair))


def _worth(case: Case, missing: set[tuple[tuple[str, str], ...]]) -> int:
    """How much a case adds. Where nobody is a second person nothing is owed, and little can go wrong."""
    return len(missing & set(_pairs(case))) + (1 if has_second_person(case) else 0)


def _made(chosen: dict[str, str]) -> Case:
    if chosen["pager"] == "none":
        chosen = {**chosen, "pager_fault": NONE, "pager_extent": OUTAGE}
    return Case(**chosen)  # type: ignore[arg-type]


def _pairs(case: Case) -> Iterator[tuple[tuple[str, str], ...]]:
    yield from itertools.combinations(((name, getattr(case, name)) for name in _CHOICES), 2)


def _all_pairs() -> Iterator[tuple[tuple[str, str], ...]]:
    """Every pair of choices that a case can hold."""
    for (one, firsts), (other, seconds) in itertools.combinations(_CHOICES.items(), 2):
        for first, second in itertools.product(firsts, seconds):
            pair = {one: first, other: second}
            if pair.get("pager") != "none" or (
                pair.get("pager_fault", NONE) == NONE and pair.get("pager_extent", OUTAGE) == OUTAGE
            ):
                yield ((one, first), (other, second))
