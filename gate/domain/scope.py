"""Which part of the change this deploy can touch (guide §1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gate.domain.derived import OutOfScope, ScopedChange
from gate.domain.facts import Change, ChangedFile, Commit, Files, MergeRequest, Run
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import counted, listed, safe
from gate.domain.policy.document import Policy, Service

_FEW = 3


def scoped_change(facts: Facts, policy: Policy) -> ScopedChange | Missing:
    """Part the change by what this deploy can touch; whatever is left out is listed with the reason.

    Nothing is left out of a deploy of everything or of a service that the policy does not know, nor when the changed
    files could not be listed. Missing only when the change is.
    """
    change, files, run = lookup(facts, Change), lookup(facts, Files), lookup(facts, Run)
    if isinstance(change, Missing):
        return depends(change, "what this deploy can touch")
    listing = None if isinstance(files, Missing) else files.files
    deployed = () if isinstance(run, Missing) else run.services
    everything = ScopedChange(
        kind=change.kind,
        commits=change.commits,
        merge_requests=change.merge_requests,
        files=listing,
    )
    known = all(name in policy.scope.services for name in deployed)
    if listing is None or not deployed or not known:
        return everything
    return _parted(change, listing, _Border(policy.scope.services, deployed), everything)


def paths_of(file: ChangedFile) -> tuple[str, ...]:
    """Every path that a changed file has or had."""
    return (file.path, file.previous_path) if file.previous_path else (file.path,)


@dataclass(frozen=True, slots=True)
class _Border:
    """Where the deployed services end and the others begin."""

    services: Mapping[str, Service]
    deployed: Sequence[str]

    def beyond(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The other services that hold all of `paths`; empty when one of the paths is in scope, or there is none."""
        owners = [self._others(path) for path in paths]
        return tuple(sorted({name for some in owners for name in some})) if all(owners) else ()

    def _others(self, path: str) -> tuple[str, ...]:
        # A file of no service at all is shared: every service may depend on it.
        owners = [
            name
            for name, service in self.services.items()
            if any(glob.matches(path) for glob in service.paths)
        ]
        return () if any(name in self.deployed for name in owners) else tuple(owners)

    def why(self, others: Sequence[str]) -> str:
        """The reason for leaving something out."""
        belongs = "belongs to service" if len(others) == 1 else "belongs to services"
        return f"{belongs} {listed(others)}, this deploys {listed(self.deployed)}"


def _parted(
    change: Change, listing: Sequence[ChangedFile], border: _Border, everything: ScopedChange
) -> ScopedChange:
    owners = {request.number: border.beyond(request.paths) for request in change.merge_requests}
    out = {number for number, others in owners.items() if others}
    beyond = {file: border.beyond(paths_of(file)) for file in listing}
    inside = replace(
        everything,
        commits=tuple(commit for commit in change.commits if not _is_out(commit, out)),
        merge_requests=tuple(one for one in change.merge_requests if one.number not in out),
        files=tuple(file for file, others in beyond.items() if not others),
        left_out=_files_left_out(beyond, border),
    )
    if not _is_explained(inside, border):
        return replace(everything, files=inside.files, left_out=inside.left_out)
    requests = (one for one in change.merge_requests if one.number in out)
    return replace(
        inside,
        left_out=(
            *(_left_out(one, change.commits, border.why(owners[one.number])) for one in requests),
            *inside.left_out,
        ),
    )


def _is_out(commit: Commit, out: set[int]) -> bool:
    return bool(commit.brought_by) and out.issuperset(commit.brought_by)


def _is_explained(inside: ScopedChange, border: _Border) -> bool:
    """Whether what is left in scope accounts for every changed file in scope.

    When it does not, something that looked out of scope changed it after all, such as a merge commit with content of
    its own: then no merge request may be left out.
    """
    if any(not commit.brought_by for commit in inside.commits):
        return True
    told = {path for request in inside.merge_requests for path in request.paths}
    touched = {path for file in inside.files or () for path in paths_of(file)}
    return all(path in told or border.beyond([path]) for path in touched)


def _left_out(request: MergeRequest, commits: Sequence[Commit], why: str) -> OutOfScope:
    brought = sum(1 for commit in commits if request.number in commit.brought_by)
    what = f"{request.reference} {safe(request.title)} ({counted(brought, 'commit')})"
    return OutOfScope(what=what, why=why, url=request.url)


def _files_left_out(
    beyond: Mapping[ChangedFile, tuple[str, ...]], border: _Border
) -> tuple[OutOfScope, ...]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for file, others in beyond.items():
        if others:
            groups.setdefault(others, []).append(file.path)
    return tuple(
        OutOfScope(what=_named(paths), why=border.why(others)) for others, paths in groups.items()
    )


def _named(paths: Sequence[str]) -> str:
    few = [safe(path) for path in paths[:_FEW]]
    more = [f"{len(paths) - _FEW} more"] if len(paths) > _FEW else []
    return f"{counted(len(paths), 'file')}: {listed([*few, *more])}"
