from datetime import datetime, timedelta

import pytest

from gate.domain.facts import Deployment
from gate.domain.grant import Owed
from gate.domain.landing import UNKNOWN, Landed, Landing, is_void, landed
from tests import builders as b
from tests import owed

NIGHT = owed.marker()
"""Run 6900 was let through two hours ago."""
NOTICE = owed.marker(owed=Owed.INDEPENDENT_REVIEW, due_at=b.NOW)
BEFORE = b.deployment("m0", at=b.ago(days=3), run_id="5000")
OTHER = b.deployment("m2", at=b.ago(hours=1), run_id="6950")
NO_SUCCESS = Landed(state=Landing.NO_SUCCESS)


def found(*history: Deployment, environment: str = "production", about: object = NIGHT) -> Landed:
    marker = NOTICE if about is NOTICE else NIGHT
    return landed(b.baseline(history=history, environment=environment), marker)


def test_what_its_run_deployed_is_out_since_then() -> None:
    ours = b.deployment("m1", at=b.ago(minutes=110), run_id="6900")
    again = b.deployment("m1", at=b.ago(minutes=100), run_id="6900")
    assert found(again, ours, BEFORE) == Landed(state=Landing.DEPLOYED, at=ours.at)


def test_what_another_run_deployed_later_was_judged_for_itself() -> None:
    """Else a review of the emergency from before that would look as if it had been written too early."""
    theirs = b.deployment("m1", at=b.ago(minutes=30), run_id="6960")
    assert found(theirs, BEFORE) == NO_SUCCESS


def test_a_deployment_of_nobody_knows_which_run_may_be_of_this_one() -> None:
    nameless = b.deployment("m1", at=b.ago(minutes=30), run_id="")
    assert found(nameless, BEFORE) == Landed(state=Landing.DEPLOYED, at=nameless.at)
    assert found(b.deployment("m2", at=b.ago(minutes=30), run_id=""), BEFORE) == NO_SUCCESS


def test_a_notice_is_of_a_revision_whichever_run_deploys_it() -> None:
    theirs = b.deployment("m1", at=b.ago(minutes=30), run_id="6960")
    assert found(theirs, BEFORE, about=NOTICE) == Landed(state=Landing.DEPLOYED, at=theirs.at)


def test_that_the_revision_was_out_before_proves_nothing() -> None:
    earlier = b.deployment("m1", at=b.ago(days=2), run_id="6000")
    assert found(OTHER, earlier) == NO_SUCCESS
    assert found(OTHER, earlier, about=NOTICE) == NO_SUCCESS


def test_that_no_success_is_recorded_is_said_only_where_the_records_reach_back_far_enough() -> None:
    assert found(OTHER, BEFORE) == NO_SUCCESS
    assert found(OTHER) == UNKNOWN
    assert found() == UNKNOWN


def test_records_of_another_environment_tell_nothing() -> None:
    assert found(OTHER, BEFORE, environment="staging") == UNKNOWN


def void(
    *, about: object = NOTICE, state: Landed = NO_SUCCESS, let: bool = False, at: datetime = b.NOW
) -> bool:
    marker = NOTICE if about is NOTICE else NIGHT
    return is_void(marker, state, let_through=let, due=b.NOW, at=at)


def test_a_notice_that_lapsed_and_was_never_let_through_owes_nothing() -> None:
    assert void()
    assert not void(at=b.ago(minutes=1))


@pytest.mark.parametrize("state", [UNKNOWN, Landed(state=Landing.DEPLOYED, at=b.ago(hours=1))])
def test_it_owes_when_it_went_out_or_nobody_knows(state: Landed) -> None:
    assert not void(state=state)


def test_what_was_let_through_owes_its_review_whatever_became_of_its_deploy() -> None:
    assert not void(let=True)
    assert not void(about=NIGHT, at=b.NOW + timedelta(days=99))
