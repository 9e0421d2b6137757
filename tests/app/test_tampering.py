"""Whatever somebody does to a set of bundles shows; and nothing shows when nobody did anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.examine import Asked, Examined, examine
from gate.domain.policy.signing import SigningLevel
from gate.evidence.bundle import (
    SIGNATURE,
    SIGNATURES,
    SUMMARY_SIGNATURE,
    SUMS,
    Bundle,
    chained,
    seal,
)
from gate.evidence.chain import Chains
from gate.evidence.record import RECORD, Link
from tests.app.evidence_set import ASKED, STREAM, TRUST, archived, checkpoint

SET = archived()
QUICK = Asked(trust=TRUST, minimum=SigningLevel.SIGNED, replay=False)
"""Deciding again takes most of the time, and none of what is done here needs it to show."""
PLACES = [(number, name) for number, bundle in enumerate(SET) for name in sorted(bundle.files)]


def problems(bundles: Iterable[Mapping[str, bytes]], asked: Asked = QUICK) -> list[str]:
    """Everything that verifying the set says."""
    chains, found = Chains((checkpoint(SET),)), list[str]()
    for number, files in enumerate(bundles):
        one: Examined = examine(str(number), files, asked)
        found += [flaw.text for flaw in one.flaws]
        if one.record and one.record.link:
            found += [flaw.text for flaw in chains.add(one.record.link, one.record.id)]
    return found + [flaw.text for flaw in chains.gaps()]


def files() -> list[dict[str, bytes]]:
    return [dict(bundle.files) for bundle in SET]


def test_what_nobody_touched_is_whole() -> None:
    assert problems(files(), ASKED) == []
    assert problems(reversed(files())) == []


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), at=st.integers(0, 1 << 20), change=st.integers(1, 255))
def test_every_changed_byte_shows(place: tuple[int, str], at: int, change: int) -> None:
    number, name = place
    altered = files()
    content = bytearray(altered[number][name])
    content[at % len(content)] ^= change
    altered[number][name] = bytes(content)
    assert problems(altered) != []


@pytest.mark.parametrize("name", [RECORD, SUMS, SIGNATURE, SUMMARY_SIGNATURE])
def test_every_changed_byte_shows_where_no_digest_covers_it(name: str) -> None:
    """Byte after byte, ten of eleven being left to the test above; by case and by a neighbour in turn."""
    whole = dict(SET[1].files)
    for at in range(0, len(whole[name]), 11):
        content = bytearray(whole[name])
        content[at] ^= (0x20, 0x01)[at // 11 % 2]
        found = examine("x", {**whole, name: bytes(content)}, QUICK)
        assert found.flaws, f"byte {at} of {name}"


@settings(max_examples=30, deadline=None)
@given(place=st.sampled_from(PLACES), keep=st.floats(0, 0.99))
def test_every_cut_file_shows(place: tuple[int, str], keep: float) -> None:
    number, name = place
    altered = files()
    altered[number][name] = altered[number][name][: int(len(altered[number][name]) * keep)]
    assert problems(altered) != []


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_removed_file_shows(place: tuple[int, str]) -> None:
    number, name = place
    altered = files()
    del altered[number][name]
    assert problems(altered) != []


@pytest.mark.parametrize("name", ["extra.json", "facts/extra.json", "record.other.sigstore.json"])
def test_every_added_file_shows(name: str) -> None:
    altered = files()
    altered[2][name] = b"{}"
    assert problems(altered) == [f"{name} was added"]


@pytest.mark.parametrize("number", range(len(SET)))
def test_every_removed_record_shows(number: int) -> None:
    found = problems(item for at, item in enumerate(files()) if at != number)
    assert len(found) == 1
    assert "missing" in found[0] or "was cut" in found[0]


@pytest.mark.parametrize("number", range(len(SET)))
def test_every_doubled_record_shows(number: int) -> None:
    assert problems([*files(), files()[number]]) != []


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(len(SET))))
def test_every_changed_order_shows_unless_it_is_the_same(order: list[int]) -> None:
    """Somebody gives the records other places, and seals each again; the signatures he cannot make."""
    moved: list[dict[str, bytes]] = []
    for seq, number in enumerate(order, start=1):
        previous = Bundle(files=moved[-1]).digest if moved else None
        again = chained(SET[number], Link(stream=STREAM, seq=seq, previous=previous))
        signatures = {name: SET[number].files[name] for name in SIGNATURES[:2]}
        moved.append({**again.files, **signatures})
    assert (problems(moved) == []) is (order == list(range(len(SET))))


def test_a_bundle_that_was_sealed_again_shows_signed_or_not() -> None:
    own = {RECORD, SUMS, *SIGNATURES}
    content = {name: held for name, held in SET[1].files.items() if name not in own}
    forged = seal({**content, "summary.md": b"all is well"}, SET[1].record.link)
    (unsigned,) = examine("x", forged.files, QUICK).flaws
    assert "it is unsigned" in unsigned.text
    old = {name: SET[1].files[name] for name in SIGNATURES[:2]}
    flaws = examine("x", {**forged.files, **old}, QUICK).flaws
    assert [flaw.text for flaw in flaws][:2] == [
        f"{name} is not about this record" for name in SIGNATURES[:2]
    ]
    assert any(
        "does not follow" in text for text in problems([*files()[:1], forged.files, *files()[2:]])
    )
