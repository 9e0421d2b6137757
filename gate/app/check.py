"""Gate one deploy: gather, decide, keep the evidence, and only then say the verdict."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gate import __version__
from gate.app.gather import Gathered, World, finish, start, without_policy
from gate.app.hidden import Noticing, without_hidden
from gate.app.policy_in_use import policy_in_use, readable
from gate.controls import CONTROLS
from gate.domain import decide as deciding
from gate.domain.decision import Decision
from gate.domain.emergency_facts import BreakGlass
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.domain.ports import FactMissing
from gate.domain.ticket_keys import keys_for_run
from gate.errors import UsageInvalid
from gate.evidence.bundle import DECISION, POLICY, REPORT, SUMMARY, Bundle, seal
from gate.evidence.decision_json import decision_json
from gate.evidence.follow_up_json import FOLLOW_UP, write_kept
from gate.evidence.stored_facts import as_kept, facts_digest, read_facts, write_facts
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
    said: BreakGlass = field(default_factory=BreakGlass)
    policy_file: bytes | None = None
    """A policy from the desk, instead of the one on the protected branch."""
    inside_ci: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A decision and its evidence, sealed but not written yet."""

    decision: Decision
    policy: Policy | None
    bundle: Bundle
    kept: Kept | None = None
    """Where what the release owes is kept; None when it owes nothing."""


Keep = Callable[[Decision, Policy], Kept | None]
"""Opens the follow-ups of a decision, before the evidence is sealed: the evidence tells where they are."""


def owes_nothing(decision: Decision, policy: Policy) -> Kept | None:
    """Open nothing."""
    return None


def check(
    world: World,
    question: Question,
    raw: Callable[[], dict[str, bytes]],
    keep: Keep = owes_nothing,
) -> Checked:
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
            known = without_policy(world, first, readable(gap.missing), question.said)
            return _undecided(known, raw(), world.mask)
        content, source = policy_in_use(file, question.policy_file, inside_ci=question.inside_ci)
        policy = parse(content, name=source.path).policy
        _check_scope(question, policy)
        named = keys_for_run(
            question.tickets, policy.workflow.ticket, world.repository, world.below
        )
        gathered = finish(world, pool, first, policy, source, named, question.said)
    return judge(gathered, policy, content, raw, world.mask, keep)


def judge(
    gathered: Gathered,
    policy: Policy,
    content: bytes,
    raw: Callable[[], dict[str, bytes]],
    mask: Callable[[str], str],
    keep: Keep = owes_nothing,
) -> Checked:
    """Decide on what the evidence will hold, not on what was in memory: both must be the same
    thing.
    """
    noticing = Noticing(mask)
    stored = write_facts(gathered, noticing)
    decision = deciding.decide(read_facts(stored), policy, CONTROLS)
    if noticing.masked:
        stored, decision = without_hidden(gathered, policy, stored, decision, mask)
    kept = keep(decision, policy)
    kept = as_kept(kept, mask) if kept else None
    bundle = _seal(decision, policy, stored, content, raw(), kept)
    return Checked(decision=decision, policy=policy, bundle=bundle, kept=kept)


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
    kept: Kept | None = None,
) -> Bundle:
    files = {
        DECISION: decision_json(
            decision, facts_digest=facts_digest(stored), gate_version=__version__
        ),
        **stored,
        **raw,
        SUMMARY: summary(decision, policy, kept).encode(),
        REPORT: report(decision, policy, kept).encode(),
        **({FOLLOW_UP: write_kept(kept)} if kept else {}),
    }
    return seal(files if content is None else {**files, POLICY: content})


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
