from gate.domain.facts import Clock, Run
from gate.domain.lookup import depends, lookup
from gate.domain.missing import Missing
from tests import builders as b


def test_a_fact_is_found_by_its_type() -> None:
    assert lookup({Clock: b.clock()}, Clock) == b.clock()


def test_a_missing_fact_is_missing_with_its_own_reason() -> None:
    gap = b.missing(reason_code="not-permitted")
    assert lookup({Clock: gap}, Clock) is gap


def test_a_fact_that_nobody_gathered_is_missing_and_never_assumed() -> None:
    found = lookup({Clock: b.clock()}, Run)
    assert isinstance(found, Missing)
    assert found.reason_code == "not-gathered"
    assert found.detail == "the fact Run was never gathered"


def test_a_fact_under_the_key_of_another_is_not_taken_for_it() -> None:
    assert isinstance(lookup({Run: b.clock()}, Run), Missing)


def test_what_depends_on_a_missing_fact_keeps_its_cause_and_remedy() -> None:
    gap = b.missing(remedy="Ask again.", retriable=True)
    assert depends(gap, "the risk") == b.missing(
        detail="the risk cannot be told: GitHub answered 502.",
        remedy="Ask again.",
        retriable=True,
        cause="GitHub answered 502.",
    )


def test_the_cause_is_the_first_one_however_long_the_chain() -> None:
    once = depends(b.missing(), "the change")
    assert depends(once, "the risk").cause == "GitHub answered 502."
