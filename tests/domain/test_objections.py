from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.emergency_facts import FollowUpComment
from gate.domain.objections import Objection, objections
from tests import builders as b
from tests import owed


def found(*comments: FollowUpComment) -> tuple[Objection, ...]:
    return objections(comments, owed.policy())


def said(body: str, **changes: Any) -> FollowUpComment:
    return owed.comment(body=body, **changes)


@pytest.mark.parametrize(
    "body",
    [
        "Objection: it locks the table",
        "objection : it locks the table",
        "**Objection:** it locks the table",
        "**Objection**: it locks the table",
        "## Objection: it locks the table\n\nmore",
        "\n\n  `Objection:` it locks the table",
        "<b>Objection:</b> it locks the table",
        "<!-- hidden -->Objection: it locks the table",
        "OBJECTION：it locks the table",
        "Objection:",
    ],
)
def test_a_comment_that_begins_so_is_an_objection(body: str) -> None:
    (one,) = found(said(body))
    assert (one.person, one.at) == ("carol", b.ago(hours=1))
    assert "objection" in one.text.lower()
    assert "\n" not in one.text
    assert one.url


@pytest.mark.parametrize(
    "body",
    [
        "",
        "No objection: go on",
        "> Objection: it locks the table",
        "<!-- Objection: it locks the table -->fine",
        "I looked at it.\nObjection: none",
        "Objections: none",
        "Objection withdrawn",
        "- Objection: in a list",
    ],
)
def test_anything_else_is_none(body: str) -> None:
    assert found(said(body)) == ()


def test_whoever_people_list_can_object_and_nobody_else() -> None:
    assert [one.person for one in found(said("Objection: mine", by=owed.BOB))] == ["bob"]
    assert found(said("Objection: mine", by=owed.STRANGER)) == ()
    assert found(said("Objection: mine", by=owed.GATE)) == ()


def test_whoever_objected_takes_it_back_later() -> None:
    no, back = (
        said("Objection: wait"),
        said("**Objection withdrawn**, it is fine", at=b.ago(minutes=5)),
    )
    assert found(back, no) == ()
    early = said("Objection withdrawn", at=b.ago(hours=2))
    assert len(found(no, early)) == 1
    again = said("Objection: no, wait", at=b.ago(minutes=1))
    assert [one.text for one in found(no, back, again)] == ["Objection: no, wait"]


def test_nobody_takes_back_the_objection_of_another() -> None:
    no = said("Objection: wait")
    assert len(found(no, said("Objection withdrawn", by=owed.BOB, at=b.ago(minutes=5)))) == 1
    edited = said("Objection withdrawn", at=b.ago(minutes=5), altered=True)
    assert len(found(no, edited)) == 1


def test_everybody_who_objects_is_named_the_oldest_first() -> None:
    mine = said("Objection: a", by=owed.BOB, at=b.ago(minutes=50))
    assert [one.person for one in found(mine, said("Objection: b"))] == ["carol", "bob"]


@given(st.text(max_size=60))
def test_what_follows_does_not_matter(text: str) -> None:
    assert len(found(said(f"Objection: {text}"))) == 1
