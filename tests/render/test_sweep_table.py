import json
from dataclasses import replace

import pytest

from gate.domain.grant import Owed
from gate.domain.landing import Landed, Landing
from gate.domain.sweep import Plan
from gate.domain.sweep_release import State
from gate.render.sweep_table import headline, machine, page, terminal
from tests import builders as b
from tests import owed
from tests.domain.test_sweep import DOWN, ID, LATE, NEVER, record, sweep
from tests.render.test_escape import HOSTILE

OTHER = owed.marker(run_id="6901")
PLAN = sweep(
    owed.ticket(owed.comment(by=owed.BOB)),
    owed.ticket(owed.comment(), about=OTHER, key="CHG-91"),
    owed.ticket(marker={}, key="CHG-92", opened_at=owed.ISSUED),
    records=(record(), record(owed=Owed.INDEPENDENT_REVIEW)),
    landings={
        ID: Landed(state=Landing.DEPLOYED, at=b.ago(minutes=115)),
        owed.marker(owed=Owed.INDEPENDENT_REVIEW).id: NEVER,
    },
    now=LATE,
)


def test_the_terminal_shows_every_release_and_who_can_do_what() -> None:
    lines = terminal(PLAN).splitlines()
    assert lines[0] == "2 reviews overdue"
    assert lines[2].split() == [
        "state",
        "release",
        "environment",
        "deployed",
        "due",
        "ticket",
        "who",
    ]
    revision = b.sha("m1")[:12]
    first = next(line for line in lines if "CHG-90" in line)
    assert first.split("  ")[0] == "OVERDUE"
    assert revision in first
    assert "2026-11-25 13:05 UTC" in first
    assert "2026-11-27 13:00 UTC" in first
    assert first.endswith("carol can")
    reviewed = next(line for line in lines if "CHG-91" in line)
    assert reviewed.startswith("reviewed ")
    assert reviewed.endswith("carol on 2026-11-25 14:00 UTC: confirmed")
    assert any(line.startswith("OVERDUE") and "(not told)" in line for line in lines)
    never = next(line for line in lines if line.startswith("not deployed"))
    assert never.endswith("nobody has to")
    assert "  CHG-90: the comment of bob on 2026-11-25 14:00 UTC does not count: " in terminal(PLAN)
    assert "  CHG-92: its marker is not what the gate wrote" in terminal(PLAN)


def test_the_page_shows_the_same_as_markdown_with_links() -> None:
    shown = page(PLAN)
    assert shown.startswith("## 2 reviews overdue\n")
    assert "| ⛔ OVERDUE |" in shown
    assert "[CHG&#45;90](https://acme.atlassian.net/browse/CHG-90)" in shown
    assert "- CHG&#45;90&#58;" in shown
    assert shown.count("\n| ") == 1 + len(PLAN.rows)


def test_machines_get_all_of_it() -> None:
    told = json.loads(machine(PLAN))
    assert (told["schema_version"], told["overdue"], told["owed"]) == (1, 2, 2)
    assert told["silent_desks"] == []
    by_key = {one["ticket"]["key"]: one for one in told["releases"] if one["ticket"]}
    assert by_key["CHG-90"] == {
        "id": ID,
        "state": "overdue",
        "owed": "retroactive-review",
        "known_from": "evidence",
        "repository": "acme/app",
        "environment": "production",
        "revision": b.sha("m1"),
        "run": {"id": "6900", "attempt": 1},
        "decision": None,
        "granted_at": "2026-11-25T13:00:00Z",
        "deployed": "deployed",
        "deployed_at": "2026-11-25T13:05:00Z",
        "due_at": "2026-11-27T13:00:00Z",
        "ticket": {
            "system": "jira",
            "key": "CHG-90",
            "url": "https://acme.atlassian.net/browse/CHG-90",
        },
        "review": None,
        "refused": [
            {
                "by": "bob",
                "account": "Bob Okafor (Jira jira-bob)",
                "at": "2026-11-25T14:00:00Z",
                "outcome": "confirmed",
                "findings": owed.FINDINGS,
                "url": "https://acme.atlassian.net/browse/CHG-90?focusedCommentId=1",
                "code": "dependent",
                "why": "bob had a part in the release",
            }
        ],
        "could_review": ["carol"],
        "note": "",
    }
    assert by_key["CHG-91"]["review"]["outcome"] == "confirmed"
    assert by_key["CHG-91"]["known_from"] == "ticket"
    unreadable = by_key["CHG-92"]
    assert (unreadable["id"], unreadable["run"], unreadable["granted_at"]) == (None, None, None)
    assert [one["state"] for one in told["releases"] if one["ticket"] is None] == ["not-deployed"]


def test_machines_are_told_which_decision_let_the_release_through() -> None:
    found = replace(record(), decision_digest="sha256:5", evidence_url="https://acme.example/1")
    (release,) = json.loads(machine(sweep(records=(found,))))["releases"]
    assert release["decision"] == {"digest": "sha256:5", "url": "https://acme.example/1"}


def test_an_attempt_without_an_outcome_or_a_known_author_is_told_as_such() -> None:
    comment = owed.comment(by=owed.STRANGER, body=owed.review(Outcome=""))
    (release,) = json.loads(machine(sweep(owed.ticket(comment))))["releases"]
    (refused,) = release["refused"]
    assert (refused["by"], refused["outcome"], refused["code"]) == (None, None, "unmapped")
    assert "the comment of Eve (Jira jira-eve)" in terminal(sweep(owed.ticket(comment)))


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (sweep(records=()), "No review is owed"),
        (sweep(owed.ticket()), "1 review owed, none overdue"),
        (sweep(owed.ticket(), now=LATE), "1 review overdue"),
        (sweep(jira=DOWN, now=LATE), "Not everything that is owed could be told"),
    ],
)
def test_the_headline_says_how_things_stand(plan: Plan, words: str) -> None:
    assert headline(plan) == words
    assert terminal(plan).startswith(words)
    assert page(plan).startswith(f"## {words}")


def test_a_silent_desk_is_named() -> None:
    silent = sweep(jira=DOWN)
    assert "  Jira: Jira answered 503." in terminal(silent)
    assert json.loads(machine(silent))["silent_desks"] == [
        {"source": "Jira", "reason_code": "unavailable", "detail": "Jira answered 503."}
    ]
    assert "unknown" in terminal(silent)


def test_of_many_who_could_it_names_a_few_and_of_none_it_says_somebody() -> None:
    (row,) = sweep(owed.ticket()).rows
    many = Plan(actions=(), rows=(replace(row, could=tuple(f"p{n}" for n in range(8))),))
    assert "p0, p1, p2, p3, p4 or 3 more can" in terminal(many)
    nobody = Plan(actions=(), rows=(replace(row, could=()),))
    assert "somebody without a part in it" in terminal(nobody)


def test_nothing_owed_is_no_table() -> None:
    assert terminal(sweep(records=())) == "No review is owed\n\n"
    assert page(sweep(records=())) == "## No review is owed\n\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    (row,) = sweep(owed.ticket()).rows
    assert row.record is not None
    marker = replace(row.record.marker, environment=text)
    hostile = replace(
        row, record=replace(row.record, marker=marker), key=text, url=text, could=(text,), note=text
    )
    found = Plan(actions=(), rows=(hostile,))
    for line in terminal(found).splitlines():
        assert "##[" not in line
        assert not line.strip().startswith("::")
    assert "<script" not in page(found)
    assert "<img" not in page(found)
    assert page(found).count("\n| ") == 2
    assert json.loads(machine(found))["releases"][0]["note"] == text


def test_every_state_has_its_word_and_sign() -> None:
    (row,) = sweep(owed.ticket()).rows
    shown = {page(Plan(actions=(), rows=(replace(row, state=state),))) for state in State}
    assert len(shown) == len(State)


def test_a_notice_is_of_no_run() -> None:
    about = owed.marker(owed=Owed.INDEPENDENT_REVIEW)
    (release,) = json.loads(machine(sweep(owed.ticket(about=about), records=())))["releases"]
    assert (release["run"], release["owed"]) == (None, "independent-review")
