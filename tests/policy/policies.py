"""A small policy without any problem, and variations of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gate.domain.policy.document import Policy
from gate.policy.load import parse
from gate.policy.problem import PolicyProblems, Problem, Severity

EXAMPLE = (Path(__file__).parent / "example.yml").read_bytes()

SMALL: dict[str, Any] = {
    "version": 1,
    "scope": {"environments": ["production"]},
    "people": {
        "alice": {"github": "alice-ng", "jira": "5b10a2844c20165700ede21g"},
        "bob": {"github": "bokafor", "jira": "5b10ac8d82e05b22cc7d4ef5"},
        "carol": {"github": "cdiaz", "jira": "5b10a0effa615349cb016cd8"},
    },
    "roles": {"engineer": {"people": ["alice", "bob", "carol"]}},
    "change_types": {"normal": {"approvals": [{"role": "engineer"}]}},
    "workflow": {
        "branch": "main",
        "ticket": {"tracker": "jira", "projects": ["CHG"], "approved_statuses": ["Approved"]},
        "tests": {"required": [{"name": "unit", "app": "github-actions"}]},
    },
}

GONE = object()
"""In a patch: the key is absent."""


def small(patch: Mapping[str, Any]) -> bytes:
    """The small policy with `patch` merged into it."""
    return json.dumps(_merged(SMALL, patch), ensure_ascii=False).encode()


def policy(patch: Mapping[str, Any]) -> Policy:
    """The values of a variation, which must have no error."""
    return parse(small(patch), name="p.yml").policy


def problems(content: bytes) -> tuple[Problem, ...]:
    """Everything that is wrong with a file."""
    try:
        return parse(content, name="p.yml").warnings
    except PolicyProblems as error:
        return error.problems


def errors(patch: Mapping[str, Any]) -> list[str]:
    """The errors of a variation, in words."""
    return [str(p) for p in problems(small(patch)) if p.severity is Severity.ERROR]


def warnings(patch: Mapping[str, Any]) -> list[str]:
    """The warnings of a variation, which must have no error, in words."""
    return [str(warning) for warning in parse(small(patch), name="p.yml").warnings]


def _merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(dict(base))
    for key, value in patch.items():
        if value is GONE:
            del merged[key]
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged
