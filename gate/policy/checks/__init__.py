"""What the types cannot say: rules about single values, and about sections taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gate.domain.policy.document import EvidenceRules, Guide, ProhibitedRule, Scope, Service
from gate.domain.policy.emergency import FollowUpRules, PagerRules
from gate.domain.policy.people import (
    Compensating,
    Condition,
    PersonEntry,
    Role,
    SeparationOfDuties,
)
from gate.domain.policy.signing import SigningIdentity, SigningKey, SigningRules
from gate.domain.policy.windows import AllowWindow, Freeze, Windows
from gate.domain.policy.workflow import RevisionRules, TestRules, TicketRules, Workflow
from gate.policy.at import At
from gate.policy.checks import (
    change_types,
    document,
    emergency,
    exceptions,
    matrix,
    people,
    separation,
    signing,
    unenforced,
    windows,
    workflow,
)
from gate.policy.problem import Problem


def _condition(condition: Condition, at: At) -> Iterator[Problem]:
    yield from change_types.check_condition(condition, at)
    yield from document.check_condition_paths(condition, at)


OF_VALUES: Mapping[type[Any], Callable[[Any, At], Iterable[Problem]]] = {
    AllowWindow: windows.check_window,
    Compensating: separation.check_exception,
    Condition: _condition,
    EvidenceRules: document.check_evidence,
    FollowUpRules: emergency.check_follow_up,
    Freeze: windows.check_freeze,
    Guide: document.check_guide,
    PagerRules: emergency.check_pager,
    PersonEntry: people.check_person,
    ProhibitedRule: document.check_prohibited_rule,
    RevisionRules: workflow.check_revision,
    Role: people.check_role,
    Scope: document.check_scope,
    SeparationOfDuties: separation.check_duties,
    Service: document.check_service,
    SigningIdentity: signing.check_identity,
    SigningKey: signing.check_key,
    SigningRules: signing.check_signing,
    TestRules: workflow.check_tests,
    TicketRules: workflow.check_ticket,
    Windows: windows.check_windows,
    Workflow: workflow.check_workflow,
}
"""Run for each value of the type as soon as it could be read, whatever else is wrong."""

OF_SECTIONS: tuple[Callable[..., Iterable[Problem]], ...] = (
    change_types.check_classes,
    change_types.check_types,
    document.check_prohibited,
    emergency.check_emergency,
    exceptions.check_enforcement,
    exceptions.check_waivers,
    matrix.check_matrix,
    people.check_accounts,
    separation.check_compensating,
    unenforced.check_unenforced,
    windows.check_openings,
)
"""The parameters after `at` are top-level keys; run when all of them could be read in full."""
