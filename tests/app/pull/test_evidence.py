"""A whole pull, from sources to the folder."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.adapters.archives.gaps import gap
from gate.app.context import Host
from gate.app.examine import Asked
from gate.app.pull.arrival import Origin
from gate.app.pull.evidence import Pull, pull_evidence
from gate.app.pull.manifest import MANIFEST
from gate.app.pull.period import Period
from gate.app.pull.sources import Named, folder_of
from gate.app.pull.text import NOTHING
from gate.cli.main import run as gate
from gate.domain.evidence_ports import Offer
from gate.errors import EvidenceNotWritten, UsageInvalid
from gate.evidence.bundle import POLICY, SIGNATURE, SUMMARY_SIGNATURE, Bundle
from gate.evidence.canonical import digest
from gate.evidence.checkpoint import Checkpoint
from gate.evidence.packed import pack
from tests.adapters.bundles.test_zipped import packed
from tests.app.evidence_set import ASKED, archived
from tests.app.pull.sets import (
    MemorySource,
    archive_of,
    chain,
    day,
    fill,
    key,
    made,
    name,
    of_archive,
    of_source,
    stream,
)

QUARTER = Period(since=day(0), until=day(90))
ARCHIVE = folder_of("file:///evidence")
ARTIFACTS = folder_of("artifacts of acme/app")


class Pulled:
    """What a pull said and left."""

    def __init__(self, code: int, said: str, into: Path) -> None:
        self.code, self.said, self.into = code, said, into

    @property
    def files(self) -> list[str]:
        found = (path for path in self.into.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.into).as_posix() for path in found)

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.into / MANIFEST).read_bytes())
        return found

    @property
    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = self.manifest["pulls"][-1]
        return found

    @property
    def verified(self) -> int:
        """What `gate evidence verify` says of the folder."""
        host = Host(environ={}, clock=lambda: day(100), out=io.StringIO())
        return gate(["evidence", "verify", "--no-replay", "--jobs", "1", str(self.into)], host)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "pulled"


def pull(into: Path, *sources: Named, period: Period = QUARTER, **wanted: Any) -> Pulled:
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: day(100), out=out)
    asked = Pull(period=period, into=into, sources=sources, **{"jobs": 2, **wanted})
    return Pulled(pull_evidence(host, asked), out.getvalue(), into)


def zips(*bundles: Bundle) -> dict[str, bytes]:
    return {f"acme/app/{number}.zip": pack(one.files) for number, one in enumerate(bundles, 1)}


def zip_of(folders: Mapping[str, Bundle], tmp_path: Path) -> bytes:
    """An artifact with several bundles, each in a folder."""
    path = tmp_path / "several.zip"
    files = {
        f"{folder}/{name}": content
        for folder, one in folders.items()
        for name, content in one.files.items()
    }
    packed(path, files)
    return path.read_bytes()


def test_what_an_archive_holds_of_the_period_is_here_afterwards(into: Path) -> None:
    found = pull(into, of_archive(archive_of([-2, -1, 3, 80, 95])))
    assert found.code == 0
    assert found.files == [f"{ARCHIVE}/{name(4)}", f"{ARCHIVE}/{name(3)}", MANIFEST]
    assert "2 bundles: 2 whole, 0 broken. Files: 2 fetched, 3 of another time" in found.said
    assert f"Chain {stream()}: records 3 to 4 were seen." in found.said
    assert found.verified == 0


def test_the_account_says_where_everything_came_from(into: Path) -> None:
    archive = archive_of([3])
    found = pull(into, of_archive(archive), command="gate evidence pull …", environments=["x"])
    assert found.code == 0
    found = pull(into, of_archive(archive), command="gate evidence pull …")
    [file] = found.manifest["files"]
    content = archive.held[key(1)]
    assert file == {
        "name": f"{ARCHIVE}/{name(1)}",
        "source": "file:///evidence",
        "ref": key(1),
        "sha256": digest(content).removeprefix("sha256:"),
        "size": len(content),
        "stored_at": None,
        "fetched_at": "2026-04-11T12:00:00Z",
        "outcome": "whole",
        "records": [
            {
                "id": chain([3])[0].digest,
                "kind": "decision",
                "verdict": "allow",
                "decided_at": "2026-01-04T12:00:00Z",
                "repository": "acme/app",
                "environment": "production",
                "run": "7001/1",
                "chain": {"stream": stream(), "seq": 1},
            }
        ],
        "flaws": [],
        "others": [],
        "set_aside": [],
    }
    assert len(found.manifest["pulls"]) == 2
    assert found.last | {"tool": None, "counts": None} == {
        "command": "gate evidence pull …",
        "tool": None,
        "started_at": "2026-04-11T12:00:00Z",
        "ended_at": "2026-04-11T12:00:00Z",
        "finished": True,
        "period": {"from": "2026-01-01T12:00:00Z", "before": "2026-04-01T12:00:00Z"},
        "environments": [],
        "sources": ["file:///evidence"],
        "counts": None,
        "absent": [],
        "chains": {stream(): {"first": 1, "last": 1}},
        "chain_flaws": [],
    }
    told = (into / MANIFEST).read_bytes()
    assert f"Account: {into / MANIFEST} ({digest(told)})" in found.said


def test_a_second_pull_fetches_nothing_and_verifies_everything(into: Path) -> None:
    archive = archive_of([1, 2, 3])
    pull(into, of_archive(archive))
    before = (into / MANIFEST).read_bytes()
    archive.asked.clear()
    found = pull(into, of_archive(archive))
    assert [one for one in archive.asked if one.endswith(".zip")] == []
    assert found.code == 0
    assert "3 bundles: 3 whole, 0 broken. Files: 3 were there" in found.said
    assert found.manifest["files"] == json.loads(before)["files"]


def test_a_pull_goes_on_where_a_failure_stopped_it(into: Path) -> None:
    archive = archive_of([1, 2, 3])
    archive.failing[key(2)] = "unavailable"
    found = pull(into, of_archive(archive))
    assert found.code == 6  # the chain has a gap, and nobody can tell what is in it
    assert f"MISSING {ARCHIVE}" not in found.said
    assert (
        f"MISSING {name(2)} of file:///evidence: {key(2)} did not come. What to do: run the"
        in found.said
    )
    assert "THIS IS NOT ALL THERE IS: 1 thing could not be had" in found.said
    [absent] = found.last["absent"]
    assert (absent["name"], absent["outcome"]) == (name(2), "not-fetched")
    archive.failing.clear()
    archive.asked.clear()
    found = pull(into, of_archive(archive))
    assert [one for one in archive.asked if one.endswith(".zip")] == [key(2)]
    assert (found.code, found.verified) == (0, 0)
    assert "3 whole, 0 broken. Files: 1 fetched, 2 were there" in found.said
    assert found.manifest["pulls"][0]["absent"] == [absent]


def test_what_lies_here_and_does_not_hold_is_fetched_again_and_set_aside(into: Path) -> None:
    archive = archive_of([1, 2])
    path = into / ARCHIVE / name(1)
    pull(into, of_archive(archive))
    path.write_bytes(path.read_bytes()[:-30])
    found = pull(into, of_archive(archive))
    assert (found.code, found.verified) == (0, 0)
    assert path.read_bytes() == archive.held[key(1)]
    [aside] = [one for one in found.files if "damaged" in one]
    assert (into / aside).read_bytes() == archive.held[key(1)][:-30]
    assert f"DAMAGED {ARCHIVE}/{name(1)}: what lay here is not what the source holds" in found.said
    entry = next(one for one in found.manifest["files"] if one["name"].endswith(name(1)))
    assert entry["set_aside"] == [aside]
    again = pull(into, of_archive(archive))
    entry = next(one for one in again.manifest["files"] if one["name"].endswith(name(1)))
    assert entry["set_aside"] == [aside]


def test_a_signature_that_no_source_offers_makes_nothing_broken(into: Path) -> None:
    source = of_archive(archive_of([1]))
    pull(into, source)
    planted = (into / ARCHIVE / name(1)).with_suffix(f".{SIGNATURE}")
    planted.write_bytes(b"{}")
    found = pull(into, source)
    assert (found.code, found.verified, planted.exists()) == (0, 0, False)
    assert f"DAMAGED {ARCHIVE}/{name(1)}: what lay here is not what the source holds" in found.said
    [aside] = found.manifest["files"][0]["set_aside"]
    assert (into / aside).read_bytes() == b"{}"


def test_the_same_damage_twice_is_set_aside_once(into: Path) -> None:
    archive = archive_of([1])
    path = into / ARCHIVE / name(1)
    for _ in range(2):
        pull(into, of_archive(archive))
        path.write_bytes(b"x")
    found = pull(into, of_archive(archive))
    assert len([one for one in found.files if "damaged" in one]) == 1


def test_a_link_in_the_place_of_a_bundle_is_not_followed(into: Path, tmp_path: Path) -> None:
    archive = archive_of([1])
    (tmp_path / "mine").write_bytes(archive.held[key(1)])
    path = into / ARCHIVE / name(1)
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "mine")
    found = pull(into, of_archive(archive))
    assert found.code == 0
    assert path.is_file()
    assert not path.is_symlink()
    [aside] = [one for one in path.parent.iterdir() if "damaged" in one.name]
    assert aside.is_symlink()


def test_a_folder_that_is_a_link_stops_it(into: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    into.mkdir()
    (into / ARCHIVE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvidenceNotWritten, match="leads elsewhere"):
        pull(into, of_archive(archive_of([1])))
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert json.loads((into / MANIFEST).read_bytes())["pulls"][0]["finished"] is False


def test_what_arrives_broken_is_kept_and_told(into: Path) -> None:
    archive = archive_of([1, 2, 3])
    [_, second, _] = chain([1, 2, 3])
    archive.held[key(2)] = pack({**second.files, POLICY: b"version: 1\n"})
    archive.held[key(3)] = b"no zip"
    found = pull(into, of_archive(archive))
    assert found.code == 6
    assert f"BROKEN  {ARCHIVE}/{name(2)}: policy.yml was altered" in found.said
    assert f"BROKEN  {ARCHIVE}/{name(3)}: " in found.said
    assert "3 bundles: 1 whole, 2 broken" in found.said
    assert len(found.files) == 4
    outcomes = {one["name"]: one["outcome"] for one in found.manifest["files"]}
    assert outcomes[f"{ARCHIVE}/{name(2)}"] == "broken"
    assert found.verified == 6
    archive.asked.clear()
    again = pull(into, of_archive(archive))
    assert (again.code, again.files) == (6, found.files)
    assert "Files: 3 were there" in again.said
    assert sorted(one for one in archive.asked if one.endswith(".zip")) == [key(3), key(2)]


def test_what_is_broken_here_and_cannot_be_fetched_again_is_both(into: Path) -> None:
    archive = archive_of([1])
    pull(into, of_archive(archive))
    (into / ARCHIVE / name(1)).write_bytes(b"x")
    archive.failing[".zip"] = "unavailable"
    found = pull(into, of_archive(archive))
    assert found.code == 6
    assert "BROKEN  " in found.said
    assert "MISSING " in found.said


def test_bytes_that_are_not_those_that_were_recorded_are_broken(into: Path) -> None:
    source = MemorySource(zips(made(1)))
    source.listed = [replace(source.listed[0], digest=f"sha256:{'0' * 64}")]
    found = pull(into, of_source(source))
    assert found.code == 6
    assert "it is not what the source recorded (sha256:000" in found.said
    assert f"{ARTIFACTS}/acme/app/1.zip" in found.files


def test_bytes_that_are_those_that_were_recorded_are_fine(into: Path) -> None:
    held = zips(made(1))
    source = MemorySource(held)
    [(one, content)] = held.items()
    source.listed = [Offer(name=one, ref="7", digest=digest(content), stored_at=day(2))]
    found = pull(into, of_source(source))
    assert found.code == 0
    assert found.manifest["files"][0]["stored_at"] == "2026-01-03T12:00:00Z"


def test_a_zip_without_a_bundle_is_broken(into: Path, tmp_path: Path) -> None:
    packed(tmp_path / "other.zip", {"readme.txt": b"hello"})
    source = MemorySource({"a/1.zip": (tmp_path / "other.zip").read_bytes()})
    found = pull(into, of_source(source))
    assert found.code == 6
    assert f"BROKEN  {ARTIFACTS}/a/1.zip: {ARTIFACTS}/a/1.zip holds no bundle" in found.said
    assert ".pulling" not in found.said


def test_two_sources_with_the_same_bundle_are_held_against_each_other(into: Path) -> None:
    bundles = chain([1, 2])
    archive, source = archive_of([1, 2]), MemorySource(zips(*bundles))
    found = pull(into, of_archive(archive), of_source(source))
    assert found.code == 0
    assert "4 bundles: 4 whole, 0 broken. Files: 4 fetched, 2 copies of others" in found.said
    assert found.verified == 0
    assert found.manifest["pulls"][0]["sources"] == ["file:///evidence", "artifacts of acme/app"]


def test_two_sources_that_contradict_each_other_are_told(into: Path) -> None:
    archive, source = archive_of([1, 2]), MemorySource(zips(*chain([1, 3])))
    found = pull(into, of_archive(archive), of_source(source))
    assert found.code == 6
    assert "two different records claim to be record 2" in found.said


def test_one_source_that_fails_does_not_stop_the_others(into: Path) -> None:
    source = MemorySource(zips(*(made(number) for number in range(5))))
    source.breaks_after = 3

    def closed() -> AbstractContextManager[Origin]:
        raise gap("s3://x", "not-permitted", "it refused the account", "allow it to read")

    found = pull(
        into, Named(address="s3://x", open=closed), of_source(source), of_archive(archive_of([1]))
    )
    assert found.code == 4
    assert "FAILED  s3://x: it refused the account. What to do: allow it to read" in found.said
    assert (
        "FAILED  artifacts of acme/app: page 2 did not come. What to do: run the same" in found.said
    )
    assert "4 bundles: 4 whole" in found.said
    assert [one["outcome"] for one in found.last["absent"]] == ["not-listed", "not-listed"]


@pytest.mark.parametrize(("reason", "asked"), [("rate-limited", 1), ("unavailable", 20)])
def test_a_source_that_gives_nothing_is_left_alone_after_a_while(
    into: Path, reason: str, asked: int
) -> None:
    source = MemorySource(zips(*(made(number) for number in range(60))))
    source.failing = {one: gap("x", reason, "it said no", "") for one in source.held}
    found = pull(into, of_source(source), jobs=1)
    assert found.code == 4
    assert len([one for one in found.last["absent"] if one["outcome"] == "not-fetched"]) == asked
    assert "asked for nothing more, since it gave nothing: it said no" in found.said
    assert len(source.asked) < asked + 5


def test_what_is_gone_is_told_with_why(into: Path) -> None:
    source = MemorySource({})
    source.listed = [Offer(name="a/1.zip", ref="1", gone="its retention ended on 2026-02-01")]
    found = pull(into, of_source(source))
    assert found.code == 4
    assert (
        "GONE    a/1.zip of artifacts of acme/app: its retention ended on 2026-02-01\n"
        in found.said
    )
    assert NOTHING not in found.said


@pytest.mark.parametrize(
    "hostile",
    [
        "../1.zip",
        "/etc/1.zip",
        "a//1.zip",
        "a/.hidden/1.zip",
        "a/1.sh",
        "a/\n1.zip",
        "a/::error::.zip",
        "ü.zip",
        f"{'x' * 200}.zip",
        "/".join("x" * 20) + "/1.zip",
        "/".join(["x" * 150] * 5) + ".zip",
    ],
)
def test_names_that_could_lead_anywhere_are_refused(into: Path, hostile: str) -> None:
    source = MemorySource({hostile: b"x"})
    found = pull(into, of_source(source))
    assert (found.code, found.files, source.asked) == (4, [MANIFEST], [])
    assert "REFUSED " in found.said
    assert "::error::" not in found.said
    assert found.last["absent"][0]["name"] == hostile


def test_two_files_of_one_name_are_not_put_over_each_other(into: Path) -> None:
    source = MemorySource({"a/1.zip": pack(made(1).files), "A/1.zip": pack(made(2).files)})
    found = pull(into, of_source(source))
    assert found.code == 4
    assert (
        "REFUSED A/1.zip of artifacts of acme/app: the source offered a/1.zip before, and on some machines the two "
        "would be one file. What to do: where both are right, pull each environment alone (--environment)"
        in found.said
    )


def test_nothing_at_all_is_said_loudly(into: Path) -> None:
    found = pull(into, of_archive(archive_of([-300, 200])))
    assert (found.code, found.files) == (0, [MANIFEST])
    assert found.said.startswith(NOTHING)


def test_what_lies_between_belongs_to_it_or_the_chain_would_have_gaps(into: Path) -> None:
    archive = archive_of([1, 200, -50, 2, 300])
    found = pull(into, of_archive(archive))
    assert (found.code, found.verified) == (0, 0)
    assert found.last["chains"] == {stream(): {"first": 1, "last": 4}}
    assert "4 bundles: 4 whole, 0 broken. Files: 4 fetched, 1 of another time" in found.said


def test_what_lies_between_and_does_not_come_is_told(into: Path) -> None:
    archive = archive_of([1, *range(200, 225), 2])
    archive.once = True
    found = pull(into, of_archive(archive), jobs=1)
    assert found.code == 6
    assert len([one for one in found.last["absent"] if one["outcome"] == "not-fetched"]) == 20
    assert found.last["absent"][-1]["outcome"] == "not-listed"
    assert f"BROKEN  stream {stream()}: records 2 to 26 are missing" in found.said


def test_a_record_that_was_removed_is_a_gap(into: Path) -> None:
    archive = archive_of([1, 2, 3])
    del archive.held[key(2)]
    found = pull(into, of_archive(archive))
    assert found.code == 6
    assert f"BROKEN  stream {stream()}: record 2 is missing" in found.said
    assert f"GONE    {name(2)} of file:///evidence: the index of the archive names it" in found.said
    assert found.last["chain_flaws"] == [f"stream {stream()}: record 2 is missing"]


def test_a_bundle_under_the_number_of_another_is_broken(into: Path) -> None:
    archive = archive_of([1, 2])
    archive.held[key(2)] = archive.held[key(1)]
    found = pull(into, of_archive(archive))
    assert found.code == 6
    assert (
        f"it is record 1 of {stream()}, and lies where record 2 of {stream()} belongs" in found.said
    )
    archive.held[key(2)] = pack(made(1).files)
    found = pull(into / "2", of_archive(archive))
    assert "it is a record of no chain, and lies where record 2" in found.said


def test_a_chain_must_have_come_as_far_as_its_checkpoint(into: Path) -> None:
    bundles = chain([1, 2, 3])
    point = Checkpoint(stream=stream(), count=3, head=bundles[-1].digest)
    assert pull(into, of_archive(archive_of([1, 2, 3])), checkpoints=(point,)).code == 0
    found = pull(into / "cut", of_archive(archive_of([1, 2])), checkpoints=(point,))
    assert found.code == 6
    assert "it was cut: the checkpoint counts 3 records" in found.said


def test_only_what_the_environments_are_about_is_kept(into: Path) -> None:
    archive = archive_of([1, 2])
    fill(archive, chain([1], "staging"))
    source = MemorySource(zips(made(3), made(4, "staging"), made(5, "")))
    found = pull(
        into,
        of_archive(archive, ["production"]),
        of_source(source),
        environments=["production"],
    )
    assert found.code == 0
    assert "4 bundles: 4 whole" in found.said
    assert [one for one in found.files if "staging" in one or one.endswith("app/2.zip")] == []
    assert found.last["environments"] == ["production"]


def test_what_nobody_can_date_is_kept(into: Path) -> None:
    found = pull(into, of_source(MemorySource(zips(made(None), made(-5)))))
    assert found.code == 0
    assert found.files == [f"{ARTIFACTS}/acme/app/1.zip", MANIFEST]


def test_what_is_broken_is_kept_whatever_time_it_claims(into: Path) -> None:
    odd = made(-5).files
    source = MemorySource({"a/1.zip": pack({**odd, "extra": b""})})
    assert pull(into, of_source(source)).code == 6
    assert "extra was added" in pull(into, of_source(source)).said


def test_less_than_is_demanded_does_not_make_it_another_time(into: Path) -> None:
    found = pull(into, of_archive(archive_of([-5, 1])), asked=replace(ASKED, replay=False))
    assert found.code == 6
    assert "1 bundle: 0 whole, 1 broken. Files: 1 fetched, 1 of another time" in found.said


def test_signatures_that_came_later_are_examined_with_their_bundle(into: Path) -> None:
    [signed] = archived(1)
    own = {SIGNATURE, SUMMARY_SIGNATURE}
    archive = archive_of([])
    plain = {one: content for one, content in signed.files.items() if one not in own}
    period = Period(since=day(0), until=datetime.max.replace(tzinfo=day(0).tzinfo))
    archive.held[key(1)] = pack(plain)
    for one in own:
        archive.held[key(1).replace("zip", one)] = signed.files[one]
    asked = replace(ASKED, replay=False)
    found = pull(into, of_archive(archive), asked=asked, period=period)
    assert (found.code, len(found.files)) == (0, 4)
    assert [one["outcome"] for one in found.manifest["files"]] == ["whole"] * 3
    again = pull(into, of_archive(archive), asked=asked, period=period)
    assert "1 whole, 0 broken. Files: 1 were there" in again.said
    (into / ARCHIVE / key(1).replace("zip", SIGNATURE)).unlink()
    again = pull(into, of_archive(archive), asked=asked, period=period)
    assert (again.code, again.files) == (0, found.files)


def test_a_signature_without_its_bundle_is_broken_and_kept(into: Path) -> None:
    archive = archive_of([1])
    archive.held[key(2).replace("zip", SIGNATURE)] = b"{}"
    for _ in range(2):
        found = pull(into, of_archive(archive))
        assert found.code == 6
        assert "it is a signature, and its bundle is not there" in found.said
        assert len(found.files) == 3


def test_an_artifact_with_several_bundles_stays_as_it_came(into: Path, tmp_path: Path) -> None:
    content = zip_of({"eu": made(1), "us": made(2)}, tmp_path)
    found = pull(into, of_source(MemorySource({"a/1.zip": content})))
    assert (found.code, found.verified) == (0, 0)
    assert "2 bundles: 2 whole, 0 broken. Files: 1 fetched" in found.said
    assert (into / ARTIFACTS / "a/1.zip").read_bytes() == content


def link_elsewhere(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def test_of_an_artifact_only_what_belongs_to_the_period_is_taken_out(
    into: Path, tmp_path: Path
) -> None:
    content = zip_of({"out/eu": made(1), "out/us": made(2, "staging")}, tmp_path)
    source, taken = MemorySource({"a/1.zip": content}), f"{ARTIFACTS}/a/1/out_2feu.zip"
    for _ in range(2):
        found = pull(into, of_source(source), environments=["production"])
        assert (found.code, found.verified) == (0, 0)
        assert found.files == [taken, MANIFEST]
        assert (into / taken).read_bytes() == pack(made(1).files)
        [file] = found.manifest["files"]
        assert (file["outcome"], file["others"]) == ("taken-out", [taken])
        assert file["sha256"] == digest(content).removeprefix("sha256:")
    for count, spoil in enumerate((lambda path: path.write_bytes(b"x"), link_elsewhere), start=1):
        (into / taken).unlink()
        spoil(into / taken)
        found = pull(into, of_source(source), environments=["production"])
        assert (found.code, (into / taken).read_bytes()) == (0, pack(made(1).files))
        assert f"DAMAGED {ARTIFACTS}/a/1.zip" in found.said
        [file] = found.manifest["files"]
        assert len([one for one in found.files if "damaged" in one]) == count
        assert len(file["set_aside"]) == count
        assert set(file["set_aside"]) <= set(found.files)


def test_what_is_left_out_on_its_own_word_alone_is_told(into: Path) -> None:
    archive = archive_of([1, 2, -400, 3, -400], index=False)
    found = pull(into, of_archive(archive), asked=replace(ASKED, replay=False))
    assert "1 of another time or environment, 1 of those by their own word alone" in found.said
    assert (found.last["counts"]["left_out"], found.last["counts"]["unproved"]) == (1, 1)
    assert "of those by their own word" not in pull(into / "any", of_archive(archive)).said


@pytest.mark.parametrize("days", [[1, 2, -400], [-400]])
def test_an_end_of_a_chain_that_proves_nothing_may_have_replaced_one_that_belongs(
    into: Path, days: list[int]
) -> None:
    """Without the proof, anybody who may write there could have put it in the place of the newest record."""
    archive = archive_of(days, index=False)
    found = pull(into, of_archive(archive), asked=replace(ASKED, replay=False))
    said = f"UNPROVED {name(len(days))} of {archive.address}: it says that it is of another time"
    assert found.said.count("UNPROVED") == 1
    assert said in found.said
    assert [one["outcome"] for one in found.last["absent"]] == ["unproved"]
    assert found.code == (6 if len(days) > 1 else 4)
    assert "UNPROVED" not in pull(into / "any", of_archive(archive)).said


def test_what_stands_in_no_chain_replaces_nothing_there(into: Path, tmp_path: Path) -> None:
    content = zip_of({"eu": made(-400)}, tmp_path)
    found = pull(
        into,
        of_source(MemorySource({"a/1.zip": content})),
        asked=replace(ASKED, replay=False),
    )
    assert (found.code, found.last["counts"]["unproved"]) == (0, 1)
    assert "UNPROVED" not in found.said


def test_a_bundle_that_was_taken_out_can_lack_what_is_demanded(into: Path, tmp_path: Path) -> None:
    content = zip_of({"eu": made(1), "us": made(2, "staging")}, tmp_path)
    found = pull(
        into,
        of_source(MemorySource({"a/1.zip": content})),
        environments=["production"],
        asked=replace(ASKED, replay=False),
    )
    assert found.code == 6
    assert "it must be signed" in found.said


def test_of_an_artifact_with_a_broken_bundle_nothing_is_taken_out(
    into: Path, tmp_path: Path
) -> None:
    broken = Bundle(files={**made(1).files, "extra": b""})
    content = zip_of({"eu": broken, "us": made(2, "staging")}, tmp_path)
    found = pull(into, of_source(MemorySource({"a/1.zip": content})), environments=["production"])
    assert (found.code, found.files) == (6, [f"{ARTIFACTS}/a/1.zip", MANIFEST])


def test_it_decides_again_when_it_is_asked_to(into: Path) -> None:
    found = pull(into, of_archive(archive_of([1])), asked=Asked())
    assert found.code == 6  # these were built by hand, and no facts lead to them


def test_an_interruption_leaves_nothing_half_and_can_be_gone_on_from(into: Path) -> None:
    archive = archive_of(list(range(20)))
    named = of_archive(archive)

    @contextmanager
    def interrupted() -> Iterator[Origin]:
        with named.open() as origin:
            count = 0

            def learn(offer: Offer, record: object) -> None:
                nonlocal count
                count += 1
                if count == 5:
                    raise KeyboardInterrupt

            yield replace(origin, learn=learn)

    found = pull(into, Named(address=named.address, open=interrupted))
    assert found.code == 130
    assert found.said.startswith("STOPPED BEFORE THE END. What came so far is kept")
    assert len(found.files) == 6
    assert found.last["finished"] is False
    assert found.last["chain_flaws"] == []
    assert found.verified == 0
    found = pull(into, of_archive(archive))
    assert found.code == 0
    assert "Files: 15 fetched, 5 were there" in found.said


def test_a_folder_that_takes_no_more_ends_it(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gate.adapters.destination as module

    plain = module._write

    def full(path: Path, content: bytes) -> None:
        if path.name == name(1).rpartition("/")[2]:
            raise OSError(28, "No space left on device")
        plain(path, content)

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(EvidenceNotWritten, match="No space left"):
        pull(into, of_archive(archive_of([1, 2, 3])))
    [account] = json.loads((into / MANIFEST).read_bytes())["pulls"]
    assert account["finished"] is False
    monkeypatch.setattr(module, "_write", plain)
    assert pull(into, of_archive(archive_of([1, 2, 3]))).code == 0


def test_an_account_that_somebody_altered_is_set_aside(into: Path) -> None:
    pull(into, of_archive(archive_of([1])))
    (into / MANIFEST).write_bytes(b"{}")
    found = pull(into, of_archive(archive_of([1])))
    assert found.code == 0
    assert found.said.startswith(f"DAMAGED {MANIFEST}: {MANIFEST} is not what the gate writes.")
    assert len([one for one in found.files if one.startswith(f"{MANIFEST}.damaged-")]) == 1
    assert len(found.manifest["pulls"]) == 1


def test_two_pulls_at_once_into_one_folder_are_refused(into: Path) -> None:
    def second(offer: Offer) -> None:
        with pytest.raises(UsageInvalid, match="is at work in"):
            pull(into, of_archive(archive_of([1])))

    source = MemorySource(zips(made(1)))
    source.before = second
    assert pull(into, of_source(source)).code == 0


def test_what_an_earlier_pull_kept_of_another_time_stays(into: Path) -> None:
    archive = archive_of([1, 2, 95])
    pull(into, of_archive(archive))
    found = pull(into, of_archive(archive), period=Period(since=day(92), until=day(99)))
    assert (found.code, found.verified) == (0, 0)
    assert len(found.manifest["files"]) == 3
    assert "1 bundle: 1 whole, 0 broken. Files: 1 fetched, 2 of another time" in found.said


def test_progress_is_told_to_whoever_waits(into: Path) -> None:
    progress = io.StringIO()
    pull(into, of_archive(archive_of([1, 2])), progress=progress)
    assert progress.getvalue() == "file:///evidence: 1 fetched, 0.0 MB\n"


@settings(max_examples=25, deadline=None)
@given(
    failing=st.sets(st.integers(1, 12)),
    damaged=st.sets(st.integers(1, 12)),
    jobs=st.integers(1, 6),
)
def test_whatever_failed_the_next_pull_completes_it(
    failing: set[int], damaged: set[int], jobs: int
) -> None:
    archive = archive_of([0, 30, 95, 5, 60, -3, 7, 8, 9, 10, 11, 12])
    archive.failing = {key(seq): "unavailable" for seq in failing}
    with TemporaryDirectory() as folder:
        into = Path(folder) / "in"
        pull(into, of_archive(archive), jobs=jobs)
        for seq in damaged:
            path = into / ARCHIVE / name(seq)
            if path.exists():
                path.write_bytes(path.read_bytes()[:-1])
        archive.failing.clear()
        found = pull(into, of_archive(archive), jobs=jobs)
        assert (found.code, found.verified) == (0, 0)
        for seq in range(1, 13):
            assert (into / ARCHIVE / name(seq)).read_bytes() == archive.held[key(seq)]
