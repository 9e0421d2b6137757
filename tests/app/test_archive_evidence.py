from collections.abc import Callable
from dataclasses import replace

import pytest

from gate.adapters.archives.gaps import gap
from gate.app.archive_evidence import Archives, again, keep
from gate.app.chain import Pace, bundles, places
from gate.domain.missing import Missing
from gate.errors import EvidenceInvalid, EvidenceNotWritten, SigningUnavailable
from gate.evidence.bundle import ATTESTATION, SIGNATURE, Bundle, chained
from gate.evidence.chain import Chains
from gate.evidence.layout import bundle_key, index_key, signature_key
from gate.evidence.packed import pack, unpack
from gate.evidence.record import Link
from tests import builders as b
from tests.adapters.archives.memory import MemoryArchive
from tests.evidence.bundles import bundle
from tests.evidence.sweeps import STREAM as SWEEPS
from tests.evidence.sweeps import sweep
from tests.render.decisions import decision

STREAM = "github.com/42/production"
DOWN = gap("file:///evidence", "unavailable", "the folder does not work: no space", "look at it")


def decided(run: int = 7001) -> Bundle:
    return bundle(decision(run=b.run(id=str(run), repository_id="42")))


def signed(made: Bundle) -> Bundle:
    return Bundle(files={**made.files, SIGNATURE: made.digest.encode()})


def archives(*places: MemoryArchive, sign: Callable[[Bundle], Bundle] = signed) -> Archives:
    pace = Pace(sleep=lambda seconds: None, attempts=5)
    return Archives(all=places, sign=sign, pace=pace)


def fail(key: str) -> None:
    raise DOWN


def test_without_an_archive_the_bundle_only_lies_in_its_folder() -> None:
    written: list[Bundle] = []
    kept = keep(decided(), archives(), written.append)
    assert written == [signed(decided())]
    assert (kept.bundle, kept.places, kept.checkpoint) == (written[0], (), None)


def test_the_folder_holds_what_every_archive_holds() -> None:
    first, second = MemoryArchive("file:///one"), MemoryArchive("file:///two", queryable=False)
    written: list[Bundle] = []
    kept = keep(decided(), archives(first, second), written.append)
    key = bundle_key(STREAM, 1)
    assert unpack(first.held[key], name=key) == written[0].files
    assert second.held == {key: first.held[key]}
    assert kept.places == (f"file:///one {key}", f"file:///two {key}")
    assert kept.bundle.record.link == Link(stream=STREAM, seq=1, previous=None)
    assert kept.bundle.files[SIGNATURE] == kept.bundle.digest.encode()
    assert index_key(kept.bundle.record) in first.held


def test_a_checkpoint_holds_against_the_chain() -> None:
    archive = MemoryArchive()
    kept = [keep(decided(run), archives(archive), lambda made: None) for run in range(3)][-1]
    assert kept.checkpoint is not None
    assert (kept.checkpoint.count, kept.checkpoint.head) == (3, kept.bundle.digest)
    chains = Chains((kept.checkpoint,))
    (flaw,) = chains.gaps()
    assert "it was cut" in flaw.text


def test_a_failed_archive_stops_the_deploy_and_leaves_the_bundle_in_its_folder() -> None:
    archive = MemoryArchive()
    archive.before = fail
    written: list[Bundle] = []
    with pytest.raises(
        EvidenceNotWritten, match="could not be archived in file:///evidence"
    ) as error:
        keep(decided(), archives(archive), written.append)
    assert error.value.exit_code == 5
    assert "no space" in error.value.message
    assert error.value.hint.startswith("Look at it. `gate evidence archive`")
    assert written == [decided()]

    archive.before = lambda key: None
    kept = again(written[0], archives(archive))
    assert kept.bundle.record.link == Link(stream=STREAM, seq=1, previous=None)
    assert kept.bundle.files[SIGNATURE]


def test_a_signature_that_fails_leaves_the_bundle_in_its_folder_as_well() -> None:
    def fails(made: Bundle) -> Bundle:
        raise SigningUnavailable("the log does not answer")

    written: list[Bundle] = []
    archive = MemoryArchive()
    for chosen in ((archive,), ()):
        with pytest.raises(SigningUnavailable):
            keep(decided(), archives(*chosen, sign=fails), written.append)
    assert written == [decided(), decided()]
    assert archive.held == {}


def test_a_second_archive_that_fails_is_completed_later() -> None:
    first, second = MemoryArchive("file:///one"), MemoryArchive("file:///two")
    second.before = fail
    written: list[Bundle] = []
    with pytest.raises(EvidenceNotWritten, match="in file:///two"):
        keep(decided(), archives(first, second), written.append)
    second.before = lambda key: None
    again(written[0], archives(first, second))
    assert first.held == second.held
    assert len(first.held) == 2


@pytest.mark.parametrize("queryable", [True, False])
@pytest.mark.parametrize("indexed", [True, False])
def test_the_same_bundle_archived_twice_is_one_record(queryable: bool, indexed: bool) -> None:
    archive = MemoryArchive(queryable=queryable)
    for run in range(12):
        keep(decided(run), archives(archive), lambda made: None)
    kept = again(decided(99), archives(archive))
    if not indexed:
        archive.held.pop(index_key(kept.bundle.record), None)
    before = len(list(bundles(archive)))
    assert again(decided(99), archives(archive)).bundle == kept.bundle
    assert again(kept.bundle, archives(archive)).places == kept.places
    assert len(list(bundles(archive))) == before == 13


def test_an_index_that_lies_is_not_believed() -> None:
    archive = MemoryArchive()
    keep(decided(1), archives(archive), lambda made: None)
    key = bundle_key(STREAM, 1)
    gone, outside = bundle_key(STREAM, 9), key.replace("42", "..")
    lines = (f'{{"object":"{found}"}}' for found in (key, "elsewhere", gone, outside))
    for line in (*lines, '{"object":7}', "[[[", '{"object":1.5}'):
        archive.held[index_key(decided(2).record)] = line.encode()
        kept = again(decided(2), archives(archive))
        assert kept.bundle.record.link is not None
        assert kept.bundle.record.link.seq == 2
    assert len(list(bundles(archive))) == 2


@pytest.mark.parametrize("late", [False, True])
def test_what_stands_there_altered_is_not_called_archived(late: bool) -> None:
    archive, second = MemoryArchive(), MemoryArchive("file:///two")
    kept = keep(decided(), archives(archive), lambda made: None)
    key = bundle_key(STREAM, 1)
    archive.held[key] = pack({**kept.bundle.files, "policy.yml": b"version: 2\n"})
    with pytest.raises(EvidenceNotWritten, match=r"not what the gate wrote|another content"):
        again(decided() if late else kept.bundle, archives(archive, second))
    assert not second.held


def test_a_record_that_claims_the_chain_of_something_else_is_put_nowhere() -> None:
    archive = MemoryArchive()
    own = bundle(decision(run=b.run(repository_id="42", environment="staging")))
    with pytest.raises(EvidenceInvalid, match="names a place in the chain of"):
        again(chained(own, Link(stream=STREAM, seq=1, previous=None)), archives(archive))
    assert not archive.held


def test_an_archive_that_fails_as_nobody_expected_leaves_the_bundle_in_its_folder_as_well() -> None:
    archive = MemoryArchive()
    written: list[Bundle] = []

    def crash(key: str) -> None:
        raise RuntimeError("a library")

    archive.before = crash
    with pytest.raises(RuntimeError, match="a library"):
        keep(decided(), archives(archive), written.append)
    assert written == [decided()]


def test_an_index_that_does_not_answer_is_no_answer() -> None:
    archive = MemoryArchive()
    read = archive.read

    def fails(key: str) -> bytes:
        if key.startswith("v1/index/"):
            raise DOWN
        return read(key)

    archive.read = fails  # type: ignore[method-assign] # a store that fails in one place
    with pytest.raises(EvidenceNotWritten, match="could not be archived"):
        again(decided(), archives(archive))


def test_a_signature_that_comes_later_is_added_beside() -> None:
    first, second = MemoryArchive("file:///one"), MemoryArchive("file:///two")
    kept = keep(decided(), archives(first, second), lambda made: None)
    attested = Bundle(files={**kept.bundle.files, ATTESTATION: b"{}"})
    for _ in range(2):
        again(attested, archives(first, second))
    key = signature_key(STREAM, 1, ATTESTATION)
    assert first.held[key] == second.held[key] == b"{}"
    assert [place.signature for place in places(first)] == [ATTESTATION, ""]


def test_another_signature_in_its_place_is_said_and_left_alone() -> None:
    """In the zip, or beside it: the first one stands."""
    first = MemoryArchive()
    kept = keep(decided(), archives(first), lambda made: None).bundle
    altered = Bundle(files={**kept.files, SIGNATURE: b"another"})
    with pytest.raises(EvidenceNotWritten, match=f"{SIGNATURE} in v1/streams"):
        again(altered, archives(first))
    again(Bundle(files={**kept.files, ATTESTATION: b"{}"}), archives(first))
    before = dict(first.held)
    with pytest.raises(EvidenceNotWritten, match=rf"record: v1/streams/.*\.{ATTESTATION}\."):
        again(Bundle(files={**kept.files, ATTESTATION: b"another"}), archives(first))
    assert first.held == before


def test_another_record_at_its_place_is_said_and_left_alone() -> None:
    archive = MemoryArchive()
    kept = keep(decided(1), archives(archive), lambda made: None)
    link = kept.bundle.record.link
    fork = bundle(decision(run=b.run(id="2", repository_id="42")), link)
    held = dict(archive.held)
    with pytest.raises(EvidenceNotWritten, match="the chain has two ends") as error:
        again(fork, archives(archive))
    assert "gate evidence verify" in error.value.hint
    assert archive.held == held


def test_a_bundle_that_is_not_whole_is_not_archived() -> None:
    archive = MemoryArchive()
    broken = Bundle(files={**decided().files, "policy.yml": b"version: 2\n"})
    with pytest.raises(EvidenceInvalid, match=r"policy\.yml was altered"):
        again(broken, archives(archive))
    assert archive.held == {}


def test_a_decision_about_an_unknown_run_is_kept_like_any_other() -> None:
    archive = MemoryArchive()
    unknown = Missing(source="GitHub: the run", reason_code="unavailable", detail="it failed")
    made = bundle(replace(decision(), run=unknown))
    kept = keep(made, archives(archive), lambda made: None)
    assert kept.bundle.record.link == Link(stream="unknown/unknown/unknown", seq=1, previous=None)


def test_a_line_that_stands_there_already_is_left_alone() -> None:
    archive = MemoryArchive()
    key = index_key(decided().record)
    archive.held[key] = b'{"object":"v1/probe"}\n'
    keep(decided(), archives(archive), lambda made: None)
    assert archive.held[key] == b'{"object":"v1/probe"}\n'


def test_what_is_archived_is_packed_as_it_is_written() -> None:
    archive = MemoryArchive()
    kept = keep(decided(), archives(archive), lambda made: None)
    assert archive.held[bundle_key(STREAM, 1)] == pack(kept.bundle.files)


def test_a_sweep_has_a_chain_of_its_own_and_no_line_in_the_index() -> None:
    archive = MemoryArchive()
    keep(bundle(), archives(archive), lambda made: None)
    kept = [
        keep(sweep(gate_version=version), archives(archive), lambda made: None) for version in "12"
    ]
    assert [one.bundle.record.link for one in kept] == [
        Link(stream=SWEEPS, seq=1, previous=None),
        Link(stream=SWEEPS, seq=2, previous=kept[0].bundle.digest),
    ]
    assert kept[1].checkpoint is not None
    assert (kept[1].checkpoint.stream, kept[1].checkpoint.count) == (SWEEPS, 2)
    lines = [key for key in archive.held if key.startswith("v1/index/")]
    assert lines == [index_key(bundle().record)]


def test_a_sweep_that_is_archived_later_is_found_without_an_index() -> None:
    first, second = MemoryArchive("file:///one"), MemoryArchive("file:///two")
    kept = again(sweep(), archives(first, second))
    assert again(sweep(), archives(first, second)).bundle == kept.bundle
    assert again(kept.bundle, archives(first, second)).bundle == kept.bundle
    assert first.held == second.held
    assert list(first.held) == [bundle_key(SWEEPS, 1)]


def test_an_archive_that_does_not_take_a_sweep_is_told_without_a_word_about_a_deploy() -> None:
    archive = MemoryArchive()
    archive.before = fail
    written: list[Bundle] = []
    with pytest.raises(EvidenceNotWritten, match="could not be archived") as error:
        keep(sweep(), archives(archive), written.append)
    assert written == [sweep()]
    assert "The sweep did its work" in error.value.message
    assert "deploy" not in error.value.message + error.value.hint
    assert "no new sweep is needed" in error.value.hint
