"""Who somebody is, in the system that names them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What sort of account acts. Only people can approve (guide §4)."""

    HUMAN = "human"
    BOT = "bot"
    UNKNOWN = "unknown"
    """The system did not say: a deleted account, or a git author without an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One account in one system: `github` alice-ng, `jira` 5b10a…, or a bare git author.

    `system` is the key under `people.<name>` in the policy that holds such accounts (`github`, `gitlab`, `jira`);
    a git author whose e-mail belongs to no account has the system `git`. `id` is the stable identifier where the system
    has one (a forge's numeric id, Jira's accountId): a login can be renamed and taken over, an id cannot.
    """

    system: str
    login: str
    id: str = ""
    kind: Kind = Kind.HUMAN
    name: str = ""
    email: str = ""

    def __str__(self) -> str:
        return self.login or self.name or self.email or self.id or "somebody unknown"

    def is_same(self, other: Identity) -> bool:
        """Tell whether both are one account: by id when both have one, else by login ignoring case."""
        if self.system != other.system:
            return False
        if self.id and other.id:
            return self.id == other.id
        return bool(self.login) and self.login.casefold() == other.login.casefold()
