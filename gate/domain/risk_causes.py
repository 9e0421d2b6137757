"""Which merge requests put a change into a risk class, so that their own approvals are asked for (guide §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gate.domain.conditions import Scene, describes_any
from gate.domain.derived import JudgedTickets
from gate.domain.facts import MergeRequest
from gate.domain.missing import Missing
from gate.domain.policy.people import Condition
from gate.domain.scope import paths_of
from gate.domain.writers import outside


def causes(conditions: Sequence[Condition], scene: Scene) -> tuple[int, ...]:
    """Return the numbers of the merge requests that alone fit a condition; none when the change as a whole does.

    Every condition that fits the change, or cannot be ruled out, has to be accounted for by merge requests that fit it
    alone: when what is left without them still fits, nobody can say which part of the change it is about.
    """
    found: set[int] = set()
    for condition in conditions:
        if _may_fit(condition, scene):
            alone = _alone(condition, scene)
            if not alone:
                return ()
            found |= alone
    return tuple(one.number for one in scene.change.merge_requests if one.number in found)


def _may_fit(condition: Condition, scene: Scene) -> bool:
    return describes_any(condition, scene).holds is not False


def _alone(condition: Condition, scene: Scene) -> set[int]:
    """Those that fit alone; none when the rest of the change may fit as well."""
    if condition.changed_lines_over is not None:
        return set()  # nobody knows how many of the lines that differ are whose
    requests = scene.change.merge_requests
    alone = [one for one in requests if _may_fit(condition, _only(one, scene))]
    rest = [one for one in requests if one not in alone]
    left = _without(alone, rest, scene)
    return set() if _may_fit(condition, left) else {one.number for one in alone}


def _only(request: MergeRequest, scene: Scene) -> Scene:
    """The scene of one merge request: its paths, its labels and its tickets."""
    keys = _keys([request], scene)
    return _narrowed(scene, [request], request.paths.__contains__, keys.__contains__)


def _without(gone: Sequence[MergeRequest], rest: Sequence[MergeRequest], scene: Scene) -> Scene:
    """What is left without some merge requests: what others touch or name as well, and what none of them explains."""
    paths = {path for one in gone for path in one.paths}
    paths -= {path for one in rest for path in one.paths}
    if outside(scene.change):
        paths = set()  # commits without a merge request may have touched any file
    keys = _keys(gone, scene) - _keys(rest, scene)
    return _narrowed(scene, rest, lambda path: path not in paths, lambda key: key not in keys)


def _keys(requests: Sequence[MergeRequest], scene: Scene) -> set[str]:
    if isinstance(scene.tickets, Missing):
        return set()
    return {key for one in requests for key in scene.tickets.by_request.get(one.number, ())}


def _narrowed(
    scene: Scene,
    requests: Sequence[MergeRequest],
    has_path: Callable[[str], bool],
    has_key: Callable[[str], bool],
) -> Scene:
    files = scene.change.files
    change = replace(
        scene.change,
        merge_requests=tuple(requests),
        files=None
        if files is None
        else tuple(file for file in files if any(map(has_path, paths_of(file)))),
    )
    return Scene(change, _some(scene.tickets, requests, has_key))


def _some(
    tickets: JudgedTickets | Missing,
    requests: Sequence[MergeRequest],
    has_key: Callable[[str], bool],
) -> JudgedTickets | Missing:
    if isinstance(tickets, Missing):
        return tickets
    numbers = {one.number for one in requests}
    named = {number: keys for number, keys in tickets.by_request.items() if number in numbers}
    kept = tuple(one for one in tickets.tickets if has_key(one.ticket.asked_key))
    return replace(tickets, tickets=kept, by_request=named)
