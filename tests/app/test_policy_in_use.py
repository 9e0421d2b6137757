from dataclasses import replace

import pytest

from gate.app.policy_in_use import policy_in_use, protected, readable
from gate.domain.ports import PolicyFile
from gate.errors import FactsUnavailable, PolicyInvalid
from gate.evidence.canonical import digest
from tests import builders as b
from tests.app.doubles import MemoryForge
from tests.policy.policies import EXAMPLE

FILE = PolicyFile(
    path=".github/change-policy.yml", branch="main", revision=b.sha("m1"), content=EXAMPLE
)
GAP = b.missing(source="GitHub: policy", detail="no answer came", remedy="try again")
NONE = replace(GAP, reason_code="no-policy", detail="main was read, and holds none")


def test_the_policy_of_the_protected_branch_is_in_use() -> None:
    found = protected(MemoryForge(policy=FILE))
    assert found.scope.environments
    assert found.emergency is not None


def test_a_policy_that_nobody_can_read_leaves_everything_unknown() -> None:
    with pytest.raises(FactsUnavailable, match="GitHub: policy: no answer came") as raised:
        protected(MemoryForge(policy=GAP))
    assert raised.value.hint == "try again"
    assert readable(GAP) == GAP


def test_where_there_is_none_that_is_said() -> None:
    with pytest.raises(PolicyInvalid, match="There is no policy on the protected default branch"):
        protected(MemoryForge(policy=NONE))


def test_of_two_policies_neither_is_in_use() -> None:
    with pytest.raises(
        PolicyInvalid, match=r"more than one policy: \.github/change-policy\.yml, b"
    ):
        policy_in_use(replace(FILE, others=("b",)), None, inside_ci=True)


@pytest.mark.parametrize("given", [None, EXAMPLE])
def test_the_same_policy_from_the_desk_is_the_protected_one(given: bytes | None) -> None:
    content, source = policy_in_use(FILE, given, inside_ci=True)
    assert content == EXAMPLE
    assert (source.origin, source.path, source.branch) == (
        "protected-branch",
        FILE.path,
        "main",
    )
    assert source.digest == digest(EXAMPLE)


def test_another_policy_from_the_desk_counts_at_a_desk_alone() -> None:
    content, source = policy_in_use(FILE, b"version: 2", inside_ci=False)
    assert (content, source.origin, source.digest) == (
        b"version: 2",
        "file",
        digest(b"version: 2"),
    )
    with pytest.raises(PolicyInvalid, match="is not the one on the protected branch"):
        policy_in_use(FILE, b"version: 2", inside_ci=True)
