import re
from pathlib import Path

from gate.policy.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"


def test_the_reference_in_the_docs_is_up_to_date() -> None:
    found = re.search(
        r"<!-- generated: settings -->\n(.*)\n<!-- end of settings -->",
        PAGE.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found is not None
    assert found[1] == reference()


def test_every_section_has_its_table() -> None:
    titles = re.findall(r"^### (.*)$", reference(), re.MULTILINE)
    assert titles[:4] == ["The file", "`scope`", "`scope.services.<name>`", "`people.<name>`"]
    assert "`risk.<name>.when[]`" in titles
    assert "`windows.freeze[]`" in titles
    assert len(titles) == len(set(titles))


def test_a_row_says_what_may_be_written_and_what_holds_without_it() -> None:
    rows = reference().splitlines()
    assert "| **`version`** | the number 1 | required | version of this file format: 1 |" in rows
    assert "| `count` | a whole number, at least 1 | `1` | how many different people |" in rows
    assert (
        "| `target` | `last_good_deployment`, `none` | `last_good_deployment` "
        "| what must exist to roll back to |"
    ) in rows
    assert (
        "| `required_for` | list: a name of `risk`, or one |  "
        "| risk classes that need a rollback plan |"
    ) in rows
    assert (
        "| `controls` | by name: `block`, `warn`, `off` |  "
        "| how each control is enforced; block unless said otherwise |"
    ) in rows
    assert "| **`when`** | list, see below, or one | required | any of these |" in rows
    assert any(row.startswith("| `strict` | true or false | `false` |") for row in rows)


def test_no_cell_breaks_its_table() -> None:
    for row in reference().splitlines():
        if row.startswith("|"):
            assert row.count("|") == 5, row
