"""Say until when the artifact with the evidence is kept, and stop a deploy that rests on another day."""

from __future__ import annotations

from collections.abc import Mapping

from gate.app.ask_kept import kept_artifact, upload_of
from gate.app.context import Host
from gate.app.pipeline import Pipeline
from gate.app.read_back import ReadBack, read_back, refuse_unless_kept
from gate.errors import EvidenceNotWritten
from gate.evidence.bundle import verify
from gate.render.escape import log, markdown
from gate.render.outputs import moment


def tell_kept(
    host: Host,
    pipeline: Pipeline,
    files: Mapping[str, bytes],
    *,
    name: str = "",
    number: str = "",
    sha256: str = "",
) -> None:
    """Ask the forge about the artifact, and tell the pipeline: the log, an output, the summary.

    EvidenceNotWritten when the decision of the evidence rests on a day that is not so, or that the forge does not tell;
    EvidenceInvalid when it is not whole, or of something else than a decision.
    """
    bundle = verify(files)
    upload = upload_of(bundle, name=name, number=number, sha256=sha256)
    found = read_back(bundle, kept_artifact(pipeline, upload))
    try:
        refuse_unless_kept(found)
    except EvidenceNotWritten as error:
        pipeline.tell_objection(f"{error.message} {error.hint}")
        raise
    _tell(host, pipeline, found)


def _tell(host: Host, pipeline: Pipeline, found: ReadBack) -> None:
    if found.artifact.missing is not None or (found.passed and not found.holds):
        pipeline.warn(found.text)
    else:
        host.out.write(f"{log(found.text)}\n")
    if pipeline.is_running:
        until = moment(found.until) if found.until else ""
        pipeline.tell_table({"evidence-kept-until": until}, f"\n{markdown(found.text)}\n")
