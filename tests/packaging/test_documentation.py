"""What the pages point to exists: files, headings, tests and scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("gitlab-ci/*.md")])
# The component's page is read in another project, so it names ours by its address.
ELSEWHERE = re.compile(
    r"https://github\.com/change-gate/change-gate(?:/blob/main/([^#\s]+))?(?:#(.+))?"
)
SECURITY = ROOT / "docs/security-model.md"


@cache
def prose(page: Path) -> str:
    """The page without its blocks of code, in which nothing is a link or a heading."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


@cache
def anchors(page: Path) -> frozenset[str]:
    """What GitHub and GitLab call the headings: lower case, hyphens, a number at the second of one name."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", prose(page), flags=re.M):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).strip()
        name = name.replace(" ", "-")
        again = sum(1 for known in found if re.fullmatch(rf"{re.escape(name)}(-\d+)?", known))
        found.append(f"{name}-{again}" if again else name)
    return frozenset(found)


def links(page: Path) -> Iterator[str]:
    """Where the page points to, inline or by reference, but not from within inline code."""
    text = re.sub(r"`[^`\n]*`", lambda code: "`" * len(code[0]), prose(page))
    yield from re.findall(r"\]\(([^()\s]+)\)", text)
    yield from re.findall(r"^\[[^\]]+\]: (\S+)$", text, flags=re.M)


def dead(page: Path, link: str) -> str | None:
    """Why the link leads nowhere; None for a good one and for the pages of others."""
    if here := ELSEWHERE.fullmatch(link):
        target, anchor = ROOT / (here[1] or "README.md"), here[2] or ""
    elif re.match(r"[a-z]+:", link):
        return None
    else:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return f"{link}: there is no such file"
    if anchor and anchor not in anchors(target):
        return f"{link}: there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    assert [why for link in links(page) if (why := dead(page, link))] == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    assert dead(SECURITY, "gone.md") == "gone.md: there is no such file"
    assert dead(SECURITY, "archive.md#gone") == "archive.md#gone: there is no such heading"
    assert dead(SECURITY, "#gone") == "#gone: there is no such heading"
    assert dead(SECURITY, "archive.md#the-chain") is None
    assert dead(SECURITY, "https://slsa.dev/gone") is None


def test_every_page_is_reached_from_the_readme() -> None:
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for link in links(page):
            if not re.match(r"[a-z]+:|#", link):
                left.append((page.parent / link.partition("#")[0]).resolve())
    lost = {page for page in PAGES if page.is_relative_to(ROOT / "docs")} - reached
    assert {str(page.relative_to(ROOT)) for page in lost} == set()


def named(text: str) -> list[str]:
    """What stands in inline code."""
    return re.findall(r"`([^`\n]+)`", text)


def test_every_test_and_module_that_the_security_model_names_exists() -> None:
    lost, folder = [], ROOT
    for name in named(prose(SECURITY)):
        if re.match(r"(tests|gate)/", name):
            folder = (ROOT / name).parent
            lost += [] if (ROOT / name).exists() else [name]
        elif re.fullmatch(r"test_\w+\.py", name) and not (folder / name).exists():
            lost.append(f"{name} beside {folder.relative_to(ROOT)}")
    assert lost == []


def test_every_scenario_that_the_security_model_names_is_a_folder() -> None:
    abuse = prose(SECURITY).partition("## Break-glass: who could abuse it")[2]
    scenarios = [name for name in named(abuse) if re.fullmatch(r"[a-z]+(-[a-z]+)+", name)]
    assert len(scenarios) > 20
    assert [
        n for n in scenarios if not (ROOT / "tests/scenarios" / n / "expect.yml").exists()
    ] == []


def test_every_page_that_a_message_of_the_gate_names_exists() -> None:
    """Messages, scripts and templates send people to pages; a page that moved would strand them."""
    sources = [*ROOT.glob("gate/**/*.py"), *ROOT.glob("gate/**/*.yml"), ROOT / "action.yml"]
    sources += [*ROOT.glob("actions/**/*.yml"), *ROOT.glob("actions/**/*.sh")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*sources, ROOT / ".ci/run"])
    named_pages = set(re.findall(r"(?<!sigstore/fulcio, )\bdocs/[\w./-]+\.md\b(?:#[\w-]+)?", text))
    assert "docs/measurements/install.md" in named_pages
    assert [why for link in sorted(named_pages) if (why := dead(ROOT / "README.md", link))] == []
