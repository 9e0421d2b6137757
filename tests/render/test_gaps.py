from gate.render.gaps import problem
from tests import builders as b


def test_a_gap_says_what_happened_and_who_can_mend_it() -> None:
    gap = b.missing(source="Jira", detail="Jira failed.", remedy="start the sweep again.")
    assert problem(gap) == "Jira: Jira failed. To mend it, start the sweep again."


def test_where_nobody_can_mend_it_nothing_is_promised() -> None:
    assert problem(b.missing(source="Jira", detail="no answer came", remedy="")) == (
        "Jira: no answer came."
    )
