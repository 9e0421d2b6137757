"""One bundle, examined for somebody who trusts nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate import __version__
from gate.app import examine_many as many
from gate.app import wiring
from gate.app.examine import Asked, examine, unreadable
from gate.app.examine_many import examine_batch, examine_many, examine_place
from gate.app.sign_evidence import with_signatures
from gate.app.wiring import Place
from gate.domain.policy.signing import SigningLevel
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, POLICY, SIGNATURES, SUMS, seal
from gate.evidence.canonical import digest, dumps
from gate.evidence.flaw import FlawKind
from gate.evidence.record import RECORD, Kind
from tests.adapters.signers.keys import public_pem
from tests.app import sweep_set
from tests.app.evidence_set import (
    ASKED,
    CONTENT,
    KEY,
    SIGNER,
    TRUST,
    archived,
    loose,
    write,
    write_all,
)
from tests.evidence.bundles import content
from tests.render.decisions import GAP, nothing_known

PEM = public_pem(KEY).strip().replace("\n", "\n          ")
SIGNED_POLICY = CONTENT.replace(
    b"evidence: {retain: 25 months}",
    f"""evidence:
  signing:
    minimum: signed
    keys:
      - name: release
        pem: |
          {PEM}""".encode(),
)
PLAIN = Asked()


def kinds(files: dict[str, bytes], asked: Asked = PLAIN) -> list[FlawKind]:
    return [flaw.kind for flaw in examine("x", files, asked).flaws]


def resealed(**changes: bytes) -> dict[str, bytes]:
    own = {RECORD, SUMS, *SIGNATURES}
    kept = {name: held for name, held in loose().files.items() if name not in own}
    return dict(seal({**kept, **changes}).files)


def test_a_whole_bundle_is_told_with_who_signed_it() -> None:
    found = examine("here", archived()[0].files, ASKED)
    assert (found.place, found.flaws, found.level) == ("here", (), SigningLevel.SIGNED)
    assert found.decides_again is True
    assert not found.own_trust
    assert found.record == archived()[0].record


def test_a_bundle_that_is_not_whole_is_not_examined_further() -> None:
    files = {**loose().files, POLICY: b"x"}
    found = examine("x", files, PLAIN)
    assert [flaw.kind for flaw in found.flaws] == [FlawKind.ALTERED]
    assert found.decides_again is None
    assert found.record is not None


def test_a_bundle_without_a_record_that_can_be_read_has_none() -> None:
    assert examine("x", {RECORD: b"[]", SUMS: b""}, PLAIN).record is None
    assert examine("x", {}, PLAIN).record is None


def test_its_own_policy_may_demand_a_signature_by_a_key_that_it_names() -> None:
    unsigned = loose("7001", SIGNED_POLICY)
    assert kinds(dict(unsigned.files)) == [FlawKind.UNSIGNED]
    found = examine("x", with_signatures(unsigned, SIGNER).files, PLAIN)
    assert (found.flaws, found.level, found.own_trust) == ((), SigningLevel.SIGNED, True)


def test_what_its_own_policy_demands_counts_whoever_asks() -> None:
    weak = Asked(trust=TRUST, minimum=SigningLevel.UNSIGNED)
    assert kinds(dict(loose("7001", SIGNED_POLICY).files), weak) == [FlawKind.UNSIGNED]


def test_a_policy_that_the_decision_does_not_name_is_told() -> None:
    assert kinds(resealed(**{POLICY: CONTENT + b"\n"})) == [FlawKind.DECISION]


def test_a_policy_that_this_version_cannot_read_is_told() -> None:
    decision = json.loads(loose().files[DECISION])
    decision["policy"]["digest"] = digest(b"version: 9\n")
    (flaw,) = examine(
        "x", resealed(**{POLICY: b"version: 9\n", DECISION: dumps(decision)}), PLAIN
    ).flaws
    assert flaw.kind is FlawKind.DECISION
    assert flaw.text.startswith("this version cannot read its policy")


def test_a_bundle_without_a_policy_demands_nothing() -> None:
    nothing = seal({DECISION: content(nothing_known(GAP))})
    found = examine("x", nothing.files, Asked(replay=False))
    assert (found.flaws, found.level) == ((), SigningLevel.UNSIGNED)


def forged() -> dict[str, bytes]:
    decision = json.loads(loose().files[DECISION])
    decision["verdict"] = "block" if decision["verdict"] == "allow" else "allow"
    return resealed(**{DECISION: dumps(decision)})


def test_a_decision_that_does_not_follow_is_told_unless_nobody_asks() -> None:
    found = examine("x", forged(), PLAIN)
    assert [flaw.kind for flaw in found.flaws] == [FlawKind.DECISION]
    assert found.decides_again is False
    assert examine("x", forged(), Asked(replay=False)).decides_again is None
    assert kinds(forged(), Asked(replay=False)) == []


def test_before_anybody_is_suspected_the_version_that_wrote_it_is_named() -> None:
    """A later version may decide otherwise, and then nobody altered anything."""
    ours = examine("x", forged(), PLAIN)
    assert "replay it with that version" not in ours.flaws[0].text
    decision = json.loads(forged()[DECISION])
    theirs = examine(
        "x", resealed(**{DECISION: dumps({**decision, "gate_version": "0.0.9"})}), PLAIN
    )
    assert f"This is {__version__}. It was written by version 0.0.9: replay" in theirs.flaws[0].text


def test_what_cannot_be_read_is_told() -> None:
    found = unreadable("x", EvidenceInvalid("It is damaged."))
    assert [(flaw.kind, flaw.text) for flaw in found.flaws] == [
        (FlawKind.UNREADABLE, "It is damaged")
    ]


def places(folder: Path) -> Iterator[Place]:
    return wiring.find_evidence(folder)


def test_a_few_are_examined_in_this_process_in_their_order(tmp_path: Path) -> None:
    write_all(tmp_path, archived())
    (tmp_path / "0009.zip").write_bytes(b"no zip")
    found = list(examine_many(places(tmp_path), ASKED, jobs=2))
    assert [Path(item.place).name for item in found] == ["0001", "0002", "0003", "0004", "0009.zip"]
    assert [bool(item.flaws) for item in found] == [False] * 4 + [True]


def test_many_are_examined_side_by_side_and_told_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "_ALONE_WITHOUT_REPLAY", 2)
    monkeypatch.setattr(many, "_BATCH", 1)
    monkeypatch.setattr(many, "_AHEAD", 1)
    write_all(tmp_path, archived())
    write(tmp_path / "0005", {"record.json": b"{}"})
    quick = Asked(trust=TRUST, minimum=SigningLevel.SIGNED, replay=False)
    found = list(examine_many(places(tmp_path), quick, jobs=2))
    alone = list(examine_many(places(tmp_path), quick, jobs=1))
    assert [(item.place, item.flaws, item.level) for item in found] == [
        (item.place, item.flaws, item.level) for item in alone
    ]
    assert [bool(item.flaws) for item in found] == [False] * 4 + [True]


def test_what_travels_between_processes_is_small(tmp_path: Path) -> None:
    write_all(tmp_path, archived()[:1])
    (place,) = places(tmp_path)
    (slim,) = examine_batch((place,), ASKED)
    whole = examine_place(place, ASKED)
    assert slim.record is not None
    assert whole.record is not None
    assert slim.record.files == {}
    assert (slim.record.id, slim.record.link) == (whole.record.id, whole.record.link)
    nowhere = Place(tmp_path, flaw="gone")
    assert examine_batch((nowhere,), ASKED)[0].record is None


def test_a_sweep_is_whole_and_signed_and_decides_nothing() -> None:
    found = examine("here", sweep_set.archived()[0].files, ASKED)
    assert (found.flaws, found.level, found.decides_again) == ((), SigningLevel.SIGNED, None)
    assert found.record is not None
    assert found.record.kind is Kind.SWEEP


def test_what_the_policy_of_a_sweep_demands_counts_for_it() -> None:
    unsigned = sweep_set.loose(SIGNED_POLICY)
    assert kinds(dict(unsigned.files)) == [FlawKind.UNSIGNED]
    assert kinds(dict(with_signatures(unsigned, SIGNER).files)) == []
    other = sweep_set.loose(b"version: 9\n")
    assert kinds(dict(other.files)) == [FlawKind.DECISION]
