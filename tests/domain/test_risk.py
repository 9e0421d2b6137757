from gate.domain.derived import JudgedTickets, Risk, ScopedChange, Waivers
from gate.domain.facts import Fact
from gate.domain.missing import Missing
from gate.domain.policy.people import ApprovalRule, RiskRule
from gate.domain.risk import risk
from tests import builders as b

SECURITY = ApprovalRule(role="security")
LEAD = ApprovalRule(role="engineering-lead")
HIGH = RiskRule(
    when=(
        b.condition(paths=("infra/**", "**/migrations/**")),
        b.condition(ticket={"risk": "High"}),
        b.condition(changed_lines_over=100),
    ),
    approvals=(SECURITY, LEAD),
)
DISRUPTIVE = RiskRule(when=(b.condition(labels=("disruptive",)),), approvals=(LEAD,))
CLASSES = {"high": HIGH, "disruptive": DISRUPTIVE}


def risky(
    change: ScopedChange | Missing | None = None,
    tickets: JudgedTickets | Missing | None = None,
    waivers: Waivers | Missing | None = None,
) -> Risk:
    facts: dict[type[Fact], Fact | Missing] = {
        ScopedChange: change or b.scoped(),
        JudgedTickets: b.judged() if tickets is None else tickets,
        Waivers: waivers or b.waivers(),
    }
    found = risk(facts, b.policy(risk=CLASSES))
    assert isinstance(found, Risk)
    return found


def test_a_change_in_no_class_is_low() -> None:
    found = risky()
    assert found == Risk(
        classes=(), reasons=("no risk class of the policy describes any part of the change",)
    )
    assert found.level == "low"


def test_any_condition_is_enough_and_all_that_hold_are_told() -> None:
    change = b.scoped(files=b.files(b.changed("infra/a.tf", added=200)).files)
    found = risky(change, b.judged(b.ticket(risk="high")))
    assert found.classes == ("high",)
    assert found.reasons == (
        "high: infra/a.tf matches infra/**, CHG-7 has risk High and 202 lines changed, more than 100",
    )
    assert found.approvals == {"high": (SECURITY, LEAD)}
    assert found.level == "high"
    assert found.in_doubt == ()


def test_a_change_can_be_in_several_classes_in_the_order_of_the_policy() -> None:
    change = b.scoped(b.request(labels=("disruptive",), paths=("infra/a.tf",)))
    found = risky(change)
    assert found.classes == ("high", "disruptive")
    assert found.approvals == {"high": (SECURITY, LEAD), "disruptive": (LEAD,)}


def test_a_file_that_left_a_dangerous_place_counts() -> None:
    moved = b.changed("docs/a.tf", previous_path="infra/a.tf")
    assert risky(b.scoped(files=(moved,))).classes == ("high",)


def test_a_low_risk_on_the_ticket_lowers_nothing() -> None:
    change = b.scoped(files=b.files("infra/a.tf").files)
    assert risky(change, b.judged(b.ticket(risk="Low"))).classes == ("high",)


def test_unlisted_files_leave_every_class_that_speaks_of_them() -> None:
    found = risky(b.scoped(files=None))
    assert found.classes == ("high",)
    assert found.reasons[0] == (
        "high: cannot be ruled out, because the changed files could not be listed"
    )
    assert found.in_doubt == ("high",)
    assert found.brought_by == {"high": ()}


def test_unknown_tickets_leave_every_class_that_speaks_of_them() -> None:
    found = risky(tickets=b.missing())
    assert found.classes == found.in_doubt == ("high", "disruptive")


def test_a_class_that_is_sure_by_one_condition_is_in_no_doubt() -> None:
    change = b.scoped(files=b.files("infra/a.tf").files)
    found = risky(change, b.missing())
    assert found.classes == ("high", "disruptive")
    assert found.in_doubt == ("disruptive",)


def test_each_class_says_which_merge_requests_put_the_change_there() -> None:
    change = b.scoped(
        b.request(12), b.request(13, paths=("infra/a.tf",)), b.request(14, labels=("disruptive",))
    )
    found = risky(change)
    assert found.brought_by == {"high": (13,), "disruptive": (14,)}


def test_a_waiver_lowers_its_class_and_says_so() -> None:
    change = b.scoped(b.request(labels=("disruptive",), paths=("infra/a.tf",)))
    waiver = b.waiver("risk", check="high", reason="only a comment")
    found = risky(change, waivers=b.waivers(waiver))
    assert found.classes == ("disruptive",)
    assert found.approvals == {"disruptive": (LEAD,)}
    assert found.brought_by == {"disruptive": (12,)}
    assert found.reasons == (
        "high is lowered: infra/a.tf matches infra/**, but alice set that aside until the end of 2026-12-01: "
        "only a comment",
        "disruptive: labelled disruptive",
    )


def test_only_an_active_waiver_of_exactly_that_class_lowers_it() -> None:
    change = b.scoped(files=b.files("infra/a.tf").files)
    for waivers in (
        b.waivers(b.waiver("risk", check="disruptive")),
        b.waivers(b.waiver("risk")),
        b.waivers(b.waiver("tests", check="high")),
        b.waivers(expired=(b.waiver("risk", check="high"),)),
        b.missing(),
    ):
        assert risky(change, waivers=waivers).classes == ("high",)


def test_an_unknown_change_has_no_risk() -> None:
    facts: dict[type[Fact], Fact | Missing] = {ScopedChange: b.missing()}
    assert isinstance(risk(facts, b.policy()), Missing)
