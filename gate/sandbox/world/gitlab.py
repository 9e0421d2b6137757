"""What a world says of its GitLab beyond what every forge has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gate.sandbox.world.marks import AccountName


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezePeriod:
    """Deployments are frozen from each time that `start` names to the next that `end` names; both are cron lines."""

    start: str
    end: str
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """A rule of the project's: so many approvals, by these people or, when nobody is named, by anybody."""

    required: int = 1
    people: tuple[AccountName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLabSite:
    """The GitLab that the repository lives on."""

    tier: Literal["free", "premium", "ultimate"] = "premium"
    edition: Literal["ee", "ce"] = "ee"
    """GitLab.com and most servers run the Enterprise Edition, on Free as well; `ce` goes with Free alone."""
    version: str = "18.5"
    read_token: bool = True
    """Whether somebody made a token with the scope `read_api`."""
    read_role: Literal["reporter", "developer"] = "reporter"
    """The role of that token in the project: of what jobs left for developers, a Reporter reads nothing."""
    write_token: bool = False
    """Whether somebody made a token with the scope `api`."""
    write_role: Literal["guest", "reporter"] = "reporter"
    """The role of that token in the project."""
    dead: tuple[Literal["job", "read", "write"], ...] = ()
    """Tokens that are expired."""
    reset_approvals_on_push: bool = False
    """Premium: a push takes approvals away."""
    approval_rules: Mapping[str, ApprovalRule] = field(default_factory=dict)
    """Premium. Without any, `repository.required_approvals` is the one rule."""
    own_rules: Mapping[str, Mapping[str, ApprovalRule]] = field(default_factory=dict)
    """Premium. Rules that somebody wrote into a merge request, by its number, in the place of the project's."""
    may_edit_rules: bool = True
    """Premium: whether the project lets people edit approval rules in a merge request, as GitLab does by itself."""
    freeze_periods: Mapping[str, FreezePeriod] = field(default_factory=dict)
    object_storage: bool = False
    """Whether archives of artifacts are handed out by another host, as on GitLab.com."""

    @property
    def is_paid(self) -> bool:
        """Whether it knows approval rules, protected environments and approvals of deployments."""
        return self.tier != "free"

    def is_since(self, major: int, minor: int) -> bool:
        """Whether this is at least that version."""
        numbers = [int(part) for part in self.version.split(".")[:2]]
        return numbers >= [major, minor]
