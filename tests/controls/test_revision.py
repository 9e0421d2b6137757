from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.controls import revision
from gate.domain.control import Control, Failed, Outcome, Passed
from gate.domain.facts import Baseline, Change, ChangeKind, Reach, Revision, Run
from gate.domain.identity import Identity
from tests import builders as b

ROLLBACK = b.change(kind=ChangeKind.ROLLBACK, commits=(), merge_requests=())
SHORT = b.sha("m1")[:12]


def judged(
    found: Revision | None = None,
    run: Run | None = None,
    change: Change | None = None,
    baseline: Baseline | None = None,
    events: tuple[str, ...] | None = None,
) -> Outcome:
    rules = revision.Settings() if events is None else revision.Settings(events=events)
    return revision.evaluate(
        revision=found or b.revision(),
        run=run or b.run(),
        change=change or b.change(),
        baseline=baseline or b.baseline(),
        settings=rules,
    )


def failed(outcome: Outcome, *codes: str) -> Failed:
    assert isinstance(outcome, Failed), outcome
    assert [reason.code for reason in outcome.reasons] == list(codes)
    return outcome


def said(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Failed | Passed)
    return [one.text for one in outcome.observations]


def test_the_module_is_a_control() -> None:
    control: Control = revision
    assert control.ID == "revision"


def test_passes_for_the_head_of_the_protected_branch() -> None:
    outcome = judged()
    assert isinstance(outcome, Passed)
    assert said(outcome) == [
        f"main contains {SHORT}",
        "main is protected",
        "alice-ng started the run by push",
    ]


def test_an_older_revision_of_the_branch_belongs_to_it_as_well() -> None:
    outcome = judged(b.revision(reach=Reach.BEHIND, ref_sha=b.sha("m9"), branch_head=b.sha("m9")))
    assert isinstance(outcome, Passed)
    assert f"refs/heads/main points to {b.sha('m9')[:12]} by now; this deploys {SHORT}" in said(
        outcome
    )


@pytest.mark.parametrize("reach", [Reach.AHEAD, Reach.DIVERGED, Reach.UNRELATED])
def test_a_revision_that_the_branch_does_not_contain_fails(reach: Reach) -> None:
    outcome = failed(judged(b.revision(reach=reach)), "not-on-branch")
    assert outcome.reasons[0].text.startswith(f"main does not contain {SHORT} ({reach.value}).")
    assert "A commit of a fork" in outcome.reasons[0].text
    assert f"main contains {SHORT}" not in said(outcome)


def test_facts_about_another_revision_are_none() -> None:
    failed(judged(b.revision(sha=b.sha("m9"))), "wrong-revision")
    failed(judged(change=b.change(head=b.sha("m9"))), "wrong-revision")
    failed(judged(run=b.run(revision=b.sha("m9"))), "wrong-revision", "wrong-revision")


def tag(**changes: Any) -> Revision:
    return b.revision(ref="refs/tags/v1.2.0", **changes)


def test_a_tag_that_still_points_to_the_revision_passes() -> None:
    assert isinstance(judged(tag()), Passed)


def test_a_tag_that_moved_or_is_gone_fails() -> None:
    (reason,) = failed(judged(tag(ref_sha=b.sha("m9"))), "moved").reasons
    assert f"but the tag points to {b.sha('m9')[:12]} now" in reason.text
    (reason,) = failed(judged(tag(ref_sha=None)), "moved").reasons
    assert "but the tag is gone" in reason.text


def test_a_branch_that_is_gone_is_only_an_observation() -> None:
    outcome = judged(b.revision(ref="refs/heads/release\n", ref_sha=None))
    assert isinstance(outcome, Passed)
    assert "refs/heads/release\\u000a, which the run was started for, is gone" in said(outcome)


@pytest.mark.parametrize(
    ("protected", "text"),
    [
        (
            False,
            "main is not protected: whoever can write to the repository can put anything there",
        ),
        (None, "this token cannot tell whether main is protected"),
    ],
)
def test_a_branch_that_is_not_known_to_be_protected_is_said_so(
    protected: bool | None, text: str
) -> None:
    outcome = judged(b.revision(branch_protected=protected))
    assert isinstance(outcome, Passed)
    assert text in said(outcome)


def test_an_event_that_the_policy_does_not_list_fails() -> None:
    (reason,) = failed(judged(run=b.run(event="workflow_run")), "event-not-allowed").reasons
    assert "The policy does not list it" in reason.text
    assert reason.remedy == (
        "Start the deploy by one of these events: push, release, workflow_dispatch, deployment, schedule or web."
    )
    assert isinstance(judged(run=b.run(event="workflow_run"), events=("workflow_run",)), Passed)


@pytest.mark.parametrize("event", sorted(revision.NEVER))
def test_some_events_are_refused_although_a_policy_lists_them(event: str) -> None:
    outcome = judged(run=b.run(event=event), events=("push", event))
    (reason,) = failed(outcome, "event-not-allowed").reasons
    assert "no policy can allow it" in reason.text
    assert reason.remedy == "Start the deploy by one of these events: push."


def test_a_policy_that_lists_only_refused_events_allows_none() -> None:
    outcome = judged(run=b.run(event="fork"), events=("fork",))
    (reason,) = failed(outcome, "event-not-allowed").reasons
    assert reason.remedy == "Start the deploy by one of these events: none."


def test_who_started_the_run_again_is_told() -> None:
    outcome = judged(run=b.run(attempt=2, rerun_by=b.CAROL))
    assert "attempt 2, which cdiaz started; all is judged anew" in said(outcome)
    outcome = judged(run=b.run(attempt=3))
    assert (
        "attempt 3, which somebody whom the forge does not name started; all is judged anew"
        in said(outcome)
    )


def test_a_rollback_to_what_was_deployed_before_passes_and_says_when() -> None:
    history = b.baseline(b.deployment("m2"), b.deployment("m1", url="https://github.com/d/1"))
    outcome = judged(change=ROLLBACK, baseline=history)
    assert isinstance(outcome, Passed)
    assert (
        outcome.observations[-1].text
        == "this goes back to what was deployed on 2026-11-15 15:00 UTC"
    )
    assert outcome.observations[-1].url == "https://github.com/d/1"


def test_a_rollback_to_what_never_ran_fails() -> None:
    (reason,) = failed(judged(change=ROLLBACK), "never-deployed").reasons
    assert f"{SHORT} is older than what runs and was never deployed to production" in reason.text


def test_absence_from_a_history_that_was_not_read_whole_proves_nothing() -> None:
    outcome = judged(change=ROLLBACK, baseline=b.baseline(complete=False))
    assert isinstance(outcome, Passed)
    assert "whether it was deployed before cannot be told" in said(outcome)[-1]


def test_everything_that_is_wrong_is_reported() -> None:
    outcome = judged(
        tag(reach=Reach.DIVERGED, ref_sha=None), run=b.run(event="fork"), change=ROLLBACK
    )
    failed(outcome, "not-on-branch", "moved", "event-not-allowed", "never-deployed")


@given(
    st.sampled_from(Reach),
    st.sampled_from(["m1", "m9"]),
    st.sampled_from(["m1", "m9", None]),
    st.sampled_from(["refs/heads/main", "refs/tags/v1"]),
    st.sampled_from(["push", "fork", "workflow_run"]),
)
def test_a_pass_means_the_right_revision_of_the_branch_and_an_allowed_event(
    reach: Reach, sha: str, ref_sha: str | None, ref: str, event: str
) -> None:
    found = b.revision(
        reach=reach, sha=b.sha(sha), ref=ref, ref_sha=b.sha(ref_sha) if ref_sha else None
    )
    if isinstance(judged(found, run=b.run(event=event)), Passed):
        assert reach in {Reach.IDENTICAL, Reach.BEHIND}
        assert sha == "m1"
        assert event == "push"
        assert ref == "refs/heads/main" or ref_sha == "m1"


def recorded_by(creator: Identity | None, **changes: Any) -> Baseline:
    return b.baseline(b.deployment(creator=creator, by_pipeline=False, **changes))


@pytest.mark.parametrize(("creator", "who"), [(b.BOB, "bokafor"), (None, "nobody known")])
def test_a_deployment_that_somebody_recorded_by_hand_is_not_believed(
    creator: Identity | None, who: str
) -> None:
    (reason,) = failed(judged(baseline=recorded_by(creator)), "baseline-not-believed").reasons
    assert f"was recorded by {who} and not by a job" in reason.text


def test_a_deployment_tool_that_the_policy_names_is_believed() -> None:
    rules = revision.Settings(deployments_by=("BOkafor",))
    outcome = revision.evaluate(
        revision=b.revision(),
        run=b.run(),
        change=b.change(),
        baseline=recorded_by(b.BOB),
        settings=rules,
    )
    assert isinstance(outcome, Passed)


def test_before_the_first_deployment_there_is_nothing_to_believe() -> None:
    assert isinstance(judged(baseline=Baseline(environment="production")), Passed)
