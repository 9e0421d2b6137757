from dataclasses import replace
from pathlib import Path

import pytest

from gate.adapters.destination import opened
from gate.app.pull.arrival import Arrival, Found, Origin, Parcel
from gate.app.pull.receive import Receiver, files_of
from gate.domain.evidence_ports import Offer
from gate.errors import EvidenceInvalid
from gate.evidence.flaw import FlawKind
from gate.evidence.packed import pack
from tests.app.evidence_set import ASKED
from tests.app.pull.sets import MemorySource, made
from tests.app.pull.test_evidence import zip_of, zips


def parcel(source: MemorySource) -> Parcel:
    return Parcel(origin=Origin(source=source, folder="from"), offer=source.listed[0])


def test_a_parcel_is_named_by_its_source() -> None:
    later = Offer(name="a/1.record.sigstore.json", ref="2")
    origin = Origin(source=MemorySource({}), folder="from")
    one = Parcel(origin=origin, offer=Offer(name="a/1.zip", ref="1"), later=(later,))
    assert one.name == "from/a/1.zip"
    assert one.offers == (one.offer, later)
    assert one.is_zip
    origin.learn(one.offer, None)  # a source that asks for nothing is told nothing


def test_the_files_of_one_of_several_bundles_can_be_had(tmp_path: Path) -> None:
    source = MemorySource({"a/1.zip": zip_of({"eu": made(1), "us": made(2)}, tmp_path)})
    with opened(tmp_path / "in") as folder:
        arrival = Receiver(destination=folder).receive(parcel(source))
        assert [one.inside for one in arrival.found] == ["eu", "us"]
        assert arrival.is_whole
        assert files_of(arrival, arrival.found[1]) == made(2).files


def test_a_bundle_that_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    source = MemorySource(zips(made(1)))
    with opened(tmp_path) as folder:
        arrival = Receiver(destination=folder).receive(parcel(source))
        [found] = arrival.found
        other = Found(inside="elsewhere", examined=found.examined)
        for lost in (arrival, Arrival(parcel=arrival.parcel)):
            with pytest.raises(EvidenceInvalid, match="changed while it was looked at"):
                files_of(lost, other)


def test_nothing_that_came_is_whole_without_a_bundle() -> None:
    assert not Arrival(parcel=parcel(MemorySource({"a/1.zip": b""}))).is_whole


def test_what_is_sound_may_lack_a_signature_but_no_file(tmp_path: Path) -> None:
    broken = pack({**made(1).files, "extra": b""})
    with opened(tmp_path) as folder:
        receiver = Receiver(destination=folder, asked=replace(ASKED, replay=False))
        [unsigned] = receiver.receive(parcel(MemorySource(zips(made(1))))).found
        [added] = receiver.receive(parcel(MemorySource({"a/1.zip": broken}))).found
    assert [flaw.kind for flaw in unsigned.examined.flaws] == [FlawKind.UNSIGNED]
    assert unsigned.is_sound
    assert [flaw.kind for flaw in added.examined.flaws] == [FlawKind.ADDED]
    assert not added.is_sound
