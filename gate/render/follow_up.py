"""The follow-up ticket of a release: who, what and why, what to review, how to write that down, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from gate.domain.debt_terms import reviewers
from gate.domain.decision import Decision
from gate.domain.emergency_record import EmergencyRecord, records_of
from gate.domain.follow_up import LABEL, Draft
from gate.domain.follow_up_marker import id_label, marker_fields, marker_line
from gate.domain.grant import Consent, Owed, Proof
from gate.domain.phrases import listed, moment, short
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TrackerName
from gate.domain.silence import told
from gate.render.announcement import announcement, otherwise
from gate.render.escape import markdown, visible
from gate.render.markdown_link import link
from gate.render.review_request import checklist, how_to

_LATEST_ZONE = timedelta(hours=12)
"""How far behind UTC a day ends where it ends last on Earth (UTC-12)."""
_LONGEST_TITLE = 200
_FEW = 10


def draft_of(decision: Decision, policy: Policy, system: str) -> Draft:
    """The ticket of what a decision owes, for one tracker (`jira`, `github`, `gitlab`).

    ValueError when it owes nothing.
    """
    records = records_of(decision)
    if not records:
        raise ValueError("a release that owes nothing has no follow-up")
    return draft(records[0], policy, system)


def draft(record: EmergencyRecord, policy: Policy, system: str) -> Draft:
    """The ticket for one tracker. The same record makes the same ticket, whoever opens it, and whenever."""
    marker = record.marker
    fields = marker_fields(marker)
    could = reviewers(system, marker, policy)
    text = "\n".join([*_body(record, could, policy), ""])
    rules = policy.emergency.follow_up if policy.emergency else None
    wanted = rules.labels if rules else ()
    return Draft(
        marker=marker,
        fields=fields,
        title=title(record),
        # Jira keeps the marker beside the ticket, and would show it in the text.
        body=text if system == TrackerName.JIRA.value else f"{text}\n{marker_line(fields)}\n",
        due=due_date(marker.due_at),
        labels=tuple(dict.fromkeys([LABEL, id_label(marker.id), *wanted])),
        assignee=_account(_assignee(record, could, policy), system, policy),
    )


def due_date(deadline: datetime) -> date:
    """The last day that is over everywhere on Earth before the deadline (UTC).

    Due fields are dates, and a reader takes the end of that day where he sits: 36 hours after its beginning in UTC at
    the latest. So a due field never promises more time than there is; the exact deadline stands in the text.
    """
    return (deadline - timedelta(days=1) - _LATEST_ZONE).date()


def title(record: EmergencyRecord) -> str:
    """One line, not escaped: titles are plain text."""
    marker = record.marker
    what = {
        Owed.RETROACTIVE_REVIEW: "Retroactive review of the emergency release",
        Owed.INDEPENDENT_REVIEW: "Notice and independent review of the release",
    }[marker.owed]
    where = (
        f"{visible(marker.repository)} {short(marker.revision)} to {visible(marker.environment)}"
    )
    return f"{what} of {where}"[:_LONGEST_TITLE]


def _assignee(record: EmergencyRecord, could: tuple[str, ...], policy: Policy) -> str:
    """A notice is for whoever reviews the release; anything else for whom the policy says."""
    if record.marker.is_notice:
        return could[0] if could else ""
    rules = policy.emergency.follow_up if policy.emergency else None
    return rules.assignee if rules else ""


def _body(record: EmergencyRecord, could: tuple[str, ...], policy: Policy) -> Iterator[str]:
    if record.marker.is_notice:
        yield from (*announcement(record, policy), "")
    else:
        yield from (_opening(record), "")
    about = "## What goes out" if record.marker.is_notice else "## What happened"
    yield from (about, "", *_facts(record, could), "")
    yield from ("## What to review", "", *checklist(record), "")
    yield from ("## How to write it down", "", *how_to(record))


def _opening(record: EmergencyRecord) -> str:
    marker = record.marker
    return (
        "An emergency release was let through without everything that the guide asks for beforehand. Somebody who had "
        f"no part in it reviews it until **{moment(marker.due_at)}**. {otherwise(record)}"
    )


def _facts(record: EmergencyRecord, could: tuple[str, ...]) -> Iterator[str]:
    yield from ("| | |", "|---|---|")
    more = f", or {len(could) - _FEW} more" if len(could) > _FEW else ""
    for name, value in (*_rows(record), ("Can review it", f"{_people(could[:_FEW])}{more}")):
        if value:
            yield f"| {name} | {value} |"


def _rows(record: EmergencyRecord) -> Iterator[tuple[str, str]]:
    """What was done, why, by whom. The values are Markdown."""
    marker = record.marker
    yield "Why a review is owed", markdown(record.why)
    yield "Reason, as typed", markdown(record.reason)
    yield "Incident", _incident(record)
    yield "Asked for by", _people(record.invoked_by)
    yield "Second person", _consent(record.consent)
    yield "Repository", markdown(marker.repository)
    yield "Environment", markdown(marker.environment)
    yield "Revision", f"`{marker.revision}`"
    yield "What it brought", _brought(record)
    yield "Run", _run(record)
    yield "Evidence", _evidence(record)
    waived = [name for name in record.waived if name not in marker.not_judged]
    yield "Waived controls", ", ".join(markdown(name) for name in waived)
    yield "Not judged", ", ".join(markdown(name) for name in marker.not_judged)
    yield "Why not judged", "<br>".join(markdown(told(silence)) for silence in record.silences)
    yield "Announced" if marker.is_notice else "Granted", moment(marker.issued_at)
    yield "Grant ends", moment(record.expires_at) if record.expires_at else ""
    yield "Review due", f"**{moment(marker.due_at)}**"
    yield "Cannot review it", _people(marker.not_by)


def _run(record: EmergencyRecord) -> str:
    marker = record.marker
    if not marker.is_notice:
        return link(markdown(f"{marker.run_id}, attempt {marker.attempt}"), record.run_url)
    return link("the run that gave this notice", record.run_url) if record.run_url else ""


def _incident(record: EmergencyRecord) -> str:
    shown = " ".join(part for part in (record.incident, record.incident_title) if part)
    doubt = f" **not verified:** {markdown(record.unverified)}" if record.unverified else ""
    return f"{link(markdown(shown), record.incident_url)}{doubt}"


def _consent(consent: Consent | None) -> str:
    if consent is None:
        return ""
    if consent.proof is Proof.NONE:
        return "nobody: the policy asks for none"
    did = {
        Proof.ACKNOWLEDGEMENT: "took the incident",
        Proof.DEPLOYMENT: "approved the deployment",
        Proof.REVIEW: "approved the change",
    }[consent.proof]
    at = f" on {moment(consent.at)}" if consent.at else ""
    return f"{markdown(consent.person)} {did} ({link(markdown(consent.where), consent.url)}){at}"


def _brought(record: EmergencyRecord) -> str:
    shown = [
        link(markdown(f"{one.reference} {one.title}"), one.url) for one in record.brought[:_FEW]
    ]
    rest = len(record.brought) - _FEW
    more = [f"{rest} more"] if rest > 0 else []
    whole = [link("the whole change", record.change_url)] if record.change_url else []
    return "<br>".join([*shown, *more, *whole])


def _evidence(record: EmergencyRecord) -> str:
    if record.evidence_url:
        return link("the evidence", record.evidence_url)
    return "with the run" if record.run_url else ""


def _people(keys: tuple[str, ...]) -> str:
    return markdown(listed(keys)) if keys else ""


def _account(person: str, system: str, policy: Policy) -> str:
    entry = policy.people.get(person)
    if entry is None:
        return ""
    return {"jira": entry.jira, "github": entry.github, "gitlab": entry.gitlab}.get(system, "")
