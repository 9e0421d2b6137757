"""One `gate check` from the outside: wire, check, write the evidence, and only then tell."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from gate.app import wiring
from gate.app.check import Checked, Question, check
from gate.app.context import Host
from gate.app.request import Request
from gate.domain.decision import Decision, Verdict
from gate.errors import EvidenceNotWritten, GateError, UsageInvalid
from gate.render.annotations import failure, workflow_commands
from gate.render.escape import markdown
from gate.render.outputs import outputs
from gate.render.terminal import terminal

EXIT_CODES = {Verdict.ALLOW: 0, Verdict.BLOCK: 10, Verdict.UNDECIDED: 4}
_FAILED = {
    2: "usage-invalid",
    3: "policy-invalid",
    4: "facts-unavailable",
    5: "evidence-not-written",
}


def gate_deploy(host: Host, request: Request) -> int:
    """Return the exit code of the verdict. A GateError is told to the pipeline as well, then goes on up."""
    try:
        return _gate(host, request)
    except GateError as error:
        with contextlib.suppress(
            EvidenceNotWritten
        ):  # a full disk must not hide what went wrong first
            _tell_failure(host, error)
        raise


def _gate(host: Host, request: Request) -> int:
    if not request.environment:
        raise UsageInvalid(
            "No environment was given, so nobody can say which rules hold.",
            hint="Set the input `environment` (or --environment) to one of `scope.environments` of the policy.",
        )
    context = wiring.read_context(host.environ, revision=request.revision)
    question = Question(
        environment=request.environment,
        services=request.services,
        tickets=request.tickets,
        policy_file=wiring.read_policy(request.policy) if request.policy else None,
        inside_ci=wiring.running_in_ci(host.environ),
    )
    with wiring.wired(host, context, request) as wired:
        checked = check(wired.world, question, wired.raw)
    directory = (
        request.evidence or Path("change-gate-evidence") / f"{context.run_id}-{context.attempt}"
    )
    wiring.create_evidence(directory, checked.bundle.files)
    _tell(host, checked, directory)
    return exit_code(checked.decision)


def exit_code(decision: Decision) -> int:
    """Observe mode stops nothing; everything else does what the verdict says."""
    return 0 if decision.observe is not None else EXIT_CODES[decision.verdict]


def _tell(host: Host, checked: Checked, directory: Path) -> None:
    decision, bundle = checked.decision, checked.bundle
    host.out.write(terminal(decision, checked.policy))
    host.out.write(f"Evidence: {directory}\nDigest:   {bundle.digest}\n")
    if not wiring.running_in_ci(host.environ):
        return
    host.out.writelines(f"{line}\n" for line in workflow_commands(decision, checked.policy))
    digest_line = f"\nEvidence digest: `{bundle.digest}`\n"
    _to_pipeline(
        host.environ,
        outputs(decision, evidence_path=str(directory.resolve()), evidence_digest=bundle.digest),
        bundle.files["summary.md"].decode() + digest_line,
    )


def _tell_failure(host: Host, error: GateError) -> None:
    if not wiring.running_in_ci(host.environ):
        return
    host.out.write(f"{failure(error)}\n")
    code = _FAILED.get(error.exit_code, "failed")
    listed = "\n".join(f"- {markdown(line)}" for line in error.message.splitlines() if line.strip())
    summary = f"## ⛔ Change Gate could not decide\n\n{listed}\n\n**What to do:** {markdown(error.hint)}\n"
    _to_pipeline(
        host.environ, {"verdict": "undecided", "reason-codes": f'["gate.{code}"]'}, summary
    )


def _to_pipeline(environ: Mapping[str, str], values: Mapping[str, str], summary: str) -> None:
    try:
        if output := environ.get("GITHUB_OUTPUT"):
            wiring.write_outputs(Path(output), values)
        if page := environ.get("GITHUB_STEP_SUMMARY"):
            wiring.append_summary(Path(page), summary)
    except OSError as error:
        raise EvidenceNotWritten(
            f"The outputs of the step could not be written: {error.strerror}. What later steps would read is "
            "not there, so the deploy must not go on.",
            hint="Whoever runs the runner looks at its disk; then the deploy is started again.",
        ) from error
