"""Gate one deploy: gather, decide, keep the evidence, and only then say the verdict."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gate import __version__
from gate.app.gather import Gathered, World, finish, start, without_policy
from gate.controls import CONTROLS
from gate.domain import decide as deciding
from gate.domain.decision import Decision
from gate.domain.facts import PolicySource
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.ports import FactMissing, PolicyFile
from gate.domain.ticket_keys import keys_for_run
from gate.errors import PolicyInvalid, UsageInvalid
from gate.evidence.bundle import DECISION, POLICY, REPORT, SUMMARY, Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.stored_facts import facts_digest, read_facts, write_facts
from gate.policy.load import parse
from gate.policy.places import PLACES
from gate.render.report import report
from gate.render.summary import summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about: which environment, which services, and what the person who deploys says."""

    environment: str
    services: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    policy_file: bytes | None = None
    """A policy from the desk, instead of the one on the protected branch."""
    inside_ci: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A decision and its evidence, sealed but not written yet."""

    decision: Decision
    policy: Policy | None
    bundle: Bundle


def check(world: World, question: Question, raw: Callable[[], dict[str, bytes]]) -> Checked:
    """Answer the question. `raw` gives the redacted answers of the systems, once everything was
    asked.

    PolicyInvalid when the policy is absent, broken, or may not be used here; UsageInvalid for an
    environment or service that it does not know.
    """
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="gather") as pool:
        first = start(world, pool)
        try:
            file = world.forge.policy_file(PLACES)
        except FactMissing as gap:
            known = without_policy(world, first, _readable(gap.missing))
            return _undecided(known, raw(), world.mask)
        content, source = _policy_in_use(question, file)
        policy = parse(content, name=source.path).policy
        _check_scope(question, policy)
        named = keys_for_run(question.tickets, policy.workflow.ticket, world.repository)
        gathered = finish(world, pool, first, policy, source, named)
    return judge(gathered, policy, content, raw(), world.mask)


def judge(
    gathered: Gathered,
    policy: Policy,
    content: bytes,
    raw: dict[str, bytes],
    mask: Callable[[str], str],
) -> Checked:
    """Decide on what the evidence will hold, not on what was in memory: both must be the same
    thing.
    """
    stored = write_facts(gathered, mask)
    facts = read_facts(stored)
    decision = deciding.decide(facts, policy, CONTROLS)
    return Checked(
        decision=decision, policy=policy, bundle=_seal(decision, policy, stored, content, raw)
    )


def _undecided(gathered: Gathered, raw: dict[str, bytes], mask: Callable[[str], str]) -> Checked:
    stored = write_facts(gathered, mask)
    decision = deciding.without_policy(read_facts(stored))
    return Checked(decision=decision, policy=None, bundle=_seal(decision, None, stored, None, raw))


def _seal(
    decision: Decision,
    policy: Policy | None,
    stored: dict[str, bytes],
    content: bytes | None,
    raw: dict[str, bytes],
) -> Bundle:
    files = {
        DECISION: decision_json(
            decision, facts_digest=facts_digest(stored), gate_version=__version__
        ),
        **stored,
        **raw,
        SUMMARY: summary(decision, policy).encode(),
        REPORT: report(decision, policy).encode(),
    }
    return seal(files if content is None else {**files, POLICY: content})


def _readable(gap: Missing) -> Missing:
    if gap.reason_code == "no-policy":
        raise PolicyInvalid(
            f"There is no policy on the protected default branch ({gap.detail}). A policy that exists only in the "
            "tree being deployed does not count: whoever is gated would write the gate.",
            hint=f"Merge one to the default branch as {PLACES[0]}; `gate policy lint` checks it. If it is there, "
            "give the job `permissions: contents: read`.",
        )
    return gap


def _policy_in_use(question: Question, file: PolicyFile) -> tuple[bytes, PolicySource]:
    if file.others:
        raise PolicyInvalid(
            f"The default branch holds more than one policy: {', '.join([file.path, *file.others])}. Nobody could "
            "say which one is the guide.",
            hint="Whoever owns the policy removes all but one.",
        )
    content = file.content
    if question.policy_file is not None and question.policy_file != content:
        if question.inside_ci:
            raise PolicyInvalid(
                f"The policy given as a file is not the one on the protected branch ({file.path}).",
                hint="Leave the file out: inside CI the gate reads the policy from the protected branch itself.",
            )
        content = question.policy_file
    return content, PolicySource(
        origin="protected-branch" if content == file.content else "file",
        path=file.path,
        branch=file.branch,
        revision=file.revision,
        digest=digest(content),
    )


def _check_scope(question: Question, policy: Policy) -> None:
    problems = [_unknown("environment", [question.environment], policy.scope.environments)]
    problems += [_unknown("service", question.services, list(policy.scope.services))]
    if found := [problem for problem in problems if problem]:
        raise UsageInvalid(
            " ".join(found),
            hint="Correct the input, or, if it is new, let whoever owns the policy add it under `scope`. The gate "
            "never passes what it does not know.",
        )


def _unknown(kind: str, given: Sequence[str], known: Sequence[str]) -> str:
    odd = [name for name in given if name not in known]
    if not odd:
        return ""
    near = difflib.get_close_matches(odd[0], known, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(known) or "none"
    return f"The policy knows no {kind} {odd[0]!r}; it knows: {listed}.{guess}"
