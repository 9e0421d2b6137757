"""The HTML report in a real browser: wide, narrow, dark, on paper, and with hostile text in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.scenarios.play import load, play

pytestmark = pytest.mark.browser

ALLOWED, BLOCKED, UNDECIDED, HOSTILE = (
    "allow-normal",
    "several-reasons",
    "undecided-tracker-down",
    "hostile-text",
)
WIDTHS = (1280, 400)
SHOTS = Path(os.environ.get("REPORT_SCREENSHOTS", "screenshots"))
CONTRAST = """() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).map((c) => {
      c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('h1,h2,h3,p,li,td,dd,dt,.chip,.why,.soft,.word')]
    .filter((e) => e.innerText.trim())
    .map((e) => {
      const [a, b] = [luminance(getComputedStyle(e).color), luminance(ground(e))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), e.className + ' ' + e.innerText.slice(0, 40)];
    })
    .filter(([ratio]) => ratio < 4.5);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(
        filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
    )
    if found is None:
        pytest.fail("These tests need Chromium: apt-get install chromium")
    with sync_playwright() as play_wright:
        running = play_wright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for name in (ALLOWED, BLOCKED, UNDECIDED, HOSTILE):
        folder = tmp_path_factory.mktemp(name)
        play(load(name), folder)
        found[name] = folder / "evidence" / "report.html"
    return found


class Watched:
    """A page that notes whatever it should not do."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: self.wrong.append("popup"))
        page.on("request", self._asked)
        self._address = path.resolve().as_uri()
        page.goto(self._address)
        page.wait_for_timeout(200)

    def _asked(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if url not in {self._address, "data:,"}:
            self.wrong.append(f"request: {url}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [ALLOWED, BLOCKED, UNDECIDED, HOSTILE])
def test_the_report_is_readable(
    browser: Browser, reports: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    watched = Watched(page, reports[name])
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
    assert watched.wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.locator("h1").is_visible()
    page.close()


@pytest.mark.parametrize("name", [BLOCKED, HOSTILE])
def test_the_report_prints(browser: Browser, reports: dict[str, Path], name: str) -> None:
    page = browser.new_page()
    watched = Watched(page, reports[name])
    page.emulate_media(media="print", color_scheme="light")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-paper.png", full_page=True)
    printed = page.pdf(path=SHOTS / f"{name}.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    assert watched.wrong == []
    page.close()


def test_no_hostile_text_runs(browser: Browser, reports: dict[str, Path]) -> None:
    page = browser.new_page()
    watched = Watched(page, reports[HOSTILE])
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.images.length") == 0
    assert "<script>window.hacked=1</script>" in page.inner_text("body")
    assert page.evaluate("window.hacked") is None
    for link in page.locator("a").all():
        assert str(link.get_attribute("href")).startswith(("http://", "https://"))
    assert watched.wrong == []
    page.close()
