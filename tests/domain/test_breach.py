from typing import Any

from gate.domain.breach import breach
from gate.domain.derived import ScopedChange
from gate.domain.policy.document import ProhibitedRule
from tests import builders as b

INFRA = ProhibitedRule(id="infra", why="so", paths=b.globs("infra/**"))
PUSH = ProhibitedRule(id="push", why="so", commits_outside_pull_requests=True)
DIRECT = b.commit("d1", brought_by=())
SAFE, RISKY = b.request(12), b.request(13, paths=("infra/a.tf",))


def where(rule: ProhibitedRule, change: ScopedChange) -> list[str]:
    found = breach(rule, change)
    assert found is not None
    assert found.rule is rule
    return [unit.reference for unit in found.units]


def change(*requests: Any, direct: bool = False, **changes: Any) -> ScopedChange:
    own = tuple(commit for one in requests for commit in one.commits)
    return b.scoped(*requests, commits=(*own, *([DIRECT] if direct else [])), **changes)


def test_a_rule_that_is_kept_has_no_breach() -> None:
    for rule in (INFRA, PUSH):
        assert breach(rule, change(SAFE)) is None
    assert breach(INFRA, change(SAFE, direct=True)) is None
    assert breach(PUSH, change(SAFE, files=None)) is None


def test_it_is_in_the_merge_requests_that_touch_the_files() -> None:
    found = breach(INFRA, change(SAFE, RISKY))
    assert found is not None
    assert (found.touched, found.direct, found.unlisted) == (("infra/a.tf",), (), False)
    assert where(INFRA, change(SAFE, RISKY)) == ["#13"]
    assert where(INFRA, change(SAFE, RISKY, b.request(14, paths=("infra/a.tf",)))) == ["#13", "#14"]


def test_a_file_that_no_merge_request_explains_may_be_of_any() -> None:
    files = b.files("infra/a.tf", "infra/slipped-in.tf").files
    assert where(INFRA, change(SAFE, RISKY, files=files)) == ["#12", "#13"]


def test_unlisted_files_may_be_of_any() -> None:
    found = breach(INFRA, change(SAFE, RISKY, files=None))
    assert found is not None
    assert (found.touched, found.unlisted) == ((), True)
    assert where(INFRA, change(SAFE, RISKY, files=None)) == ["#12", "#13"]


OUTSIDE = "the commits that no merge request brought"


def test_commits_outside_are_where_their_rule_is_broken_and_may_have_touched_any_file() -> None:
    found = breach(PUSH, change(SAFE, RISKY, direct=True))
    assert found is not None
    assert (found.touched, found.direct) == ((), (DIRECT,))
    assert where(PUSH, change(SAFE, RISKY, direct=True)) == [OUTSIDE]
    assert where(INFRA, change(SAFE, RISKY, direct=True)) == ["#13", OUTSIDE]


def test_without_merge_requests_it_is_the_change() -> None:
    files = b.files("infra/a.tf").files
    assert where(INFRA, b.scoped(merge_requests=(), commits=(), files=files)) == ["the change"]
    assert where(PUSH, b.scoped(merge_requests=(), commits=(DIRECT,))) == ["the change"]
