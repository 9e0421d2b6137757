import pytest

from gate.render.markdown_link import link


def test_an_address_of_a_web_page_is_linked() -> None:
    url = "https://acme.example/runs/1?a=1&b=2"
    assert link("run 1", url) == f"[run 1]({url})"
    assert link("acme", "https://acme.example") == "[acme](https://acme.example)"


def test_nothing_in_an_address_ends_the_link_or_its_cell() -> None:
    url = "https://acme.example/a)b|c`d*e_f<g>[h](i)"
    assert link("x", url) == (
        "[x](https://acme.example/a%29b%7Cc%60d%2Ae%5Ff%3Cg%3E%5Bh%5D%28i%29)"
    )


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://a b", "ftp://acme.example"])
def test_the_text_stays_alone_where_there_is_no_page(url: str) -> None:
    assert link("x", url) == "x"


def test_nothing_is_no_link() -> None:
    assert link("", "https://acme.example/") == ""
