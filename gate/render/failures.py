"""A failure of the gate itself, in words and as a code."""

from __future__ import annotations

from gate.errors import EvidenceNotWritten, GateError
from gate.render.escape import markdown

_CODES = {
    2: "usage-invalid",
    3: "policy-invalid",
    4: "facts-unavailable",
    5: "evidence-not-written",
    6: "evidence-invalid",
    7: "review-overdue",
}


def reason_code(error: GateError) -> str:
    """The published code, such as `gate.policy-invalid`."""
    return f"gate.{_CODES.get(error.exit_code, 'failed')}"


def failure_summary(error: GateError) -> str:
    """Markdown for the job's summary."""
    listed = "\n".join(f"- {markdown(line)}" for line in error.message.splitlines() if line.strip())
    what = "keep its evidence" if isinstance(error, EvidenceNotWritten) else "decide"
    return f"## ⛔ Change Gate could not {what}\n\n{listed}\n\n**What to do:** {markdown(error.hint)}\n"
