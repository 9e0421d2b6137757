import pytest

from gate.domain.derived import OutOfScope, ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.idle import brings_nothing
from tests.domain.who import request, scoped

WEB = OutOfScope(what="#12", why="only services/web")


def test_a_redeploy_and_a_change_elsewhere_bring_nothing() -> None:
    assert "already runs" in brings_nothing(ScopedChange(kind=ChangeKind.REDEPLOY))
    elsewhere = brings_nothing(ScopedChange(kind=ChangeKind.FORWARD, left_out=(WEB,)))
    assert elsewhere == "this deploy touches nothing of the change: #12 (only services/web)"


@pytest.mark.parametrize("kind", ChangeKind)
def test_whatever_holds_commits_brings_something(kind: ChangeKind) -> None:
    assert brings_nothing(scoped(request(), kind=kind)) == ""


def test_a_rollback_is_never_idle_and_neither_is_an_unexplained_emptiness() -> None:
    assert brings_nothing(ScopedChange(kind=ChangeKind.ROLLBACK, left_out=(WEB,))) == ""
    assert brings_nothing(ScopedChange(kind=ChangeKind.FORWARD)) == ""


def test_a_long_list_is_cut_and_says_so() -> None:
    assert brings_nothing(ScopedChange(kind=ChangeKind.FIRST, left_out=(WEB,) * 4)).endswith(
        "; and 1 more part"
    )
