"""Ask every place that the evidence of a run goes to how long it keeps it, before anything is decided."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from gate.app.archives import Servers, opened
from gate.app.context import Host
from gate.domain.missing import Missing
from gate.domain.policy.document import EvidenceRules
from gate.domain.ports import FactMissing
from gate.domain.retention import ARTIFACT, KeptPlace, Retention

RETENTION_DAYS, ARTIFACT_DAYS = "GITHUB_RETENTION_DAYS", "CHANGE_GATE_ARTIFACT_DAYS"
UPLOAD = "CHANGE_GATE_UPLOAD"
"""What the Action was told by `upload-evidence`; empty where nobody was."""


def retention(host: Host, rules: EvidenceRules, servers: Servers, artifact: KeptPlace) -> Retention:
    """Ask every place how long it will keep the evidence of this run; the artifact of the run is the first."""
    return Retention(
        places=(artifact, *(_place(host, rules, servers, text) for text in rules.archive))
    )


def github_artifact(host: Host) -> KeptPlace:
    """The artifact of a run on GitHub: the runner tells how long the repository keeps them.

    Until it is uploaded nobody knows better; then `gate evidence retention` holds the decision against the real date.
    """
    if host.environ.get(UPLOAD, "").strip() not in {"", "true"}:
        return _untold("the workflow uploads none (`upload-evidence`)")
    own, wish = (_days(host, name) for name in (RETENTION_DAYS, ARTIFACT_DAYS))
    if own is None:
        return _untold("the runner does not say how long the repository keeps artifacts")
    # GitHub takes a longer wish and keeps to its own, and 0 days for no wish at all.
    days = min(own, wish) if wish else own
    return KeptPlace(place=ARTIFACT, until=host.clock() + timedelta(days=days))


def gitlab_artifact() -> KeptPlace:
    """The artifact of a job on GitLab, which gets its end when it is uploaded, after the decision."""
    return _untold("GitLab says so only when it is uploaded")


def _days(host: Host, name: str) -> int | None:
    text = host.environ.get(name, "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _untold(detail: str) -> KeptPlace:
    return KeptPlace(
        place=ARTIFACT,
        missing=Missing(
            source=ARTIFACT,
            reason_code="not-found",
            detail=detail,
            remedy="whoever owns the policy names an archive under `evidence.archive` that keeps evidence long enough",
        ),
    )


def _place(host: Host, rules: EvidenceRules, servers: Servers, text: str) -> KeptPlace:
    try:
        with opened(host, replace(rules, archive=(text,)), servers) as (archive,):
            until = archive.keeps_until(host.clock())
            return KeptPlace(place=text, until=until, locked=archive.locked)
    except FactMissing as missed:
        return KeptPlace(place=text, missing=missed.missing)
