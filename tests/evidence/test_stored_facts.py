import pytest

from gate.domain.facts import Change, Clock, Fact, Run, Tickets
from gate.domain.gathered import GATHERED
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.errors import EvidenceInvalid
from gate.evidence.stored_facts import as_kept, facts_digest, file_name, read_facts, write_facts
from tests import builders as b

FACTS: Facts = {
    Clock: b.clock(),
    Run: b.run(rerun_by=b.BOB),
    Change: b.change(),
    Tickets: b.missing(),
}


def test_facts_read_back_equal_and_what_was_not_gathered_is_missing() -> None:
    again = read_facts(write_facts(FACTS))
    assert {kind: again[kind] for kind in FACTS} == FACTS
    assert again.keys() == set(GATHERED)
    others: list[type[Fact]] = [kind for kind in GATHERED if kind not in FACTS]
    assert all(isinstance(lookup(again, kind), Missing) for kind in others)


def test_every_fact_has_a_file_of_its_own() -> None:
    names = [file_name(kind) for kind in GATHERED]
    assert len(set(names)) == len(names)
    assert "facts/deployment-approvals.json" in names


def test_an_absent_or_unknown_fact_is_refused() -> None:
    files = write_facts(FACTS)
    del files["facts/run.json"]
    with pytest.raises(EvidenceInvalid, match=r"facts/odd\.json, facts/run\.json"):
        read_facts({**files, "facts/odd.json": b"{}"})


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"fact":{},"missing":{}}'])
def test_a_file_that_holds_neither_a_fact_nor_a_reason_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match="neither a fact nor the reason"):
        read_facts({**write_facts(FACTS), "facts/run.json": content})


def test_the_digest_covers_every_fact() -> None:
    files = write_facts(FACTS)
    assert facts_digest(files) == facts_digest(dict(reversed(files.items())))
    assert facts_digest({**files, "facts/run.json": b"{}"}) != facts_digest(files)


def test_credentials_are_masked_in_every_text_of_a_fact() -> None:
    request = b.request(title="key=1", body="key=1", paths=("key=1/x",), branch="key=1")
    ticket = b.ticket(body="key=1", fields={"key=1": "key=1"}, labels=("key=1",))
    facts: Facts = {Change: b.change(request), Tickets: Tickets(tickets=(ticket,))}
    written = write_facts(facts, hide)
    assert not [name for name, content in written.items() if b"key=1" in content]

    again = read_facts(written)
    change, tickets = lookup(again, Change), lookup(again, Tickets)
    assert isinstance(change, Change)
    (kept,) = change.merge_requests
    assert (kept.title, kept.body, kept.branch) == ("key=…", "key=…", "key=…")
    assert kept.paths == ("key=…/x",)
    assert isinstance(tickets, Tickets)
    assert tickets.tickets[0].fields == {"key=…": "key=…"}


def test_what_people_are_told_is_masked_as_evidence_is() -> None:
    assert as_kept(b.run(ref="refs/heads/key=1"), hide) == b.run(ref="refs/heads/key=…")


def hide(text: str) -> str:
    return text.replace("key=1", "key=…")
