"""One `gate check` from the outside: wire, check, write the evidence, and only then tell."""

from __future__ import annotations

import contextlib
from pathlib import Path

from gate.app import wiring
from gate.app.check import Checked, Question, check
from gate.app.context import Host
from gate.app.pipeline import Pipeline, Told
from gate.app.request import Request
from gate.domain.decision import Decision, Verdict
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
        policy_file=wiring.read_policy(request.policy) if request.policy else None,
        inside_ci=pipeline.is_running,
    )
    with pipeline.wired() as wired:
        checked = check(wired.world, question, wired.raw)
    directory = request.evidence or Path("change-gate-evidence") / pipeline.folder()
    wiring.create_evidence(directory, checked.bundle.files)
    _tell(host, pipeline, checked, directory)
    return exit_code(checked.decision)


def exit_code(decision: Decision) -> int:
    """Observe mode stops nothing; everything else does what the verdict says."""
    return 0 if decision.observe is not None else EXIT_CODES[decision.verdict]


def _tell(host: Host, pipeline: Pipeline, checked: Checked, directory: Path) -> None:
    digest = checked.bundle.digest
    host.out.write(terminal(checked.decision, checked.policy))
    host.out.write(f"Evidence: {directory}\nDigest:   {digest}\n")
    if not pipeline.is_running:
        return
    told = Told(
        decision=checked.decision,
        policy=checked.policy,
        summary=checked.bundle.files[SUMMARY].decode(),
        directory=directory,
        digest=digest,
    )
    try:
        pipeline.tell(told)
    except OSError as error:
        raise EvidenceNotWritten(
            f"The outputs of the step could not be written: {error.strerror}. What later steps would read is "
            "not there, so the deploy must not go on.",
            hint="Whoever runs the runner looks at its disk; then the deploy is started again.",
        ) from error
