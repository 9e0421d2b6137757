import re
from pathlib import Path

from gate.domain.missing import REASONS

GATE = Path(__file__).parents[2] / "gate"


def test_every_reason_is_a_stable_code_with_a_meaning() -> None:
    for code, meaning in REASONS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert meaning


def test_the_code_of_every_missing_fact_in_the_source_is_on_the_list() -> None:
    used = {
        code
        for path in GATE.rglob("*.py")
        for code in re.findall(r'reason_code="([^"{]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= set(REASONS)
