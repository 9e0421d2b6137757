"""One `gate follow-up` from the outside: wire, follow up, keep the evidence, tell, and fail while a review is late."""

from __future__ import annotations

import contextlib

from gate import __version__
from gate.app import wiring
from gate.app.context import Host
from gate.app.follow_up import Swept, follow_up
from gate.app.keep_sweep import SweepKept, keep_sweep
from gate.app.pipeline import Pipeline
from gate.app.policy_in_use import protected_file
from gate.app.request import Request
from gate.app.sign_evidence import Signing
from gate.domain.facts import PolicySource
from gate.domain.phrases import counted
from gate.errors import (
    EvidenceNotWritten,
    FactsUnavailable,
    GateError,
    ReviewOverdue,
    UsageInvalid,
)
from gate.evidence.sweep_bundle import SweepRecord, sweep_bundle
from gate.policy.load import parse
from gate.render.escape import log
from gate.render.sweep_table import machine, page, terminal, told


def run_follow_up(host: Host, request: Request, *, days: int, as_json: bool) -> int:
    """Return 0 when nothing is overdue and everything could be seen. A GateError is told to the pipeline as well."""
    pipeline = wiring.pipeline(host, request)
    try:
        return _run(host, request, pipeline, days=days, as_json=as_json)
    except (ReviewOverdue, UsageInvalid):
        raise
    except GateError as error:
        if pipeline.is_running:
            with contextlib.suppress(OSError):  # a full disk must not hide what went wrong first
                pipeline.tell_failure(error)
        raise


def _run(host: Host, request: Request, pipeline: Pipeline, *, days: int, as_json: bool) -> int:
    if not request.environment:
        raise UsageInvalid(
            "No environment was given, so nobody can say whose emergencies are meant.",
            hint="Set the input `environment` (or --environment) to one of `scope.environments` of the policy.",
        )
    signing = Signing(signer=wiring.signer(host, request), attested_next=request.attested_next)
    with pipeline.wired() as wired:
        content, source = protected_file(wired.world.forge)
        swept = follow_up(wired.world, parse(content, name=source.path).policy, days)
        record = _record(swept, content, source, days)
        bundle = sweep_bundle(record, wired.raw(), wired.world.mask)
    host.out.write(machine(swept.plan) if as_json else _shown(swept))
    kept = keep_sweep(host, request, pipeline, swept, bundle, signing)
    if not as_json:
        host.out.writelines(kept.lines())
    if pipeline.is_running:
        _tell(pipeline, swept, kept)
    return _judged(swept, kept.failure)


def _record(swept: Swept, policy: bytes, source: PolicySource, days: int) -> SweepRecord:
    return SweepRecord(
        run=swept.found.run,
        asked=swept.asked,
        days=days,
        source=source,
        policy=policy,
        shelves=swept.found.shelves,
        actions=swept.plan.actions,
        opened=swept.opened,
        table=told(swept.plan),
        problems=swept.problems,
        gate_version=__version__,
    )


def _shown(swept: Swept) -> str:
    undone = [f"Not seen or not done: {log(text)}" for text in swept.problems]
    return "\n".join([terminal(swept.plan), *undone, *([""] if undone else [])])


def _tell(pipeline: Pipeline, swept: Swept, kept: SweepKept) -> None:
    values = {"overdue": str(len(swept.plan.overdue)), "owed": str(len(swept.plan.owed))}
    if kept.folder:
        values["sweep-evidence"] = str(kept.folder.resolve())
    if kept.archived:
        values["sweep-digest"] = kept.archived.bundle.digest
    for text in swept.problems:
        pipeline.warn(text)
    if (
        kept.failure and swept.plan.overdue
    ):  # otherwise it makes the exit code, and is told with that
        pipeline.warn(f"{kept.failure.message} {kept.failure.hint}")
    pipeline.tell_table(values, page(swept.plan))


def _judged(swept: Swept, failure: EvidenceNotWritten | None) -> int:
    """What is overdue goes first, since it concerns others; then evidence that is not kept, since nobody mends that
    without being told; then what could not be seen or done, which the next sweep tries again.
    """
    if late := swept.plan.overdue:
        also = f" {failure.message}" if failure else ""
        raise ReviewOverdue(
            f"{counted(len(late), 'review')} overdue. Until done, this stops every deploy that is no emergency.{also}",
            hint="Somebody without a part in the release reviews it, and writes the review in its ticket; the table "
            f"says who can. Then this is run again.{f' {failure.hint}' if failure else ''}",
        )
    if failure:
        raise failure
    if swept.problems:
        raise FactsUnavailable(
            f"Not everything could be seen or done: {' '.join(swept.problems)}",
            hint="Mend what is named, then run this again: nothing is lost, the next run does what is left.",
        )
    return 0
