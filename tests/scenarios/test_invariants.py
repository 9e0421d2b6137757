"""What holds in every scenario: decisions follow from facts alone, text stays text, and no secret is kept."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from gate import __version__
from gate.controls import CONTROLS
from gate.domain.decide import decide, without_policy
from gate.evidence.bundle import DECISION, POLICY, REPORT
from gate.evidence.decision_json import decision_json
from gate.evidence.stored_facts import FOLDER, facts_digest, read_facts, write_facts
from gate.policy.load import parse
from tests.scenarios.conftest import Plays
from tests.scenarios.play import Played, expectation, load, names

DECIDED = [name for name in names() if "verdict" in expectation(name)]
HOSTILE = ("hostile-text", "hostile-text-allowed", "emergency-hostile-text")
OURS = ("https://github.com/", "https://acme.pagerduty.com/", "http://127.0.0.1:")
"""Where links may lead."""
SECRETS = ("secrets-are-not-kept", "secrets-repeated-in-errors")
ACTION = Path(__file__).parents[2] / "action.yml"
ARTIFACT = "evidence-artifact"
"""An output of the step that uploads the evidence, after the gate."""
OUTPUTS = set(yaml.safe_load(ACTION.read_text())["outputs"]) - {ARTIFACT}


def decided_again(files: Mapping[str, bytes], stored: Mapping[str, bytes]) -> bytes:
    """`decision.json`, from the facts in `stored` and the policy of the bundle."""
    facts, text = read_facts(stored), files.get(POLICY)
    decision = (
        without_policy(facts)
        if text is None
        else decide(facts, parse(text, name=POLICY).policy, CONTROLS)
    )
    return decision_json(decision, facts_digest=facts_digest(stored), gate_version=__version__)


def facts_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(FOLDER)}


@pytest.mark.parametrize("name", DECIDED)
def test_the_same_facts_give_the_same_decision_byte_for_byte(name: str, played: Plays) -> None:
    files = played(name).evidence
    assert decided_again(files, facts_of(files)) == files[DECISION]


@pytest.mark.parametrize("name", DECIDED)
def test_facts_in_another_spelling_are_the_same_facts(name: str, played: Plays) -> None:
    """JSON with other spaces, escapes and order of keys is the same value and decides alike."""
    files = played(name).evidence
    stored = facts_of(files)
    spelled = {name: other_spelling(content) for name, content in stored.items()}
    assert spelled != stored
    assert write_facts(read_facts(spelled)) == stored
    assert decided_again(files, write_facts(read_facts(spelled))) == files[DECISION]


def other_spelling(content: bytes) -> bytes:
    def backwards(value: object) -> object:
        if isinstance(value, dict):
            return {key: backwards(value[key]) for key in reversed(value)}
        return [backwards(item) for item in value] if isinstance(value, list) else value

    return json.dumps(backwards(json.loads(content)), indent=3, ensure_ascii=True).encode()


@pytest.mark.parametrize("name", names())
def test_the_pipeline_gets_the_outputs_that_are_documented_and_no_others(
    name: str, played: Plays
) -> None:
    outputs = played(name).outputs
    assert set(outputs) <= OUTPUTS
    assert outputs["verdict"] in {"allow", "block", "undecided"}
    assert all(re.fullmatch(r"[a-z_]+\.[a-z-]+", code) for code in codes(outputs))
    assert bool(codes(outputs)) is (outputs["verdict"] != "allow")


@pytest.mark.parametrize("name", names())
def test_nothing_but_allow_or_observe_mode_exits_with_zero(name: str, played: Plays) -> None:
    found = played(name)
    if found.exit_code == 0 and found.outputs["verdict"] != "allow":
        assert "Observe mode" in found.said


def codes(outputs: Mapping[str, str]) -> list[str]:
    listed: list[str] = json.loads(outputs["reason-codes"])
    return listed


class Tags(HTMLParser):
    """Every tag of a page, with what it does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(name: str, played: Plays) -> None:
    found = played(name)
    for page in (found.evidence[REPORT].decode(), found.summary):
        tags = Tags(page)
        assert "window.hacked" in html.unescape(page)
        assert tags.names.isdisjoint({"script", "img", "i", "details", "iframe", "form"})
        assert not [name for name, _ in tags.attributes if name.startswith("on")]
        links = [value for name, value in tags.attributes if name == "href" and value != "data:,"]
        assert all(link.startswith(OURS) for link in links)
        for hidden in ("\u202e", "\u202c", "\u2028"):
            assert hidden not in page
    for meaning in ("](", "![", "@everyone", "@acme", "::", "##[", "| a |"):
        assert meaning not in found.summary


def test_the_gates_own_tokens_and_what_nobody_needs_are_kept_nowhere(played: Plays) -> None:
    for name in SECRETS:
        assert list(canaries(name)), "the scenario must hold canaries"
        for place, content in everything(played(name)):
            for canary in canaries(name):
                assert canary not in content.lower(), f"{name}: {canary} is in {place}"


def canaries(name: str) -> list[str]:
    """A part of every secret of the scenario, also as HTTP sends it."""
    pair = f"gate@acme.example:{load(name).cli.env['CHANGE_GATE_JIRA_TOKEN']}"
    encoded = base64.b64encode(pair.encode()).decode().lower()
    return ["canary", encoded[:24], encoded[-24:]]


def everything(found: Played) -> list[tuple[str, str]]:
    """All that is left of a run, by its place."""
    kept = [(name, content.decode(errors="replace")) for name, content in found.evidence.items()]
    outputs = json.dumps(found.outputs)
    return [
        *kept,
        ("the log", found.said),
        ("the outputs", outputs),
        ("the summary", found.summary),
    ]
