from gate.domain.facts import Deployment
from gate.domain.landing import UNKNOWN, Landed, Landing, landed
from tests import builders as b

ISSUED = b.ago(hours=2)
BEFORE = b.deployment("m0", at=b.ago(days=3), run_id="5000")
OTHER = b.deployment("m2", at=b.ago(hours=1), run_id="6950")


def found(*history: Deployment, environment: str = "production") -> Landed:
    return landed(
        b.baseline(history=history),
        environment=environment,
        revision=b.sha("m1"),
        run_id="6900",
        issued_at=ISSUED,
    )


def test_what_its_run_deployed_is_out_since_then() -> None:
    ours = b.deployment("m1", at=b.ago(minutes=110), run_id="6900")
    again = b.deployment("m1", at=b.ago(minutes=100), run_id="6960")
    assert found(again, ours, BEFORE) == Landed(state=Landing.DEPLOYED, at=ours.at)


def test_another_run_can_have_brought_the_revision_out() -> None:
    theirs = b.deployment("m1", at=b.ago(minutes=30), run_id="6960")
    assert found(theirs, BEFORE) == Landed(state=Landing.DEPLOYED, at=theirs.at)


def test_that_the_revision_was_out_before_the_grant_proves_nothing() -> None:
    earlier = b.deployment("m1", at=b.ago(days=2), run_id="6000")
    assert found(OTHER, earlier).state is Landing.NOT_DEPLOYED


def test_it_was_never_out_only_where_the_records_reach_back_to_before_the_grant() -> None:
    assert found(OTHER, BEFORE) == Landed(state=Landing.NOT_DEPLOYED)
    assert found(OTHER) == UNKNOWN
    assert found() == UNKNOWN


def test_records_of_another_environment_tell_nothing() -> None:
    assert found(OTHER, BEFORE, environment="staging") == UNKNOWN
