"""Whatever somebody does to a set of bundles shows; and nothing shows when nobody did anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gate.adapters.signers.trust import Believed
from gate.app.examine import Asked, Examined, examine
from gate.domain.policy.signing import SigningLevel
from gate.errors import EvidenceInvalid
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


@pytest.mark.parametrize("name", sorted(SET[1].files))
def test_every_changed_byte_shows(name: str) -> None:
    """Each one, by another case and by a neighbour: where a digest covers the file, one of the two will do."""
    whole = dict(SET[1].files)
    for at in range(len(whole[name])):
        for change in (0x20, 0x01) if name in {RECORD, SUMS, SUMMARY_SIGNATURE} else (1 << at % 8,):
            found = examine("x", {**whole, name: changed(whole[name], at, change)}, QUICK)
            assert found.flaws, f"byte {at} of {name} by {change}"


def test_every_changed_byte_of_a_signature_shows_with_whoever_believes_another_key() -> None:
    """Then nobody can say whether it holds, so it counts for nothing, and a signature is demanded."""
    asked = Asked(trust=Believed(), minimum=SigningLevel.SIGNED, replay=False)
    whole = dict(SET[1].files)
    for at in range(0, len(whole[SIGNATURE]), 5):
        altered = {**whole, SIGNATURE: changed(whole[SIGNATURE], at, 1 << at % 8)}
        assert examine("x", altered, asked).flaws, f"byte {at}"


def changed(content: bytes, at: int, change: int) -> bytes:
    return content[:at] + bytes([content[at] ^ change]) + content[at + 1 :]


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), at=st.integers(0, 1 << 20), change=st.integers(1, 255))
def test_every_changed_byte_shows_whatever_it_becomes(
    place: tuple[int, str], at: int, change: int
) -> None:
    number, name = place
    altered = files()
    content = altered[number][name]
    altered[number][name] = changed(content, at % len(content), change)
    assert problems(altered) != []


@settings(max_examples=60, deadline=None)
@given(
    place=st.sampled_from(PLACES),
    at=st.integers(0, 1 << 20),
    more=st.binary(min_size=1, max_size=9),
)
def test_every_inserted_byte_shows(place: tuple[int, str], at: int, more: bytes) -> None:
    number, name = place
    altered = files()
    content = altered[number][name]
    at %= len(content) + 1
    altered[number][name] = content[:at] + more + content[at:]
    assert problems(altered) != []


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
@pytest.mark.parametrize("number", range(len(SET)))
def test_every_added_file_shows(number: int, name: str) -> None:
    altered = files()
    altered[number][name] = b"{}"
    assert problems(altered) == [f"{name} was added"]


def test_a_file_that_was_given_another_name_shows() -> None:
    altered = files()
    altered[2]["facts/runs.json"] = altered[2].pop("facts/run.json")
    assert problems(altered) == ["facts/run.json is missing", "facts/runs.json was added"]


@pytest.mark.parametrize("name", sorted(SET[1].files.keys() - {"policy.yml"}))
def test_a_file_of_another_record_shows(name: str) -> None:
    """The policy is the same in all of them."""
    altered = files()
    if altered[1][name] != altered[2][name]:
        altered[1][name] = altered[2][name]
        assert problems(altered) != []


@pytest.mark.parametrize("number", range(len(SET)))
def test_every_removed_record_shows(number: int) -> None:
    found = problems(item for at, item in enumerate(files()) if at != number)
    assert len(found) == 1
    assert "missing" in found[0] or "was cut" in found[0]


@pytest.mark.parametrize("number", range(len(SET)))
def test_a_record_that_comes_twice_is_a_copy_and_another_one_in_its_place_shows(
    number: int,
) -> None:
    """Archives and artifacts hold the same ones. Two that claim one place cannot both be right."""
    assert problems([*files(), files()[number]]) == []
    link = SET[number].record.link
    assert link is not None
    other = chained(SET[(number + 1) % len(SET)], link)
    found = problems([*files(), dict(other.files)])
    assert f"stream {STREAM}: two different records claim to be record {link.seq}" in found


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


HOSTILE: tuple[Any, ...] = (
    None, True, -1, 2**53, 10**30, "", "\ud800", "\x00", [], {}, [[]], {"": None}, "9" * 5_000,
)  # fmt: skip
JSON_FILES = sorted(name for name in SET[1].files if name.endswith(".json") and name != RECORD)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(JSON_FILES),
    pick=st.integers(0, 1 << 30),
    value=st.sampled_from(HOSTILE) | st.integers(1_000, 100_000),
)
def test_nothing_that_somebody_writes_into_evidence_stops_the_verifier(
    name: str, pick: int, value: Any
) -> None:
    """Whatever stands in a file that was sealed again, others are examined after it: a flaw is told, nothing is raised.

    A number above 1,000 stands for so many lists in lists.
    """
    content = {key: held for key, held in SET[1].files.items() if key not in {RECORD, SUMS}}
    loaded = json.loads(content[name])
    places = list(spots(loaded))
    assume(places)
    holder, key = places[pick % len(places)]
    deep = isinstance(value, int) and 1_000 <= value <= 100_000
    holder[key] = "MARK" if deep else value
    text = json.dumps(loaded)
    content[name] = text.replace('"MARK"', "[" * value + "]" * value if deep else "").encode()
    try:
        sealed = dict(seal(content, SET[1].record.link).files)
    except EvidenceInvalid:
        sealed = {**SET[1].files, **content}
    assert examine("x", sealed, ASKED).flaws


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it, with what holds it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from spots(inner)
