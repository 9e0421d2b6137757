from dataclasses import replace

import pytest

from gate.domain.decision import Decision, Verdict
from gate.domain.follow_up import Kept
from gate.domain.identity import Kind
from gate.render.compensating_story import compensating_story
from gate.render.junit import junit
from gate.render.note import note
from gate.render.outputs import outputs
from gate.render.report import report
from gate.render.story import tell
from gate.render.summary import summary
from gate.render.terminal import terminal
from tests import builders as b
from tests import owed
from tests.domain import small_team as team
from tests.render.test_escape import HOSTILE

FIRST, ALLOWED = team.decided(), team.decided(team.notice())


def told(decision: Decision, kept: Kept | None = None) -> dict[str, str]:
    story = compensating_story(decision, team.policy(), kept, "America/New_York")
    assert story is not None
    return {"title": story.title, **{line.name: line.value for line in story.lines}}


def given(decision: Decision) -> dict[str, str]:
    return outputs(decision, evidence_path="e", evidence_digest="d")


def test_the_first_check_tells_of_the_notice_that_it_gives() -> None:
    assert told(FIRST, b.kept()) == {
        "title": "Compensating mode: the release is announced, and waits",
        "Exception": "granted by Alice Ng until the end of 31 Dec 2026: Bob is the only engineer",
        "Notice": "given by this check",
        "Not before": "Wed 25 Nov 2026, 10:31 EST (15:31 UTC)",
        "Set aside": "review and authority",
        "Review due": "Mon 30 Nov 2026, 10:00 EST (15:00 UTC)",
        "Reviewer": "Carol Diaz (advisor), after the deploy; not Bob Okafor, who had a part in it",
        "Follow-up": "CHG-90",
    }


def test_an_allowed_release_tells_which_notice_let_it_through() -> None:
    found = told(ALLOWED)
    assert found["title"] == (
        "Released in compensating mode: nobody independent approved it beforehand"
    )
    assert (
        found["Notice"]
        == "CHG-90, opened by gate (Jira jira-gate), Wed 25 Nov 2026, 09:00 EST (14:00 UTC)"
    )
    assert found["Set aside"] == "review, authority and separation"
    assert "Not before" not in found
    assert tell(ALLOWED, team.policy()).headline == (
        "Allowed in compensating mode: the deploy to production may go on"
    )


def test_something_else_in_the_way_is_told_as_such() -> None:
    stopped = replace(ALLOWED, verdict=Verdict.UNDECIDED, results=())
    assert told(stopped)["title"].endswith("something else keeps the deploy from going on")
    assert told(stopped)["Set aside"] == "nothing"


def test_a_revision_that_was_reviewed_before_owes_nothing() -> None:
    assert ALLOWED.compensating is not None
    again = replace(
        ALLOWED,
        compensating=replace(ALLOWED.compensating, reviewed_by="carol"),
        obligations=(),
    )
    assert told(again)["Reviewed by"] == (
        "Carol Diaz, after an earlier deploy of this very revision"
    )


def test_any_other_deploy_tells_nothing_of_it() -> None:
    usual = replace(ALLOWED, compensating=None)
    assert compensating_story(usual, team.policy(), None, "UTC") is None
    assert tell(usual, team.policy()).emergency is None


def test_machines_are_told_the_class_and_when_to_come_back() -> None:
    assert (given(FIRST)["release-class"], given(FIRST)["deploy-from"]) == (
        "",
        "2026-11-25T15:31:00Z",
    )
    allowed = given(ALLOWED)
    assert (allowed["release-class"], allowed["deploy-from"]) == ("compensating", "")
    assert allowed["review-due"] == "2026-11-30T14:00:00Z"
    usual = given(replace(ALLOWED, compensating=None, obligations=()))
    assert (usual["release-class"], usual["deploy-from"]) == ("regular", "")
    granted = given(replace(ALLOWED, compensating=None, emergency=b.grant()))
    assert granted["release-class"] == "emergency"


@pytest.mark.parametrize("decision", [FIRST, ALLOWED], ids=["first", "allowed"])
def test_it_stands_wherever_people_look(decision: Decision) -> None:
    policy, kept = team.policy(), b.kept()
    title = told(decision)["title"]
    pages = {
        "terminal": terminal(decision, policy, kept),
        "summary": summary(decision, policy, kept),
        "report": report(decision, policy, kept),
        "note": note(decision, policy, digest="sha256:0", kept=kept),
    }
    for page in pages.values():
        plain = page.replace("&#58;&#8203;", ":").replace("&#58;", ":").replace("&#44;", ",")
        assert title.partition(":")[2].strip().split(",")[0] in plain
    assert "⚖️" in pages["summary"]
    assert "⚖️" in pages["note"]
    assert 'id="separation-release"' in pages["report"]
    (case,) = (
        one for one in junit(decision, policy, kept).split("<testcase") if "separation:" in one
    )
    assert "Exception: granted by Alice Ng" in case


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_stays_text(text: str) -> None:
    rules = team.policy(team.duties(reason=text))
    shouting = replace(owed.GATE, kind=Kind.HUMAN, name=text)
    found = team.decided(team.notice(opened_by=shouting), rules=rules)
    assert found.verdict is Verdict.ALLOW
    for page in (summary(found, rules), report(found, rules)):
        assert "<script" not in page
        assert "<img" not in page
    assert "\n::" not in terminal(found, rules)
