"""A desk in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import LABEL, Draft
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests import builders as b

GATE = Identity(system="github", login="github-actions[bot]", id="1", kind=Kind.BOT)


@dataclass
class MemoryDesk:
    """A `Desk`; with `gap` it is down."""

    system: str
    gap: Missing | None = None
    tickets: dict[str, FollowUpTicket] = field(default_factory=dict)
    said: list[tuple[str, str, str]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        self._up()
        return tuple(self.tickets.values())

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        self._up()
        return tuple(t for t in self.tickets.values() if f"gate-{release}" in t.labels)

    def open(self, draft: Draft) -> FollowUpTicket:
        found = self.find(draft.marker.id)
        if found:
            return found[0]
        self.drafts.append(draft)
        return self.put(draft.marker.id, title=draft.title, marker=draft.fields)

    def comment(self, key: str, text: str, marker: str) -> None:
        self._up()
        if (key, marker) in {(k, m) for k, m, _ in self.said}:
            return
        self.said.append((key, marker, text))
        comment = FollowUpComment(id=str(len(self.said)), by=GATE, at=b.NOW, body=text)
        ticket = self.tickets[key]
        self.tickets[key] = replace(ticket, comments=(*ticket.comments, comment))

    def close(self, key: str, text: str, marker: str) -> None:
        self.comment(key, text, marker)
        self.tickets[key] = replace(self.tickets[key], is_open=False)

    def reopen(self, key: str, text: str, marker: str) -> None:
        self.comment(key, text, marker)
        self.tickets[key] = replace(self.tickets[key], is_open=True)

    def label(self, key: str, label: str) -> None:
        self._up()
        ticket = self.tickets[key]
        self.tickets[key] = replace(ticket, labels=(*ticket.labels, label))

    def put(self, id: str, **changes: object) -> FollowUpTicket:  # noqa: A002
        """Keep a ticket, as one that was opened before."""
        key = f"{self.system}-{len(self.tickets) + 1}"
        ticket = FollowUpTicket(
            system=self.system,
            key=key,
            url=f"https://{self.system}.example/{key}",
            title="Retroactive review",
            opened_at=b.NOW,
            opened_by=GATE,
            is_open=True,
            labels=(LABEL, f"gate-{id}"),
        )
        self.tickets[key] = replace(ticket, **changes)  # type: ignore[arg-type]
        return self.tickets[key]

    def _up(self) -> None:
        if self.gap is not None:
            raise FactMissing(self.gap)
