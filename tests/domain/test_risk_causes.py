from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.domain.conditions import Scene, describes_any
from gate.domain.derived import JudgedTickets
from gate.domain.facts import MergeRequest, Ticket
from gate.domain.missing import Missing
from gate.domain.policy.people import Condition
from gate.domain.risk_causes import causes
from tests import builders as b

INFRA = b.condition(paths=("infra/**",))
DISRUPTIVE = b.condition(labels=("disruptive",))
HIGH = b.condition(ticket={"risk": "High"})
SAFE = b.request(12, paths=("app.py",))
RISKY = b.request(13, paths=("infra/a.tf", "app.py"))


def scene(
    *requests: MergeRequest,
    tickets: Sequence[Ticket] = (),
    by_request: Mapping[int, tuple[str, ...]] | None = None,
    direct: bool = False,
    **changes: Any,
) -> Scene:
    own = tuple(commit for one in requests for commit in one.commits)
    outside = (b.commit("d1", brought_by=()),) if direct else ()
    change = b.scoped(*requests, commits=(*own, *outside), **changes)
    return Scene(change, b.judged(*tickets, by_request=by_request or {}))


def test_the_merge_request_that_touches_the_file_is_the_cause() -> None:
    assert causes([INFRA], scene(SAFE, RISKY)) == (13,)
    assert causes([INFRA], scene(SAFE, RISKY, b.request(14, paths=("infra/b.tf",)))) == (13, 14)


def test_the_causes_of_several_conditions_add_up_in_the_order_of_the_change() -> None:
    labelled = b.request(11, labels=("Disruptive",))
    assert causes([INFRA, DISRUPTIVE], scene(RISKY, SAFE, labelled)) == (13, 11)


def test_a_condition_that_does_not_hold_causes_nothing() -> None:
    assert causes([DISRUPTIVE, INFRA], scene(SAFE, RISKY)) == (13,)


def test_a_ticket_and_its_labels_are_those_of_the_merge_requests_that_name_it() -> None:
    high = b.ticket("CHG-8", risk="High", labels=("disruptive",))
    named = {12: ("CHG-7",), 13: ("CHG-8",)}
    for condition in (HIGH, DISRUPTIVE):
        at = scene(SAFE, RISKY, tickets=(b.ticket(), high), by_request=named)
        assert causes([condition], at) == (13,)
        both = {12: ("CHG-7", "CHG-8"), 13: ("CHG-8",)}
        at = scene(SAFE, RISKY, tickets=(b.ticket(), high), by_request=both)
        assert causes([condition], at) == (12, 13)


def test_a_ticket_that_no_merge_request_names_is_about_the_whole_change() -> None:
    given_for_run = b.ticket("CHG-9", risk="High", labels=("disruptive",))
    named = {12: ("CHG-7",), 13: ("CHG-7",)}
    at = scene(SAFE, RISKY, tickets=(b.ticket(), given_for_run), by_request=named)
    assert causes([HIGH], at) == causes([DISRUPTIVE], at) == ()


def test_the_number_of_lines_is_that_of_the_whole_change() -> None:
    lines = b.condition(changed_lines_over=1)
    assert causes([lines], scene(SAFE, RISKY)) == ()
    assert causes([INFRA, lines], scene(SAFE, RISKY)) == ()
    both = b.condition(paths=("infra/**",), changed_lines_over=1)
    assert causes([both], scene(SAFE, RISKY)) == ()


def test_a_condition_that_only_several_together_fit_is_about_the_whole_change() -> None:
    both = b.condition(paths=("infra/**",), labels=("disruptive",))
    labelled = b.request(14, labels=("disruptive",))
    assert causes([both], scene(RISKY, labelled)) == ()
    alone = b.request(15, paths=("infra/b.tf",), labels=("disruptive",))
    assert causes([both], scene(SAFE, alone)) == (15,)
    assert causes([both], scene(RISKY, labelled, alone)) == ()


def test_a_file_that_no_merge_request_explains_is_about_the_whole_change() -> None:
    files = b.files("app.py", "infra/a.tf", "infra/slipped-in.tf").files
    assert causes([INFRA], scene(SAFE, RISKY, files=files)) == ()


def test_commits_outside_may_have_touched_any_file() -> None:
    assert causes([INFRA], scene(SAFE, RISKY, direct=True)) == ()
    labelled = b.request(14, labels=("disruptive",))
    assert causes([DISRUPTIVE], scene(SAFE, labelled, direct=True)) == (14,)


def test_a_renamed_file_is_of_whoever_touched_it_under_either_name() -> None:
    moved = b.changed("docs/a.tf", previous_path="infra/a.tf")
    mover = b.request(14, paths=("infra/a.tf", "docs/a.tf"))
    assert causes([INFRA], scene(SAFE, mover, files=(moved,))) == (14,)
    assert causes([INFRA], scene(SAFE, RISKY, mover, files=(moved,))) == (13, 14)


def test_files_outside_this_deploy_put_nobody_in_a_class() -> None:
    files = b.files("app.py", "infra/b.tf").files
    other = b.request(14, paths=("infra/b.tf",))
    assert causes([INFRA], scene(SAFE, RISKY, other, files=files)) == (14,)


def test_unlisted_files_and_unknown_tickets_leave_the_whole_change() -> None:
    assert causes([INFRA], scene(SAFE, RISKY, files=None)) == ()
    unknown = Scene(scene(SAFE, RISKY).change, b.missing())
    assert causes([HIGH], unknown) == causes([DISRUPTIVE], unknown) == ()
    assert causes([INFRA], unknown) == (13,)
    assert causes([INFRA, HIGH], unknown) == ()


def test_without_merge_requests_it_is_the_whole_change() -> None:
    at = Scene(b.scoped(merge_requests=(), files=b.files("infra/a.tf").files), b.missing())
    assert causes([INFRA], at) == ()


# --- whatever the merge requests --------------------------------------------------------------

FILES, LABELS, KEYS = (
    ("infra/a.tf", "infra/b.tf", "app.py"),
    ("disruptive", "docs"),
    ("CHG-1", "CHG-2"),
)
TICKETS = (b.ticket("CHG-1", risk="High"), b.ticket("CHG-2", labels=("disruptive",)))
CONDITIONS = (
    INFRA,
    DISRUPTIVE,
    HIGH,
    b.condition(paths=("infra/**",), labels=("disruptive",)),
    b.condition(paths=("infra/**",), ticket={"risk": "High"}),
    b.condition(labels=("disruptive",), ticket={"risk": "High"}),
    b.condition(paths=("infra/**",), changed_lines_over=20),
)


Part = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Of one merge request the files, labels and tickets."""


def some(pool: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(pool), max_size=2).map(lambda found: tuple(sorted(found)))


pulls = st.lists(st.tuples(some(FILES), some(LABELS), some(KEYS)), min_size=1, max_size=4)
conditions = st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)


def whole(
    parts: Mapping[int, Part],
    *,
    direct: bool,
    unlisted: bool,
    untold: bool,
) -> Scene:
    """A deploy of these merge requests: the files, labels and tickets of each."""
    requests = [b.request(n, paths=part[0], labels=part[1]) for n, part in parts.items()]
    files = b.files(*{path for part in parts.values() for path in part[0]} or {"README.md"}).files
    named = {number: part[2] for number, part in parts.items()}
    used = {key for keys in named.values() for key in keys}
    tickets: JudgedTickets | Missing = b.missing()
    if not untold:
        judged = b.judged(*TICKETS).tickets
        kept = tuple(one for one in judged if one.ticket.key in used)
        tickets = JudgedTickets(tickets=kept, by_request=named)
    at = scene(*requests, direct=direct, files=None if unlisted else files)
    return Scene(at.change, tickets)


def concerned(some_conditions: Sequence[Condition], at: Scene) -> set[int]:
    """The merge requests of which the class is."""
    if all(describes_any(one, at).holds is False for one in some_conditions):
        return set()
    numbers = {one.number for one in at.change.merge_requests}
    return set(causes(some_conditions, at)) or numbers


@settings(deadline=None)
@given(pulls, conditions, st.data(), st.booleans(), st.booleans(), st.booleans())
def test_what_is_in_a_class_alone_is_in_it_among_others(
    parts: list[Part],
    some_conditions: list[Condition],
    data: st.DataObject,
    direct: bool,
    unlisted: bool,
    untold: bool,
) -> None:
    everything = dict(enumerate(parts, start=1))
    chosen = data.draw(st.sets(st.sampled_from(list(everything)), min_size=1))
    fewer = {number: part for number, part in everything.items() if number in chosen}

    def of(
        some_parts: Mapping[int, Part],
        direct: bool,
    ) -> set[int]:
        at = whole(some_parts, direct=direct, unlisted=unlisted, untold=untold)
        return concerned(some_conditions, at)

    assert of(fewer, data.draw(st.booleans()) and direct) <= of(everything, direct)


@pytest.mark.parametrize("order", [(SAFE, RISKY), (RISKY, SAFE)])
def test_the_order_of_merge_requests_does_not_matter(order: tuple[MergeRequest, ...]) -> None:
    assert set(causes([INFRA], scene(*order))) == {13}
