import pytest

from gate.render.plain_page import plain_page
from tests.render.test_escape import HOSTILE


def test_lines_stay_lines_in_a_page_that_loads_nothing() -> None:
    page = plain_page("1 review owed", "state  who\n\nopen   carol\n")
    assert "<title>1 review owed</title>" in page
    assert "<main><p>state  who</p>\n<p></p>\n<p>open   carol</p></main>" in page
    assert "default-src 'none'" in page
    assert "{ color-scheme: light dark }" in page
    assert "src=" not in page.replace("default-src", "").replace("img-src", "")


def test_no_line_is_cut_off_on_a_narrow_screen_or_on_paper() -> None:
    page = plain_page("1 review owed", "open")
    assert "white-space: pre-wrap; overflow-wrap: anywhere" in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "overflow-x" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    page = plain_page(text, text)
    assert "<script>" not in page
    assert "<img" not in page
    assert page.count("<p>") == page.count("</p>") == len(text.splitlines())
