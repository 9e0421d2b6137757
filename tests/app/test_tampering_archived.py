"""Whatever somebody does to an archive shows to `gate evidence verify`; what cannot show is held here as well, so that
the documentation stays true.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import ANY

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.context import Host
from gate.cli.main import run
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import SIGNATURE, SIGNATURES, Bundle, chained
from gate.evidence.chain import Chains
from gate.evidence.checkpoint import Checkpoint, checkpoint_json, read_checkpoint
from gate.evidence.index_row import index_row
from gate.evidence.layout import PROBE, bundle_key, index_key, signature_key
from gate.evidence.packed import pack
from gate.evidence.record import Link
from tests.adapters.signers.keys import public_pem
from tests.app.evidence_set import KEY, STREAM, archived, checkpoint, loose, write
from tests.builders import NOW

OTHER = "github.com/4242/staging"
COUNT = 5
SET, STAGING = archived(COUNT), archived(2, "staging")
Tree = dict[str, bytes]
"""An archive: keys, and what stands there."""


def chain_of(bundles: Sequence[Bundle], stream: str = STREAM) -> Tree:
    return {
        bundle_key(stream, seq): pack(bundle.files) for seq, bundle in enumerate(bundles, start=1)
    }


def archive() -> Tree:
    """Two streams, with everything that lies beside them."""
    return {
        PROBE: b"first\n",
        **chain_of(SET),
        **chain_of(STAGING, OTHER),
        index_key(SET[0].record): index_row(SET[0]),
    }


class Verify:
    """`gate evidence verify` over a copy of an archive, by somebody who holds the public key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = folder / "release.pub"
        self._key.write_text(public_pem(KEY))

    def __call__(self, tree: Tree, *points: Checkpoint, signed: bool = True) -> tuple[int, str]:
        place = self._folder / "archive"
        shutil.rmtree(place, ignore_errors=True)
        write(place, tree)
        options = ["--key", str(self._key), "--require", "signed"] if signed else []
        for number, point in enumerate(points):
            path = self._folder / f"{number}.json"
            path.write_bytes(checkpoint_json(point))
            options += ["--checkpoint", str(path)]
        out = io.StringIO()
        host = Host(environ={}, clock=lambda: NOW, out=out)
        chosen = ["evidence", "verify", str(place), "--no-replay", "--jobs", "1", *options]
        return run(chosen, host), out.getvalue()


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    return Verify(tmp_path)


POINT = checkpoint(SET)
EARLIER = checkpoint(SET[:3])
OF_STAGING = replace(checkpoint(STAGING), stream=OTHER)
KEYS = [bundle_key(STREAM, seq) for seq in range(1, COUNT + 1)]


@pytest.mark.parametrize(
    "points", [(), (POINT,), (EARLIER,), (POINT, EARLIER, OF_STAGING)], ids=len
)
def test_an_archive_that_nobody_touched_is_whole(
    verify: Verify, points: tuple[Checkpoint, ...]
) -> None:
    assert verify(archive(), *points) == (0, ANY)


def test_a_signature_that_came_later_belongs_to_it(verify: Verify) -> None:
    tree = archive()
    inside = dict(SET[2].files)
    tree[signature_key(STREAM, 3, SIGNATURE)] = inside.pop(SIGNATURE)
    tree[KEYS[2]] = pack(inside)
    assert verify(tree, POINT)[0] == 0
    del tree[signature_key(STREAM, 3, SIGNATURE)]
    assert verify(tree, POINT)[0] == 6


# --- records that are gone ----------------------------------------------------------------------


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_a_removed_record_shows(verify: Verify, seq: int) -> None:
    tree = archive()
    del tree[KEYS[seq - 1]]
    assert verify(tree, POINT)[0] == 6
    # The ends of a chain show with a checkpoint alone.
    assert verify(tree)[0] == (0 if seq in {1, COUNT} else 6)


@pytest.mark.parametrize("left", range(COUNT))
def test_a_cut_end_shows_with_a_checkpoint_and_with_none_it_does_not(
    verify: Verify, left: int
) -> None:
    tree = {**chain_of(SET[:left]), **chain_of(STAGING, OTHER)}
    code, said = verify(tree, POINT)
    assert code == 6
    assert "it was cut: the checkpoint counts 5 records" in said
    assert verify(tree)[0] == 0
    # One of an earlier day says nothing about what came after it.
    assert verify(tree, EARLIER)[0] == (0 if left >= EARLIER.count else 6)


@pytest.mark.parametrize("first", range(2, COUNT + 1))
def test_a_cut_beginning_shows_with_a_checkpoint_and_with_none_it_does_not(
    verify: Verify, first: int
) -> None:
    tree = {key: held for key, held in archive().items() if key not in KEYS[: first - 1]}
    code, said = verify(tree, POINT)
    assert code == 6
    assert "missing" in said
    assert verify(tree)[0] == 0
    # Whoever holds last year's checkpoint needs no more than what came after it.
    before = checkpoint(SET[: first - 1])
    assert verify(tree, POINT, before)[0] == 0


# --- records in other places --------------------------------------------------------------------


@pytest.mark.parametrize("pair", list(pairwise(range(1, COUNT + 1))), ids=str)
def test_neighbours_that_changed_their_places_show(verify: Verify, pair: tuple[int, int]) -> None:
    one, other = (KEYS[seq - 1] for seq in pair)
    tree = archive()
    tree[one], tree[other] = tree[other], tree[one]
    code, said = verify(tree)
    assert code == 6
    assert f"it is record {pair[1]} of {STREAM}, and lies where record {pair[0]} of" in said


def test_a_moved_record_shows_to_those_as_well_who_stand_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = bundle_key(STREAM, 9)
    write(tmp_path, {moved: pack(SET[0].files)})
    monkeypatch.chdir((tmp_path / moved).parent)
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: NOW, out=out)
    assert run(["evidence", "verify", ".", "--no-replay", "--jobs", "1"], host) == 6
    assert f"it is record 1 of {STREAM}, and lies where record 9 of" in out.getvalue()


@pytest.mark.parametrize("pair", list(pairwise(range(1, COUNT + 1))), ids=str)
def test_neighbours_that_were_sealed_again_at_each_others_places_show(
    verify: Verify, pair: tuple[int, int]
) -> None:
    """Somebody without the key; where nobody signs, the record after them contradicts him."""
    order = list(range(COUNT))
    one, other = (seq - 1 for seq in pair)
    order[one], order[other] = order[other], order[one]
    tree = {**archive(), **chain_of(rewritten([SET[number] for number in order], other + 1))}
    assert verify(tree)[0] == 6
    unsigned = {**tree, **chain_of([bare(SET[number]) for number in range(COUNT)])}
    unsigned |= {KEYS[seq - 1]: tree[KEYS[seq - 1]] for seq in pair}
    assert verify(unsigned, POINT, signed=False)[0] == 6
    # At the end of an unsigned chain nothing comes after them.
    assert verify(unsigned, signed=False)[0] == (0 if pair[1] == COUNT else 6)


def rewritten(bundles: Sequence[Bundle], until: int = COUNT) -> list[Bundle]:
    """Each sealed again behind the one before it, without signatures; those after `until` as they were."""
    made: list[Bundle] = []
    for seq, bundle in enumerate(bundles, start=1):
        previous = made[-1].digest if made else None
        link = Link(stream=STREAM, seq=seq, previous=previous)
        made.append(chained(bundle, link) if seq <= until else bundle)
    return made


def bare(bundle: Bundle) -> Bundle:
    """The same without signatures: its id stays, since they are not a part of it."""
    return Bundle(files={name: f for name, f in bundle.files.items() if name not in SIGNATURES})


def test_a_chain_that_was_written_anew_shows_by_signature_or_checkpoint(verify: Verify) -> None:
    """And by nothing else: whoever may write everywhere and finds neither writes what he likes."""
    tree = chain_of(rewritten([*SET[:2], *SET[3:]]))
    assert verify(tree)[0] == 6
    assert verify(tree, EARLIER, signed=False)[0] == 6
    assert verify(tree, signed=False)[0] == 0


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_a_record_under_a_second_number_shows(verify: Verify, seq: int) -> None:
    tree = archive()
    tree[bundle_key(STREAM, COUNT + 1)] = tree[KEYS[seq - 1]]
    assert verify(tree)[0] == 6


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_the_same_record_in_another_folder_is_a_copy(verify: Verify, seq: int) -> None:
    """As when artifacts of runs lie beside a copy of the archive."""
    tree = {**archive(), "artifacts/7001.zip": pack(SET[seq - 1].files)}
    assert verify(tree, POINT)[0] == 0


@pytest.mark.parametrize("seq", range(1, COUNT + 2))
def test_a_record_of_another_stream_shows(verify: Verify, seq: int) -> None:
    """Also behind the last one, where the chain itself has no objection."""
    tree = archive()
    tree[bundle_key(STREAM, seq)] = pack(STAGING[0].files)
    code, said = verify(tree)
    assert code == 6
    assert f"it is record 1 of {OTHER}, and lies where record {seq} of {STREAM} belongs" in said


def test_a_bundle_without_a_place_in_the_chain_shows(verify: Verify) -> None:
    tree = {**archive(), bundle_key(STREAM, COUNT + 1): pack(loose().files)}
    code, said = verify(tree, signed=False)
    assert code == 6
    assert "it is a record of no chain" in said


def test_nothing_rests_on_the_index(verify: Verify) -> None:
    """It is derived, so it is not verified: whoever needs an answer that holds verifies the bundles."""
    tree = archive()
    (line,) = [key for key in tree if key.startswith("v1/index/")]
    tree[line] = tree[line].replace(b'"block"', b'"allow"')
    assert tree[line] != archive()[line]
    assert verify(tree, POINT)[0] == 0


# --- signatures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_a_signature_that_was_taken_away_shows_where_one_is_demanded(
    verify: Verify, seq: int
) -> None:
    tree = {**archive(), KEYS[seq - 1]: pack(bare(SET[seq - 1]).files)}
    assert verify(tree, POINT)[0] == 6
    assert verify(tree, POINT, signed=False)[0] == 0


# --- the checkpoint -----------------------------------------------------------------------------


def gaps(point: Checkpoint) -> list[str]:
    """What the chain of all records, untouched, is told against a checkpoint."""
    chains = Chains((point,))
    for bundle in SET:
        link = bundle.record.link
        assert link is not None
        assert list(chains.add(link, bundle.record.id)) == []
    return [flaw.text for flaw in chains.gaps()]


def altered_checkpoints(content: bytes) -> Iterator[bytes]:
    for at in range(len(content)):
        for value in {content[at] ^ 0x01, content[at] ^ 0x20, ord("0"), ord("9")} - {content[at]}:
            yield content[:at] + bytes([value]) + content[at + 1 :]


def test_every_altered_byte_of_a_checkpoint_shows() -> None:
    for content in altered_checkpoints(checkpoint_json(POINT)):
        try:
            point = read_checkpoint(content, name="checkpoint.json")
        except EvidenceInvalid:
            continue
        assert gaps(point), content


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 12), head=st.sampled_from([bundle.digest for bundle in SET]))
def test_a_checkpoint_holds_for_its_own_record_alone(count: int, head: str) -> None:
    right: Mapping[int, str] = {seq: bundle.digest for seq, bundle in enumerate(SET, start=1)}
    found = gaps(Checkpoint(stream=STREAM, count=count, head=head))
    assert (found == []) is (right.get(count) == head)
