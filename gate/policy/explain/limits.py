"""Windows, rollback, evidence, exceptions: §8 to §12 in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from gate.domain.policy.document import Enforcement, Policy, RollbackTarget
from gate.domain.policy.windows import FREEZE_PERIODS, AllowWindow, Freeze
from gate.policy.explain.words import (
    NOT_ENFORCED,
    both,
    clock,
    days,
    either,
    full_name,
    span,
    until,
)


def windows(policy: Policy) -> Iterator[str]:
    """When production may be changed."""
    rules = policy.windows
    if rules.allow or rules.freeze:
        yield f"All times are wall-clock times in {rules.timezone}."
    if not rules.allow:
        yield "Production may be changed at any time outside a freeze."
    for window in rules.allow:
        yield _window(window)
    for freeze in rules.freeze:
        yield _freeze(freeze)
    if rules.freeze:
        yield "A freeze wins over every window."
    if rules.comms is not None:
        yield (
            f"{NOT_ENFORCED}: customers hear of changes in the class {either(rules.comms.risk)} "
            f"{span(rules.comms.lead_time)} before."
        )


def rollback(policy: Policy) -> Iterator[str]:
    """What must be ready before something goes wrong."""
    rules = policy.rollback
    if rules.required_for:
        yield (
            f"A change in the risk class {either(rules.required_for)} has a rollback plan that "
            f"names {both(rules.must_name)}, each with something real."
        )
        if rules.target is RollbackTarget.LAST_GOOD_DEPLOYMENT:
            yield "There is an earlier good deployment to roll back to."
    else:
        yield "No risk class needs a rollback plan."
    if rules.short_lane:
        yield (
            "A rollback to a revision that was once deployed with an allow decision need not meet "
            f"{both(rules.short_lane)}."
        )


def evidence(policy: Policy) -> Iterator[str]:
    """What is kept."""
    yield f"Evidence is kept for {policy.evidence.retain}."
    if policy.evidence.archive:
        yield f"Evidence is archived in {both(policy.evidence.archive)}; without that nothing is deployed."


def related(policy: Policy) -> Iterator[str]:
    """What else to read."""
    if policy.related_documents:
        yield f"{both(policy.related_documents)}."


def frameworks(policy: Policy) -> Iterator[str]:
    """What the guide supports."""
    for name, ids in policy.frameworks.items():
        yield f"{name}: {both(ids)}."


def exceptions(policy: Policy) -> Iterator[str]:
    """What is lowered or set aside."""
    for enforcement, effect in (
        (Enforcement.WARN, "only warns"),
        (Enforcement.OFF, "is switched off"),
    ):
        for name, chosen in policy.controls.items():
            if chosen is enforcement:
                yield f"The control {name} {effect}."
    yield "Every other control blocks." if policy.controls else "Every control blocks."
    for waiver in policy.waivers:
        part = f" ({waiver.check})" if waiver.check else ""
        yield (
            f"{waiver.control}{part} is waived {until(waiver.expires)}: {waiver.reason.rstrip('.')}. "
            f"Granted by {full_name(waiver.granted_by, policy)}."
        )


def _window(window: AllowWindow) -> str:
    next_day = " of the next day" if window.end <= window.start else ""
    when = f"{days(window.days, window.nth)}, from {window.start:%H:%M} to {window.end:%H:%M}{next_day}"
    only = f"Changes in the risk class {either(window.risk)} may be deployed only"
    who = only if window.risk else "Production may be changed"
    return f"{who} {when} ({window.name}{_services(window.services)})."


def _freeze(freeze: Freeze) -> str:
    if freeze.start is not None and freeze.end is not None:
        when = f"from {clock(freeze.start)} until {clock(freeze.end)}"
    elif freeze.calendar == FREEZE_PERIODS:
        when = "during the freeze periods that the GitLab project keeps"
    else:
        # Only the host: the address of a private calendar is a credential.
        when = f"during the events of the calendar at {urlsplit(freeze.calendar).hostname}"
    name = ", ".join(part for part in (freeze.name, _services(freeze.services)[2:]) if part)
    opened = (
        f", unless {freeze.override} approves with a line `override-freeze: <reason>`"
        if freeze.override
        else ""
    )
    return f"Nothing is deployed {when}{f' ({name})' if name else ''}{opened}."


def _services(services: Sequence[str]) -> str:
    return f", for {both(services)}" if services else ""
