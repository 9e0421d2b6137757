"""Whatever somebody does to a set of sweeps shows, as it does for decisions; and both may lie in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.examine import examine
from gate.evidence.bundle import SIGNATURE, SIGNATURES, SUMS, Bundle, chained, seal
from gate.evidence.chain import Chains
from gate.evidence.layout import link_of
from gate.evidence.record import RECORD, SWEEP_STREAM, Link
from tests.app import evidence_set as decisions
from tests.app import sweep_set as sweeps
from tests.app.evidence_set import ASKED
from tests.evidence.sweeps import STREAM

SET = sweeps.archived()
PLACES = [(number, name) for number, bundle in enumerate(SET) for name in sorted(bundle.files)]


def problems(bundles: Iterable[Mapping[str, bytes]], *more: Bundle) -> list[str]:
    """Everything that verifying the set says."""
    points = [sweeps.checkpoint(SET), *([decisions.checkpoint(more)] if more else [])]
    chains, found = Chains(tuple(points)), list[str]()
    for number, held in enumerate([*bundles, *(one.files for one in more)]):
        one = examine(str(number), held, ASKED)
        found += [flaw.text for flaw in one.flaws]
        if one.record and one.record.link:
            found += [flaw.text for flaw in chains.add(one.record.link, one.record.id)]
    return found + [flaw.text for flaw in chains.gaps()]


def files() -> list[dict[str, bytes]]:
    return [dict(bundle.files) for bundle in SET]


def test_what_nobody_touched_is_whole_alone_and_beside_the_decisions() -> None:
    assert problems(files()) == []
    assert problems(reversed(files()), *decisions.archived()) == []


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), at=st.integers(0, 1 << 20), change=st.integers(1, 255))
def test_every_changed_byte_shows(place: tuple[int, str], at: int, change: int) -> None:
    number, name = place
    altered = files()
    content = bytearray(altered[number][name])
    content[at % len(content)] ^= change
    altered[number][name] = bytes(content)
    assert problems(altered) != []


@pytest.mark.parametrize("name", [RECORD, SUMS, SIGNATURE])
def test_every_changed_byte_shows_where_no_digest_covers_it(name: str) -> None:
    whole = dict(SET[1].files)
    for at in range(0, len(whole[name]), 7):
        content = bytearray(whole[name])
        content[at] ^= (0x20, 0x01)[at // 7 % 2]
        found = examine("x", {**whole, name: bytes(content)}, ASKED)
        assert found.flaws, f"byte {at} of {name}"


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_removed_or_emptied_file_shows(place: tuple[int, str]) -> None:
    number, name = place
    removed, emptied = files(), files()
    del removed[number][name]
    emptied[number][name] = b""
    assert problems(removed) != []
    assert problems(emptied) != []


@pytest.mark.parametrize("name", ["extra.json", "decision.json", "raw/0002-jira.json"])
def test_every_added_file_shows(name: str) -> None:
    altered = files()
    altered[2][name] = b"{}"
    assert problems(altered) == [f"{name} was added"]


@pytest.mark.parametrize("number", range(len(SET)))
def test_every_removed_record_shows_and_another_one_in_its_place(number: int) -> None:
    assert problems(item for at, item in enumerate(files()) if at != number) != []
    other = chained(sweeps.loose(), link_of(SET[number].record))
    assert problems([*files(), other.files]) != []


def test_a_sweep_that_was_sealed_again_shows_signed_or_not() -> None:
    own = {RECORD, SUMS, *SIGNATURES}
    content = {name: held for name, held in SET[1].files.items() if name not in own}
    forged = seal({**content, "raw/0001-jira.json": b"{}"}, SET[1].record.link)
    (unsigned,) = examine("x", forged.files, ASKED).flaws
    assert "it is unsigned" in unsigned.text
    old = {**forged.files, SIGNATURE: SET[1].files[SIGNATURE]}
    assert examine("x", old, ASKED).flaws[0].text == f"{SIGNATURE} is not about this record"
    assert any(
        "does not follow" in text for text in problems([files()[0], forged.files, files()[2]])
    )


def test_a_sweep_cannot_be_put_into_the_chain_of_the_decisions_nor_the_other_way() -> None:
    decision = decisions.loose()
    swapped = [
        chained(SET[0], Link(stream=STREAM.removesuffix(SWEEP_STREAM), seq=1, previous=None)),
        chained(decision, Link(stream=STREAM, seq=1, previous=None)),
    ]
    for made in swapped:
        (flaw,) = examine("x", made.files, ASKED).flaws
        assert flaw.text == "record.json is not what the gate writes"
