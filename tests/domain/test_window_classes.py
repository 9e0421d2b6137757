import pytest

from gate.domain.derived import JudgedTickets, Risk
from gate.domain.facts import Fact, Files
from gate.domain.missing import Missing
from gate.domain.policy.windows import Windows
from gate.domain.window_classes import WindowClasses, window_classes
from tests import builders as b

NIGHT = Windows(allow=(b.allow(), b.allow("night", risk=("disruptive",))))
DOWN = b.missing(source="Jira", detail="Jira answered 503.", remedy="Wait.", retriable=True)


def found(
    risk: Risk | Missing,
    *,
    tickets: Fact | Missing | None = None,
    files: Fact | Missing | None = None,
    windows: Windows = NIGHT,
) -> WindowClasses | Missing:
    facts: dict[type[Fact], Fact | Missing] = {
        Risk: risk,
        JudgedTickets: tickets or b.judged(),
        Files: files or b.files(),
    }
    return window_classes(facts, b.policy(windows=windows))


def test_the_classes_of_the_change_choose_its_windows() -> None:
    assert found(b.risk()) == WindowClasses(classes=())
    assert found(b.risk("high", "disruptive")) == WindowClasses(classes=("high", "disruptive"))


def test_a_doubtful_class_without_windows_of_its_own_chooses_none() -> None:
    doubtful = b.risk("high", in_doubt=("high",))
    assert found(doubtful, tickets=DOWN) == WindowClasses(classes=("high",))
    disruptive = b.risk("disruptive", in_doubt=("disruptive",))
    ordinary = Windows(allow=(b.allow(),))
    assert found(disruptive, tickets=DOWN, windows=ordinary) == WindowClasses(
        classes=("disruptive",)
    )


@pytest.mark.parametrize("which", ["tickets", "files"])
def test_a_doubtful_class_with_windows_of_its_own_cannot_be_answered(which: str) -> None:
    gaps = {which: DOWN}
    doubtful = b.risk("high", "disruptive", in_doubt=("high", "disruptive"))
    missing = found(doubtful, tickets=gaps.get("tickets"), files=gaps.get("files"))
    assert isinstance(missing, Missing)
    assert missing.detail == (
        "whether this change is in class disruptive, which has windows of its own, cannot be told: "
        "Jira answered 503."
    )
    assert (missing.source, missing.remedy, missing.retriable) == ("Jira", "Wait.", True)


def test_without_the_risk_nobody_knows_the_windows() -> None:
    missing = found(DOWN)
    assert isinstance(missing, Missing)
    assert missing.detail.startswith("which windows this change may use cannot be told")
