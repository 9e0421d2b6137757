"""What the forge's own approval rules asked of a merge request, and whether it weakened them.

The gate counts approvals by itself. These rules are evidence beside that: an auditor who relies on them has to learn
when somebody edited them in the merge request that they were to hold up.
"""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.directory import shown
from gate.domain.facts import ForgeRule, MergeRequest, WeakerRule
from gate.domain.phrases import counted, listed, safe


def told(request: MergeRequest) -> Iterator[str]:
    """Say it in sentences; nothing where the forge keeps no such rules."""
    found = request.forge_rules
    if found is None:
        return
    if found.missing is not None:
        yield f"what the forge's own rules asked of {request.reference} cannot be told: {found.missing.detail}"
    yield from (_weakened(request, weaker) for weaker in found.weaker)
    asking = [rule for rule in found.rules if rule.required]
    yield from (_unmet(request, rule) for rule in asking if not rule.met)
    met = [f"{safe(rule.name)} ({rule.required})" for rule in asking if rule.met]
    if met:
        yield f"{request.reference} met the forge's own rules: {listed(met)}"


def flaws(request: MergeRequest) -> Iterator[tuple[str, str]]:
    """What is wrong with them for a policy that relies on them: the code of the reason, and a sentence."""
    found = request.forge_rules
    rules = found.rules if found else ()
    asking = [rule for rule in rules if rule.required]
    weaker = found.weaker if found else ()
    yield from (("forge-rules-weakened", f"{_weakened(request, one)}.") for one in weaker)
    yield from (
        ("forge-rules-not-met", f"{_unmet(request, rule)}.") for rule in asking if not rule.met
    )
    if not asking and not weaker:
        yield (
            "no-forge-rules",
            f"The policy relies on approval rules of the forge, and none asked for an approval of {request.reference}. "
            "GitLab has such rules from the tier Premium on.",
        )


def _weakened(request: MergeRequest, weaker: WeakerRule) -> str:
    name, project = safe(weaker.name), counted(weaker.project_asks, "approval")
    start = f"{request.reference} has approval rules of its own: the project's rule {name} asks for {project}"
    if weaker.asks is None:
        return f"{start}, and the merge request has no such rule"
    also = f", also by {listed([shown(who) for who in weaker.also], 'or')}" if weaker.also else ""
    return f"{start}, and that of the merge request for {weaker.asks}{also}"


def _unmet(request: MergeRequest, rule: ForgeRule) -> str:
    by = f", by {listed([shown(who) for who in rule.approved_by])}" if rule.approved_by else ""
    return (
        f"{request.reference} did not meet the forge's own rule {safe(rule.name)}, which asks for "
        f"{counted(rule.required, 'approval')} and has {len(rule.approved_by)}{by}"
    )
