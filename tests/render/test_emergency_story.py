"""What the three people read about an emergency: whoever deploys at night, whoever set it up, and the auditor."""

import json
from dataclasses import replace

import pytest

from gate.domain.decision import Decision
from gate.domain.emergency_facts import BreakGlass
from gate.domain.follow_up import Kept
from gate.domain.grant import Consent, Proof
from gate.domain.identity import Kind
from gate.domain.policy.document import Policy
from gate.domain.second_person import ALONE
from gate.render.annotations import workflow_commands
from gate.render.emergency_story import EmergencyStory, emergency_story
from gate.render.gitlab_annotations import job_annotations
from gate.render.junit import junit
from gate.render.matrix import matrix
from gate.render.outputs import outputs
from gate.render.report import report
from gate.render.story import tell
from gate.render.summary import summary
from gate.render.terminal import terminal
from tests import builders as b
from tests.render.decisions import FAILED, GAP, PASSED, UNKNOWN, decision, emergency, result

POLICY = b.emergency_policy()


def told(
    shape: Decision, kept: Kept | None = None, policy: Policy | None = POLICY
) -> dict[str, str]:
    found = story(shape, kept, policy)
    return {line.name: line.value for line in found.lines}


def story(
    shape: Decision, kept: Kept | None = None, policy: Policy | None = POLICY
) -> EmergencyStory:
    found = emergency_story(shape, policy, kept, "America/New_York")
    assert found is not None
    return found


def test_a_deploy_that_nobody_called_an_emergency_has_no_such_story() -> None:
    assert emergency_story(decision(), POLICY, None, "UTC") is None
    assert emergency_story(decision(break_glass=GAP), POLICY, None, "UTC") is None


def test_a_granted_one_tells_who_why_until_when_and_what_is_owed() -> None:
    assert story(emergency()).title == "Released by break-glass"
    assert told(emergency(), b.kept()) == {
        "Asked for by": "Erin Walsh",
        "Approved by": "Carol Diaz, who acknowledged incident 1234, by the log of the pager, Wed 25 Nov 2026, 09:30 "
        "EST (14:30 UTC)",
        "Reason": b.REASON,
        "Incident": "PINC1 (Log-in fails)",
        "Grant": f"{b.grant().id}: acme/app {b.sha('m1')[:12]} to production, run 7001, attempt 1; it ends Wed 25 Nov "
        "2026, 11:00 EST (16:00 UTC)",
        "Set aside": "tests and ticket",
        "Not set aside": "review and emergency",
        "Review due": "Fri 27 Nov 2026, 10:00 EST (15:00 UTC)",
        "Reviewer": "somebody independent, after the deploy; not Bob Okafor, Carol Diaz or Erin Walsh, who had a part "
        "in it",
        "Follow-up": "CHG-90",
    }


def test_without_a_policy_people_are_called_by_their_keys() -> None:
    assert told(emergency(), policy=None)["Asked for by"] == "erin"
    assert told(emergency(emergency=b.grant(invoked_by=("dana", "gone"))))["Asked for by"] == (
        "Dana Wu and gone"
    )


@pytest.mark.parametrize(
    ("proof", "where", "words"),
    [
        (
            "deployment",
            "production",
            "Alice Ng, who approved the deployment to production, in the forge",
        ),
        ("review", "#12", "Alice Ng, who approved #12, in the forge"),
    ],
)
def test_how_the_second_person_is_known_is_told(proof: str, where: str, words: str) -> None:
    consent = Consent(person="alice", proof=Proof(proof), where=where, at=None)
    assert told(emergency(emergency=b.grant(consent=consent)))["Approved by"] == words


def test_one_person_alone_is_told_out_loud() -> None:
    assert told(emergency(emergency=b.grant(consent=ALONE)))["Approved by"] == (
        "nobody: the policy asks for no second person (second_person: false)"
    )


def test_an_incident_that_nobody_confirmed_is_left_to_the_review() -> None:
    unsure = b.grant(incident="1234", unverified="PagerDuty: PagerDuty answered 503.")
    assert told(emergency(emergency=unsure))["Incident"] == (
        "1234, as typed: the pager could not confirm it (PagerDuty: PagerDuty answered 503.). The review has to"
    )
    assert told(emergency(emergency=b.grant(incident="")))["Incident"] == "none was named"
    assert told(emergency(emergency=b.grant(incident_title="")))["Incident"] == "PINC1"


def test_what_no_tracker_could_tell_is_told_apart_from_what_was_waived() -> None:
    shape = emergency(
        result(PASSED, "emergency"),
        result(UNKNOWN, "ticket", grant=b.grant().id),
        result(UNKNOWN, "retroactive_review", grant=b.grant().id),
    )
    assert told(shape)["Set aside"] == "ticket"
    assert told(shape)["Not judged"].startswith("retroactive_review, because no tracker answered")
    assert told(shape)["Tracker"].startswith(UNKNOWN.missing[0].source)
    notes = {control.id: control.notes[:1] for control in tell(shape, POLICY).controls}
    assert notes["ticket"][0].endswith("the policy lets an emergency waive it")
    assert notes["retroactive_review"][0].endswith(
        "no tracker answered, and that stops no emergency"
    )


def test_nothing_may_have_been_set_aside_and_everything_may_have_been() -> None:
    assert told(emergency(result(PASSED, "emergency")))["Set aside"] == "nothing"
    everything = emergency(result(FAILED, "ticket", grant=b.grant().id))
    assert told(everything)["Not set aside"] == "nothing"


def test_whoever_may_review_is_anybody_when_nobody_had_a_part() -> None:
    shape = emergency(obligations=(b.obligation(not_by=()),))
    assert told(shape)["Reviewer"] == "somebody independent, after the deploy"


def test_where_the_follow_up_is_kept_is_told() -> None:
    refused = {"jira": "Jira answered 503."}
    moved = told(emergency(), b.kept(system="github", key="acme/app#9", refused=refused))
    assert moved["Follow-up"] == "acme/app#9; jira did not take it (Jira answered 503.)"
    alone = told(emergency(), Kept(refused=refused))
    assert alone["Follow-up"] == (
        "no tracker took it, so this evidence alone keeps it until `gate follow-up` opens it: jira did not take it "
        "(Jira answered 503.)"
    )
    assert "Follow-up" not in told(emergency())


def test_a_refused_one_tells_what_was_asked_for() -> None:
    shape = emergency(result(FAILED, "emergency"), emergency=None, run=b.run(started_by=b.ERIN))
    assert story(shape).title == "Break-glass was refused"
    assert told(shape) == {"Asked for by": "Erin Walsh", "Reason": b.REASON, "Incident": "1234"}
    assert told(shape, policy=None)["Asked for by"] == "erin-w"
    stranger = replace(shape, run=b.run(started_by=b.account("mallory")))
    assert told(stranger)["Asked for by"] == "mallory"


def test_one_that_could_not_be_judged_is_not_called_refused() -> None:
    shape = emergency(
        result(UNKNOWN, "emergency"),
        emergency=None,
        run=GAP,
        break_glass=BreakGlass(asked=True),
    )
    assert story(shape).title == "Whether break-glass is granted could not be told"
    assert told(shape) == {"Reason": "none was typed", "Incident": "none was named"}


def test_a_grant_that_does_not_help_says_so() -> None:
    shape = emergency(result(PASSED, "emergency"), result(FAILED, "prohibited"))
    assert story(shape).title.endswith("does not set aside all that stands against this deploy")
    assert "Review due" not in told(shape)


# --- in every place ------------------------------------------------------------------------------

REFUSED = emergency(result(FAILED, "ticket"), result(FAILED, "emergency"), emergency=None)


def test_every_place_tells_it() -> None:
    for place in (terminal, summary, report):
        shown = place(emergency(), POLICY, b.kept())
        assert "Allowed as an emergency" in shown
        assert "CHG-90" in shown
        for word in ("Erin Walsh", "Carol Diaz", "27 Nov 2026", "Set aside by break"):
            assert word in shown.replace("&#45;", "-")


def test_what_keeps_it_from_being_an_emergency_comes_first() -> None:
    assert [step.control for step in tell(REFUSED, POLICY).steps] == ["emergency"]
    both = emergency(result(UNKNOWN, "ticket"), result(FAILED, "emergency"), emergency=None)
    assert tell(both, POLICY).steps[0].control == "emergency"
    usual = decision(result(UNKNOWN, "ticket"), result(FAILED, "emergency"))
    assert tell(usual, POLICY).steps[0].control == "ticket"


def test_the_people_show_who_broke_the_glass_and_who_approved() -> None:
    rows = {row.person: row for row in matrix(b.matrix(), "UTC", b.grant())}
    assert rows["erin"].deploys == "yes, by break-glass"
    assert rows["carol"].deploys == "yes"
    assert rows["carol"].approved == (
        "emergency: acknowledged incident 1234, by the log of the pager, Wed 25 Nov 2026, 14:30 UTC"
    )
    untimed = b.grant(consent=Consent(person="carol", proof=Proof.DEPLOYMENT, where="p", at=None))
    (carol,) = (row for row in matrix(b.matrix(), "UTC", untimed) if row.person == "carol")
    assert carol.approved == "emergency: approved the deployment to p, in the forge"
    alone = matrix(b.matrix(), "UTC", b.grant(consent=ALONE))
    assert "" not in {row.person for row in alone}


def test_an_emergency_is_annotated_as_a_warning_and_a_refusal_as_what_to_do() -> None:
    first, *_ = workflow_commands(emergency(), POLICY, b.kept())
    assert first.startswith(
        "::warning title=Change Gate%3A emergency::Released by break-glass. Asked for"
    )
    assert "Follow-up: CHG-90" in first
    assert all(line.startswith("::error") for line in workflow_commands(REFUSED, POLICY))


def test_the_outputs_tell_later_steps() -> None:
    def of(shape: Decision, kept: Kept | None = None) -> tuple[str, ...]:
        found = outputs(shape, evidence_path="", evidence_digest="", kept=kept)
        return found["emergency"], found["review-due"], found["follow-up"]

    assert of(decision()) == ("", "", "")
    assert of(REFUSED) == ("refused", "", "")
    assert of(emergency(), b.kept()) == ("granted", "2026-11-27T15:00:00Z", b.kept().url)


def test_gitlab_links_to_the_incident_and_the_follow_up() -> None:
    shown = json.loads(job_annotations(emergency(), POLICY, b.kept()))["Change Gate"]
    urls = [one["external_link"]["url"] for one in shown]
    assert {"https://acme.pagerduty.com/incidents/PINC1", b.kept().url} <= set(urls)


def test_the_junit_case_of_the_control_holds_all_of_it() -> None:
    shown = junit(emergency(), POLICY, b.kept())
    case = next(part for part in shown.split("<testcase") if 'name="emergency' in part)
    assert "Review due" in case
    assert "CHG-90" in case


def test_what_could_not_be_asked_for_is_told_in_the_report() -> None:
    assert "What the gate could not see" in report(decision(break_glass=GAP), POLICY)


def test_hostile_words_of_an_emergency_stay_words() -> None:
    evil = (
        "<img src=x onerror=alert(1)> ##[error]x ::error::y | @acme/everybody [a](http://x.example)"
    )
    consent = Consent(person="carol", proof=Proof.REVIEW, where=evil, at=None, url="javascript:1")
    shape = emergency(
        emergency=b.grant(
            reason=evil, incident=evil, incident_title=evil, incident_url=evil, consent=consent
        ),
        run=b.run(started_by=b.account(evil, kind=Kind.HUMAN)),
        break_glass=b.break_glass(reason=evil, incident=evil),
    )
    kept = Kept(key=evil, url="javascript:alert(1)", refused={evil: evil})
    for each in (
        shape,
        emergency(result(FAILED, "emergency"), emergency=None, break_glass=shape.break_glass),
    ):
        assert "<img" not in report(each, POLICY, kept)
        assert "javascript" not in report(each, POLICY, kept)
        assert "<img" not in summary(each, POLICY, kept)
        assert "@acme/everybody" not in summary(each, POLICY, kept)
        assert "##[" not in terminal(each, POLICY, kept)
