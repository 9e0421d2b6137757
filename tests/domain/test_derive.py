import pytest

from gate.domain.derive import DERIVED, derive
from gate.domain.facts import Clock, Fact
from gate.domain.gathered import GATHERED
from gate.domain.lookup import lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import EvidenceRules
from gate.domain.policy.emergency import Emergency
from gate.domain.short_lane import ShortLane
from tests import builders as b


def test_every_derived_fact_is_made_and_gathered_ones_are_kept() -> None:
    known = derive({Clock: b.clock()}, b.policy())
    assert set(known) == {Clock, *DERIVED}
    assert known[Clock] == b.clock()


def test_nothing_is_made_of_nothing() -> None:
    rules = b.policy(
        emergency=Emergency(approved_by="engineer"), evidence=EvidenceRules(archive=("file:///a",))
    )
    known = derive({}, rules)
    assert all(isinstance(lookup(known, kind), Missing) for kind in DERIVED)


@pytest.mark.parametrize("kind", [*GATHERED, *DERIVED])
def test_every_fact_is_a_value_under_its_own_type(kind: type[Fact]) -> None:
    assert issubclass(kind, Fact)
    assert ShortLane in DERIVED
