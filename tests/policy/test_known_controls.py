from gate.domain.never_excused import NEVER_EXCUSED
from gate.policy.known_controls import (
    ANNOUNCED,
    CONTROLS,
    EXCUSABLE,
    KNOWN,
    OF_THE_GATE,
    WAIVABLE,
)


def test_the_names_are_told_apart() -> None:
    assert len(set(KNOWN)) == len(CONTROLS) + len(ANNOUNCED)
    assert set(EXCUSABLE) | set(NEVER_EXCUSED) == set(KNOWN)
    assert not set(EXCUSABLE) & set(NEVER_EXCUSED)
    assert "risk" in WAIVABLE
    assert "risk" not in KNOWN
    assert OF_THE_GATE["excusable"] == EXCUSABLE


def test_prohibited_and_revision_are_never_set_aside() -> None:
    assert {"prohibited", "revision"} <= set(NEVER_EXCUSED)
