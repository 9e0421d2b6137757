"""Reads the templates of the GitLab component, and puts values in as GitLab does."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "gitlab-ci"
NAMES = ("gate", "recheck", "follow-up")
COMMIT = "5" * 40
_PLACE = re.compile(r"\$\[\[ (inputs|component)\.([a-z-]+) \]\]")


def documents(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header of a template, and its jobs."""
    text = (COMPONENT / f"templates/{name}.yml").read_text(encoding="utf-8")
    header, jobs = yaml.safe_load_all(text)
    return header["spec"], jobs


def job(name: str) -> dict[str, Any]:
    """The one job of a template, before anything is put in."""
    [only] = documents(name)[1].values()
    assert isinstance(only, dict)
    return only


def script(name: str, **given: str) -> str:
    """The script of a template as a job runs it."""
    [only] = rendered(name, **given).values()
    return script_of(only)


def script_of(only: dict[str, Any]) -> str:
    """The script of a job; that of the second question runs before the one of the job that deploys."""
    [text] = only["before_script" if "before_script" in only else "script"]
    assert isinstance(text, str)
    return text


def rendered(name: str, **given: str) -> dict[str, Any]:
    """The jobs with inputs put in: the given ones, else their defaults."""
    header, jobs = documents(name)
    inputs = {key: entry.get("default") for key, entry in header["inputs"].items()}
    inputs |= {key.replace("_", "-"): value for key, value in given.items()}
    put = _put(jobs, {"inputs": inputs, "component": {"sha": COMMIT}})
    assert isinstance(put, dict)
    return put


def _put(node: Any, values: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(node, dict):
        return {_put(key, values): _put(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_put(value, values) for value in node]
    if not isinstance(node, str):
        return node
    if whole := _PLACE.fullmatch(node):
        return values[whole[1]][whole[2]]
    return _PLACE.sub(lambda place: str(values[place[1]][place[2]]), node)
