"""One `gate check` from the outside: wire, check, write the evidence, and only then tell."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

from gate.app import wiring
from gate.app.archive_evidence import Archived
from gate.app.check import Checked, Question, check
from gate.app.context import Host
from gate.app.keep_debts import keep_debts
from gate.app.keep_evidence import keep_evidence
from gate.app.keep_evidence import told as told_of
from gate.app.pipeline import Pipeline, Told
from gate.app.request import Request
from gate.app.sign_evidence import Signing, sign_evidence
from gate.app.tell_emergency import tell_emergency
from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_facts import BreakGlass
from gate.domain.policy.document import EvidenceRules
from gate.errors import EvidenceNotWritten, GateError, UsageInvalid
from gate.evidence.bundle import SUMMARY
from gate.render.terminal import terminal

EXIT_CODES = {Verdict.ALLOW: 0, Verdict.BLOCK: 10, Verdict.UNDECIDED: 4}


def gate_deploy(host: Host, request: Request) -> int:
    """Return the exit code of the verdict. A GateError is told to the pipeline as well, then goes on up."""
    pipeline = wiring.pipeline(host, request)
    try:
        return _gate(host, request, pipeline)
    except GateError as error:
        if pipeline.is_running:
            with contextlib.suppress(OSError):  # a full disk must not hide what went wrong first
                pipeline.tell_failure(error)
        raise


def _gate(host: Host, request: Request, pipeline: Pipeline) -> int:
    if not request.environment:
        raise UsageInvalid(
            "No environment was given, so nobody can say which rules hold.",
            hint="Set the input `environment` (or --environment) to one of `scope.environments` of the policy.",
        )
    question = Question(
        environment=request.environment,
        services=request.services,
        tickets=request.tickets,
        said=BreakGlass(
            asked=request.break_glass,
            reason=request.reason.strip(),
            incident=request.incident.strip(),
        ),
        policy_file=wiring.read_policy(request.policy) if request.policy else None,
        inside_ci=pipeline.is_running,
    )
    signing = Signing(signer=wiring.signer(host, request), attested_next=request.attested_next)
    with pipeline.wired() as wired:
        keep = partial(keep_debts, wired.world.emergencies)
        checked = check(wired.world, question, wired.raw, keep)
        directory = request.evidence or Path("change-gate-evidence") / pipeline.folder()
        archived = _write(host, pipeline, directory, checked, signing)
        _tell(host, pipeline, checked, directory, archived)
        if checked.policy is not None:
            emergencies = wired.world.emergencies
            for text in tell_emergency(emergencies, checked.decision, checked.policy, checked.kept):
                pipeline.warn(text)
    return exit_code(checked.decision)


def _write(
    host: Host, pipeline: Pipeline, directory: Path, checked: Checked, signing: Signing
) -> Archived:
    """Sign the evidence, archive it where the policy says, and write it to the folder of the run, whatever fails."""
    return keep_evidence(
        host,
        checked.bundle,
        checked.policy.evidence if checked.policy else EvidenceRules(),
        pipeline.servers,
        sign=lambda made: sign_evidence(made, checked.policy, signing, pipeline.warn),
        write=lambda made: wiring.create_evidence(directory, made.files),
    )


def exit_code(decision: Decision) -> int:
    """Observe mode stops nothing; everything else does what the verdict says."""
    return 0 if decision.observe is not None else EXIT_CODES[decision.verdict]


def _tell(
    host: Host, pipeline: Pipeline, checked: Checked, directory: Path, archived: Archived
) -> None:
    digest = archived.bundle.digest
    host.out.write(terminal(checked.decision, checked.policy, checked.kept))
    host.out.write(f"Evidence: {directory}\nDigest:   {digest}\n{told_of(archived)}")
    if not pipeline.is_running:
        return
    told = Told(
        decision=checked.decision,
        policy=checked.policy,
        summary=checked.bundle.files[SUMMARY].decode(),
        directory=directory,
        digest=digest,
        kept=checked.kept,
    )
    try:
        pipeline.tell(told)
    except OSError as error:
        raise EvidenceNotWritten(
            f"The outputs of the step could not be written: {error.strerror}. What later steps would read is "
            "not there, so the deploy must not go on.",
            hint="Whoever runs the runner looks at its disk; then the deploy is started again.",
        ) from error
