"""Worlds of a given size, made from the base world of the scenarios: what `World.of` reads."""

from __future__ import annotations

from typing import Any

from gate.sandbox.world.merging import merged, read_file
from tests.scenarios.play import SCENARIOS

BASE = SCENARIOS / "base" / "world.yml"


def one_merge_request() -> dict[str, Any]:
    """The base world: one clean merge request with one ticket."""
    return read_file(BASE)


def many_merge_requests(count: int) -> dict[str, Any]:
    """So many merge requests of one commit each, all with tickets of their own, on top of the base world."""
    over: dict[str, Any] = {"commits": {}, "pull_requests": {}, "tickets": {}}
    base = read_file(BASE)
    tip = "m1"
    for number in range(100, 100 + count - 1):
        work, merge, key = f"w{number}", f"x{number}", f"CHG-{number}"
        over["commits"][work] = _work(number, "m0")
        over["commits"][merge] = {
            "author": "dave",
            "by_forge": True,
            "message": f"Merge pull request #{number} from acme/part-{number}",
            "parents": [tip, work],
            "at": "-2h",
        }
        over["pull_requests"][number] = _request(base, number, [work], merge, key)
        over["tickets"][key] = _ticket(base, number)
        tip = merge
    return merged(base, {**over, **_tip(base, tip)})


def many_commits(count: int) -> dict[str, Any]:
    """One merge request of so many commits, its merge included."""
    base = read_file(BASE)
    names = [f"w{number}" for number in range(count - 1)]
    parents = ["m0", *names[:-1]]
    over: dict[str, Any] = {
        "commits": {
            **{
                name: _work(n, parent)
                for n, (name, parent) in enumerate(zip(names, parents, strict=True))
            },
            "m1": {"parents": ["m0", names[-1]]},
        },
        "branches": {"feature": names[-1]},
        "pull_requests": {12: {"commits": names, "reviews": {"r1": {"commit": names[-1]}}}},
    }
    return merged(base, over)


def _work(number: int, parent: str) -> dict[str, Any]:
    return {
        "author": "bob",
        "message": f"Work {number}",
        "parents": [parent],
        "at": "-1d",
        "files": {f"services/api/part{number}.py": {"added": 3, "removed": 1}},
    }


def _request(
    base: dict[str, Any], number: int, commits: list[str], merge: str, key: str
) -> dict[str, Any]:
    like = base["pull_requests"][12]
    return {
        **like,
        "title": f"{key} Part {number}",
        "body": "",
        "branch": f"part-{number}",
        "commits": commits,
        "merged": {**like["merged"], "commit": merge},
        "reviews": {f"r{number}": {**like["reviews"]["r1"], "commit": commits[-1]}},
    }


def _ticket(base: dict[str, Any], number: int) -> dict[str, Any]:
    like = base["tickets"]["CHG-7"]
    return {
        **like,
        "summary": f"Part {number}",
        "remote_links": [f"https://github.com/acme/app/pull/{number}"],
    }


def _tip(base: dict[str, Any], tip: str) -> dict[str, Any]:
    checks = {name: {**check, "commit": tip} for name, check in base["checks"].items()}
    return {"branches": {"main": tip}, "run": {"commit": tip}, "checks": checks}
