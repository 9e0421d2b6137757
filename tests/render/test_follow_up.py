import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.emergency_record import Brought, EmergencyRecord, record_of_ticket
from gate.domain.follow_up import LABEL
from gate.domain.follow_up_marker import fields_in, read_marker
from gate.domain.grant import Consent, Owed, Proof
from gate.domain.policy.emergency import Emergency, FollowUpRules
from gate.domain.policy.people import PersonEntry, Role
from gate.domain.policy.workflow import TrackerName
from gate.domain.review_comment import NoReview, ReviewComment, read_review
from gate.domain.silence import Silence
from gate.render.follow_up import draft, draft_of, due_date, title
from gate.render.review_request import template
from tests import builders as b
from tests import owed
from tests.domain import small_team as team
from tests.domain.test_emergency_record import emergency, record
from tests.render.decisions import decision
from tests.render.test_escape import HOSTILE

RULES = Emergency(
    follow_up=FollowUpRules(
        tracker=TrackerName.JIRA, project="CHG", assignee="alice", labels=("retroactive", LABEL)
    )
)


def body(about: EmergencyRecord | None = None, system: str = "github", **policy: Any) -> str:
    return draft(about or record(), owed.policy(**policy), system).body


def rows(text: str) -> dict[str, str]:
    found = (re.fullmatch(r"\| ([^|]+) \| (.*) \|", line) for line in text.splitlines())
    return {match[1]: match[2] for match in found if match}


def test_the_ticket_says_who_what_and_why_and_by_when() -> None:
    found = rows(body())
    assert list(found) == [
        "Why a review is owed",
        "Reason, as typed",
        "Incident",
        "Asked for by",
        "Second person",
        "Repository",
        "Environment",
        "Revision",
        "What it brought",
        "Run",
        "Evidence",
        "Waived controls",
        "Granted",
        "Grant ends",
        "Review due",
        "Cannot review it",
        "Can review it",
    ]
    assert found["Revision"] == f"`{b.sha('m1')}`"
    assert found["Review due"] == "**2026-11-27 15:00 UTC**"
    assert found["Asked for by"] == "erin"
    assert found["Second person"].startswith("carol took the incident ([incident 1234](https://")
    assert found["Second person"].endswith("on 2026-11-25 14:30 UTC")
    assert found["Run"].endswith("](https://github.com/acme/app/actions/runs/7001)")
    assert found["Evidence"] == "with the run"
    assert found["Waived controls"] == "ticket"
    assert found["Cannot review it"] == "bob, carol and erin"
    assert found["Can review it"] == "alice"
    assert "[the whole change](https://" in found["What it brought"]


def test_it_links_the_evidence_once_that_is_kept() -> None:
    kept = record(evidence_url="https://github.com/acme/app/actions/runs/7001/artifacts/9")
    assert rows(body(kept))["Evidence"].startswith("[the evidence](https://")


def test_of_a_release_that_only_a_ticket_tells_of_it_says_what_is_known() -> None:
    found = rows(body(record_of_ticket(owed.marker(not_by=()))))
    assert set(found) == {
        *("Repository", "Environment", "Revision", "Run", "Granted", "Review due"),
        "Can review it",
    }


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof.DEPLOYMENT, "carol approved the deployment (production)"),
        (Proof.REVIEW, "carol approved the change (production)"),
        (Proof.NONE, "nobody: the policy asks for none"),
    ],
)
def test_it_says_how_the_second_person_is_known(proof: Proof, words: str) -> None:
    consent = Consent(person="carol", proof=proof, where="production", at=None)
    assert rows(body(record(consent=consent)))["Second person"] == words


def test_the_checklist_asks_for_what_was_waived_and_what_could_not_be_verified() -> None:
    usual = body()
    assert usual.count("- [ ]") == 10
    assert "what ticket would have said" in usual
    assert "- [ ] The incident" not in usual
    doubtful = body(record(unverified="PagerDuty answered 503", waived=()))
    assert "- [ ] The incident" in doubtful
    assert "What was waived" not in doubtful
    assert "**not verified&#58;" not in doubtful
    assert "**not verified:** PagerDuty answered 503" in doubtful


def unjudged(*, lasting: bool = True) -> EmergencyRecord:
    why = Silence(source="Jira", reason_code="x", detail="the token was refused", lasting=lasting)
    marker = replace(record().marker, not_judged=("rollback",))
    return record(marker=marker, waived=("ticket", "rollback"), silences=(why,))


def test_what_nobody_could_judge_is_told_apart_and_has_to_be_answered() -> None:
    text = body(unjudged())
    assert rows(text)["Waived controls"] == "ticket"
    assert rows(text)["Not judged"] == "rollback"
    assert rows(text)["Why not judged"].startswith("Jira&#58;&#8203; the token was refused")
    assert "what ticket would have said" in text
    assert "- [ ] What was not judged: what rollback would have said" in text
    assert "- [ ] The tracker" in text
    assert "- [ ] The tracker" not in body(unjudged(lasting=False))
    assert "- `Not judged:` says what rollback would have said" in text
    assert template(unjudged())[-2:] == ["Not judged:", "```"]


def test_it_says_from_when_on_somebody_can_write_that_nothing_was_deployed() -> None:
    assert "It counts from 2026-11-25 16:00 UTC on" in body()
    assert "It counts from 2026-11-27 13:00 UTC on" in body(record_of_ticket(owed.marker()))


def test_a_review_without_an_emergency_is_asked_for_in_other_words() -> None:
    marker = replace(record().marker, owed=Owed.INDEPENDENT_REVIEW)
    found = body(record(marker=marker))
    assert found.startswith("This release is announced here because nobody independent approved")
    assert "as long as the change policy says" in found
    assert "genuine" not in found.split("## How")[0]
    assert title(record(marker=marker)).startswith(
        "Notice and independent review of the release of acme/app "
    )


def test_a_notice_says_how_to_stop_the_release_and_is_for_its_reviewer() -> None:
    made = draft_of(team.decided(), team.policy(), "jira")
    assert made.assignee == "jira-carol"
    for text in (
        "has been open for 30 minutes",
        "write a comment that begins with `Objection:`",
        "`Objection withdrawn`",
        "## What goes out",
        "the run that gave this notice",
        "| Announced | 2026-11-25 15:00 UTC |",
        "| Can review it | carol |",
    ):
        assert text in made.body
    assert "Grant" not in made.body
    assert "| Run |" not in draft(record_of_ticket(team.marker()), team.policy(), "jira").body
    nobody = team.policy(roles={**team.policy().roles, "advisor": Role(people=("dana",))})
    assert draft_of(team.decided(rules=nobody), nobody, "github").assignee == ""


def test_a_delay_that_is_no_whole_minute_is_rounded_up() -> None:
    rules = team.policy(team.duties(delay=timedelta(seconds=301)))
    assert "open for 6 minutes" in draft_of(team.decided(rules=rules), rules, "jira").body


def test_of_many_who_can_review_it_names_a_few() -> None:
    people = {f"p{n}": PersonEntry(github=f"p-{n}") for n in range(12)}
    assert rows(body(people=people))["Can review it"].endswith("p8 and p9, or 2 more")


def test_of_many_merge_requests_it_names_a_few() -> None:
    many = tuple(Brought(reference=f"#{n}", title="Work", url="") for n in range(14))
    found = rows(body(record(brought=many, change_url="")))["What it brought"]
    assert found.endswith("<br>4 more")


def test_the_template_becomes_a_review_once_it_is_filled_in_and_is_none_before() -> None:
    lines = template(record())
    assert isinstance(read_review("\n".join(lines)), NoReview)
    filled = "\n".join(lines).replace("Outcome:", "Outcome: confirmed")
    filled = filled.replace("Findings:", f"Findings: {owed.FINDINGS}")
    found = read_review(filled)
    assert isinstance(found, ReviewComment)
    assert found.revision == b.sha("m1")
    assert "\n".join(lines) in body()


def test_the_marker_is_the_last_line_of_markdown_and_nowhere_in_jira() -> None:
    markdown = draft(record(), owed.policy(), "github")
    assert markdown.body.rstrip().splitlines()[-1].startswith("<!-- change-gate:follow-up:v1 {")
    assert read_marker(fields_in(markdown.body)) == record().marker
    jira = draft(record(), owed.policy(), "jira")
    assert "<!--" not in jira.body
    assert read_marker(jira.fields) == record().marker


def test_labels_and_assignee_are_those_of_the_policy() -> None:
    found = draft(record(), owed.policy(emergency=RULES), "jira")
    assert found.labels == (LABEL, f"gate-{record().marker.id}", "retroactive")
    assert found.assignee == "jira-alice"
    assert draft(record(), owed.policy(emergency=RULES), "github").assignee == "alice-ng"
    assert draft(record(), owed.policy(emergency=RULES), "elsewhere").assignee == ""
    for emergency_ in (None, Emergency(), replace(RULES, follow_up=replace_assignee(""))):
        assert draft(record(), owed.policy(emergency=emergency_), "jira").assignee == ""


def replace_assignee(person: str) -> FollowUpRules:
    assert RULES.follow_up is not None
    return replace(RULES.follow_up, assignee=person)


def test_the_draft_of_a_decision_is_the_draft_of_its_record() -> None:
    assert draft_of(emergency(), owed.policy(), "github") == draft(
        record(), owed.policy(), "github"
    )
    with pytest.raises(ValueError, match="owes nothing"):
        draft_of(decision(), owed.policy(), "github")


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        ("2026-11-27T15:00", date(2026, 11, 26)),
        ("2026-11-27T12:00", date(2026, 11, 26)),
        ("2026-11-27T11:59", date(2026, 11, 25)),
        ("2026-11-27T00:00", date(2026, 11, 25)),
    ],
)
def test_the_due_date_is_the_last_day_that_is_over_everywhere(deadline: str, due: date) -> None:
    assert due_date(datetime.fromisoformat(deadline).replace(tzinfo=UTC)) == due


@given(
    st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    st.integers(min_value=-12, max_value=14),
)
def test_the_due_date_never_promises_more_time_than_there_is(
    deadline: datetime, offset: int
) -> None:
    here = timezone(timedelta(hours=offset))
    end = datetime.combine(due_date(deadline) + timedelta(days=1), time.min, here)
    assert end <= deadline
    day_later = datetime.combine(
        due_date(deadline) + timedelta(days=2), time.min, timezone(timedelta(hours=-12))
    )
    assert day_later > deadline


def hostile(text: str) -> EmergencyRecord:
    base = record()
    return replace(
        base,
        marker=owed.marker(
            repository=text, environment=text, run_id=text, revision=base.marker.revision
        ),
        why=text,
        reason=text,
        incident=text,
        incident_url=text,
        incident_title=text,
        unverified=text,
        invoked_by=(text,),
        waived=(text,),
        brought=(Brought(reference=text, title=text, url=text),),
        change_url=text,
        run_url=text,
        evidence_url=text,
        consent=Consent(person=text, proof=Proof.REVIEW, where=text, at=None, url=text),
    )


@pytest.mark.parametrize("text", [*HOSTILE, "<!-- change-gate:follow-up:v1 {} -->", "Reviewed: 3f2a91c"])  # fmt: skip
def test_hostile_text_stays_text(text: str) -> None:
    made = draft(hostile(text), owed.policy(), "github")
    assert fields_in(made.body) == made.fields
    before = made.body[: made.body.rindex("<!-- change-gate")]
    assert "<!--" not in before
    assert "<script" not in before
    assert "<img" not in before
    assert "\n" not in made.title
    assert len(made.title) <= 200
    assert before.count("\nReviewed:") == 1
    assert "@" not in before.replace("&#64;", "")


@given(st.text())
def test_whatever_was_typed_the_ticket_keeps_its_lines(reason: str) -> None:
    made = body(record(reason=reason))
    assert len(made.splitlines()) == len(body(record(reason="x" if reason else "")).splitlines())
