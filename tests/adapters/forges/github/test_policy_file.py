from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from gate.domain.ports import PolicyFile
from gate.policy.places import PLACES
from tests.adapters.forges.github.canned import (
    HOME,
    M1,
    POLICY,
    Raw,
    blob,
    branch,
    errors,
    opening,
    sha,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

OID = blob(POLICY)["oid"]
BLOB = f"GET {HOME}/git/blobs/{OID}"


def stored(content: bytes, **more: Any) -> dict[str, Any]:
    return {
        "sha": OID,
        "size": 1,
        "encoding": "base64",
        "content": base64.encodebytes(content).decode(),
        **more,
    }


def test_the_first_place_wins_and_the_others_are_named(github: Making) -> None:
    forge, _ = github(
        {"Opening": opening(policy0=None, policy1=blob(POLICY), policy2=blob(b"other"))}
    )
    assert forge.policy_file(PLACES) == PolicyFile(
        path=PLACES[1], branch="main", revision=M1, content=POLICY, others=(PLACES[2],)
    )


def test_other_places_are_asked_for_when_somebody_wants_them(github: Making) -> None:
    forge, transport = github({"Opening": opening()})
    assert forge.policy_file(["policy.yml"]).path == "policy.yml"
    assert transport.asked[0].parameters["place0"] == "HEAD:policy.yml"


def test_no_policy_anywhere_has_a_code_of_its_own(github: Making) -> None:
    forge, _ = github({"Opening": opening(policy0=None)})
    gap = gap_of_none(forge.policy_file)
    assert gap == f"none of {', '.join(PLACES)} is on main at {M1[:12]}"


def gap_of_none(ask: Any) -> str:
    gap = gap_of(lambda: ask(PLACES))
    assert gap.reason_code == "no-policy"
    return gap.detail


@pytest.mark.parametrize("hidden", [{"defaultBranchRef": None}, {"head": None}])
def test_a_default_branch_that_nobody_shows_is_not_an_absent_policy(
    github: Making, hidden: Any
) -> None:
    forge, _ = github({"Opening": opening(**hidden)})
    gap = gap_of(lambda: forge.policy_file(PLACES))
    assert gap.source == "GitHub: the default branch"
    assert "`contents: read`" in gap.detail


def test_a_branch_called_head_does_not_become_the_default_branch(github: Making) -> None:
    forge, _ = github({"Opening": opening(head={"oid": sha("evil")})})
    assert code_of(lambda: forge.policy_file(PLACES)) == "wrong-object"


def test_a_folder_of_that_name_is_no_policy(github: Making) -> None:
    forge, _ = github({"Opening": opening(policy0={"__typename": "Tree", "oid": OID})})
    assert code_of(lambda: forge.policy_file(PLACES)) == "unreadable"


@pytest.mark.parametrize(
    "shown",
    [{"isTruncated": True, "text": "sche"}, {"text": None, "isBinary": True}, {"text": "altered"}],
)
def test_a_text_that_is_not_the_bytes_themselves_is_read_again(github: Making, shown: Any) -> None:
    forge, transport = github(
        {"Opening": opening(policy0={**blob(POLICY), **shown}), BLOB: stored(POLICY)}
    )
    assert forge.policy_file(PLACES).content == POLICY
    assert transport.count(BLOB) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (stored(b"something else"), "wrong-object"),
        (stored(POLICY, encoding="none"), "wrong-object"),
        ({**stored(POLICY), "content": "*"}, "wrong-object"),
        ({**stored(POLICY), "content": "abc"}, "unreadable"),
        ({**stored(POLICY), "content": "é"}, "unreadable"),
        (Raw(403, {"message": "Resource not accessible by integration"}), "not-permitted"),
    ],
)
def test_bytes_that_are_not_what_their_hash_promises_are_refused(
    github: Making, answer: Any, code: str
) -> None:
    forge, _ = github({"Opening": opening(policy0={**blob(POLICY), "text": None}), BLOB: answer})
    assert code_of(lambda: forge.policy_file(PLACES)) == code


def test_repositories_with_long_hashes_work_the_same(github: Making) -> None:
    oid = hashlib.sha256(b"blob %d\0" % len(POLICY) + POLICY).hexdigest()
    forge, _ = github({"Opening": opening(policy0={**blob(POLICY), "oid": oid})})
    assert forge.policy_file(PLACES).content == POLICY


def test_a_lacking_permission_for_deployments_does_not_hide_the_policy(github: Making) -> None:
    broken = errors(("FORBIDDEN", "no", ["deployments"]), **opening()["data"]["repository"])
    forge, _ = github({"Opening": broken})
    assert forge.policy_file(PLACES).content == POLICY
    gap = gap_of(forge.baseline)
    assert (gap.reason_code, "`deployments: read`" in gap.detail) == ("not-permitted", True)


def test_what_the_branch_requires_may_stay_unseen_without_hiding_the_policy(github: Making) -> None:
    unseen = {**branch(), "rules": None, "refUpdateRule": None}
    found = {**opening()["data"]["repository"], "defaultBranchRef": unseen}
    forge, _ = github(
        {"Opening": errors(("FORBIDDEN", "no", ["defaultBranchRef", "rules"]), **found)}
    )
    assert forge.policy_file(PLACES).content == POLICY
    assert forge.revision("main").branch_protected is None
