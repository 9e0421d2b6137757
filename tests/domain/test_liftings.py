from gate.domain.derived import People, ScopedChange
from gate.domain.facts import Fact
from gate.domain.liftings import Lifting, Liftings, liftings
from gate.domain.missing import Missing
from gate.domain.policy.document import ProhibitedRule
from tests import builders as b

DATABASE = ProhibitedRule(id="direct-database-edit", why="so", paths=b.globs("ops/sql/**"))
POLICY = ProhibitedRule(
    id="policy-with-code",
    why="so",
    paths=b.globs(".github/change-policy.yml"),
    unless_approved_by="security",
)
PUSH = ProhibitedRule(
    id="push", why="so", commits_outside_pull_requests=True, unless_approved_by="engineering-lead"
)
FREE = {"security": ("eve", "frank"), "engineering-lead": ("alice",)}
CHANGED_POLICY = b.request(13, paths=(".github/change-policy.yml",))
DOWN = b.missing(source="Jira", detail="Jira answered 503.", remedy="Wait.", retriable=True)


def found(
    change: ScopedChange | Missing, people: People | Missing | None = None
) -> Liftings | Missing:
    facts: dict[type[Fact], Fact | Missing] = {
        ScopedChange: change,
        People: people or b.matrix(roles=FREE),
    }
    return liftings(facts, b.policy(prohibited=(DATABASE, POLICY, PUSH)))


def lifting(change: ScopedChange, people: People) -> Lifting:
    answers = found(change, people)
    assert isinstance(answers, Liftings)
    assert list(answers.by_rule) == ["policy-with-code"]
    return answers.by_rule["policy-with-code"]


def test_only_broken_rules_that_a_role_may_lift_are_asked_about() -> None:
    assert found(b.scoped()) == Liftings()
    assert found(b.scoped(b.request(paths=("ops/sql/a.sql",)))) == Liftings()
    answers = found(b.scoped(CHANGED_POLICY, commits=(b.commit(brought_by=()),)))
    assert isinstance(answers, Liftings)
    assert list(answers.by_rule) == ["policy-with-code", "push"]


def test_an_approval_of_the_role_lifts_the_rule() -> None:
    approval = b.approval("eve", covers=(13,))
    assert lifting(b.scoped(CHANGED_POLICY), b.matrix(approval, roles=FREE)) == Lifting(
        given=(approval,),
        near_misses=(),
        could=("eve", "frank"),
        invitation="security (eve or frank)",
    )


def test_an_approval_of_another_merge_request_lifts_nothing() -> None:
    change = b.scoped(b.request(12), CHANGED_POLICY)
    answer = lifting(change, b.matrix(b.approval("eve"), roles=FREE))
    assert answer.given == ()
    assert answer.near_misses == ("The approval of eve (review, #12) is not for #13.",)
    whole = b.approval("eve", covers=None, where="production")
    answer = lifting(change, b.matrix(b.approval("frank"), whole, roles=FREE))
    assert (answer.given, answer.near_misses) == ((whole,), ())


def test_approvals_of_each_merge_request_that_breaks_the_rule_lift_it_together() -> None:
    again = b.request(14, paths=(".github/change-policy.yml",))
    one, other = b.approval("eve", covers=(13,)), b.approval("frank", covers=(14,))
    change = b.scoped(CHANGED_POLICY, again)
    assert lifting(change, b.matrix(one, other, roles=FREE)).given == (one, other)
    assert lifting(change, b.matrix(one, roles=FREE)).given == ()


def test_an_approval_that_does_not_count_or_is_by_nobody_of_the_role_lifts_nothing() -> None:
    for approval in (
        b.approval("eve", covers=None, counts=False),
        b.approval("alice", covers=None),
    ):
        answer = lifting(b.scoped(CHANGED_POLICY), b.matrix(approval, roles=FREE))
        assert (answer.given, answer.near_misses) == ((), ())


def test_without_people_it_is_missing_only_when_somebody_may_have_lifted_what_is_broken() -> None:
    assert found(b.scoped(), DOWN) == Liftings()
    assert found(b.scoped(b.request(paths=("ops/sql/a.sql",))), DOWN) == Liftings()
    missing = found(b.scoped(CHANGED_POLICY, commits=(b.commit(brought_by=()),)), DOWN)
    assert isinstance(missing, Missing)
    assert missing.detail == (
        "whether security or engineering-lead accepted what policy-with-code or push prohibits cannot be told: "
        "Jira answered 503."
    )
    assert (missing.source, missing.remedy, missing.retriable) == ("Jira", "Wait.", True)


def test_unlisted_files_may_break_a_rule_that_somebody_may_have_lifted() -> None:
    assert isinstance(found(b.scoped(files=None), DOWN), Missing)


def test_without_the_change_nobody_knows_what_is_broken() -> None:
    missing = found(b.missing(), b.matrix())
    assert isinstance(missing, Missing)
    assert missing.detail.startswith("what the change does that a rule prohibits cannot be told")
