"""How large an emergency change may be (guide §6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.domain.control import Observation, Reason
from gate.domain.derived import ScopedChange
from gate.domain.emergency_case import Findings, Plea
from gate.domain.facts import Baseline, ChangeKind, Files
from gate.domain.globs import Glob
from gate.domain.lookup import depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import counted, listed, safe, short
from gate.domain.scope import paths_of

_FEW = 5


def within_scope(plea: Plea) -> Findings:
    """Hold the change against `emergency.scope`.

    Going back to what was once deployed successfully brings nothing new, so its size does not count; its paths do.
    """
    change = lookup(plea.facts, ScopedChange)
    if isinstance(change, Missing):
        return Findings(gaps=(depends(change, "how large the emergency change is"),))
    back = _goes_back(plea, change)
    beyond = [] if back else [*_commits(plea, change), *_files(plea, change)]
    beyond += _paths(plea, change)
    gaps = _unlisted(plea, change, back=back)
    seen = () if beyond or gaps else (_seen(plea, change, back=back),)
    return Findings(reasons=(_exceeded(beyond),) if beyond else (), seen=seen, gaps=gaps)


def _goes_back(plea: Plea, change: ScopedChange) -> bool:
    baseline = lookup(plea.facts, Baseline)
    return (
        change.kind is ChangeKind.ROLLBACK
        and isinstance(baseline, Baseline)
        and baseline.deployed(plea.run.revision) is not None
    )


def _unlisted(plea: Plea, change: ScopedChange, *, back: bool) -> tuple[Missing, ...]:
    files = lookup(plea.facts, Files)
    matters = bool(plea.rules.scope.paths) or not back
    if change.files is not None or not matters or not isinstance(files, Missing):
        return ()
    return (depends(files, "which files the emergency change touches"),)


def _commits(plea: Plea, change: ScopedChange) -> Iterator[str]:
    most, found = plea.rules.scope.max_commits, len(change.commits)
    if found > most:
        names = [short(commit.sha) for commit in change.commits]
        yield _limit(
            f"The change has {counted(found, 'commit')} ({_some(names)})", f"at most {most}"
        )


def _files(plea: Plea, change: ScopedChange) -> Iterator[str]:
    most, found = plea.rules.scope.max_files, change.files or ()
    if len(found) > most:
        names = [file.path for file in found]
        touched = f"The change touches {counted(len(found), 'file')} ({_some(names)})"
        yield _limit(touched, f"at most {most}")


def _paths(plea: Plea, change: ScopedChange) -> Iterator[str]:
    allowed = plea.rules.scope.paths
    outside = [
        path
        for file in change.files or ()
        for path in paths_of(file)
        if allowed and not _matches(path, allowed)
    ]
    if outside:
        patterns = listed([glob.pattern for glob in allowed], "or")
        yield _limit(f"The change touches {_some(outside)}", f"only paths that match {patterns}")


def _matches(path: str, allowed: Sequence[Glob]) -> bool:
    return any(glob.matches(path) for glob in allowed)


def _limit(what: str, most: str) -> str:
    return f"{what}; the policy allows an emergency {most}."


def _exceeded(beyond: Sequence[str]) -> Reason:
    """One reason, whatever it goes beyond: there is one thing to do about all of it."""
    return Reason(
        code="scope-exceeded",
        text=" ".join(beyond),
        remedy="Whoever wrote the change brings a smaller one that only ends the emergency, or goes back to what ran "
        "before; then the deploy is started in a new run. The rest takes the normal way.",
    )


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - _FEW} more"] if len(names) > _FEW else []
    return listed([*(safe(name) for name in names[:_FEW]), *more])


def _seen(plea: Plea, change: ScopedChange, *, back: bool) -> Observation:
    if back:
        return Observation(
            f"the deploy goes back to {short(plea.run.revision)}, which ran here before, so the limits on its size "
            "do not apply"
        )
    files = counted(len(change.files or ()), "file")
    return Observation(
        f"the change is within the limited scope: {counted(len(change.commits), 'commit')} of at most "
        f"{plea.rules.scope.max_commits}, {files} of at most {plea.rules.scope.max_files}"
    )
