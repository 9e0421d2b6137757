"""The policy file as typed values, or every problem that it has, at once."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gate.domain.policy.document import Policy
from gate.policy.at import At
from gate.policy.checks import OF_SECTIONS, OF_VALUES
from gate.policy.convert import Findings, read_settings
from gate.policy.decode import decode
from gate.policy.kinds import POLICY, settings
from gate.policy.problem import PolicyProblems, Problem, Severity, in_order
from gate.policy.references import unresolved
from gate.policy.tree import MappingNode, read
from gate.policy.wording import found


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A policy that can be used, and what its owner should know nevertheless."""

    policy: Policy
    warnings: tuple[Problem, ...] = ()


def parse(content: bytes, *, name: str) -> Parsed:
    """Read a policy file; `name` is what people call it, such as its path.

    PolicyProblems (a PolicyInvalid) when it has errors: it holds all of them, and the warnings.
    Nothing depends on the clock: an expired waiver is read like any other and is void later.
    """
    root = read(decode(content, name=name), name=name)
    at = At.root(root)
    if not isinstance(root, MappingNode):
        problem = at.error(f"found {found(root)}", allowed="keys and values", hint=_START)
        raise PolicyProblems([problem], name=name)
    findings = Findings(rules=OF_VALUES)
    values = read_settings(at, root, POLICY, findings)
    unread = [*findings.problems, *unresolved(at, findings.references)]
    problems = [*unread, *findings.remarks, *_of_sections(at, values, unread)]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise PolicyProblems(problems, name=name)
    return Parsed(policy=Policy(**values), warnings=in_order(problems))


_START = "start with `version: 1`; docs/policy.md explains the rest"


def _of_sections(at: At, values: dict[str, Any], unread: Sequence[Problem]) -> Iterator[Problem]:
    broken = {problem.section for problem in unread}
    defaults = {s.name: s.default for s in settings(POLICY) if not at.find(s.key).exists}
    whole = {key: value for key, value in {**defaults, **values}.items() if key not in broken}
    for check in OF_SECTIONS:
        needs = [name for name in inspect.signature(check).parameters if name != "at"]
        if all(name in whole for name in needs):
            yield from check(at, **{name: whole[name] for name in needs})
