"""What somebody typed as the incident: an id, a number, or the address of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from gate.adapters.answer import Asked
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A key that is safe to look at, and the page that it stands in, if it was an address."""

    key: str
    page: str = ""

    @classmethod
    def of(cls, text: str, folder: str) -> Self:
        """Of an address, the key is what follows `folder` in its path; it is empty when nothing does."""
        plain = text.strip()
        if "://" not in plain:
            return cls(key=plain.removeprefix("#"))
        try:
            parts = urlsplit(plain)
            steps = [unquote(step) for step in parts.path.split("/")]
        except ValueError:
            return cls(key="")
        *_, last = [index for index, step in enumerate(steps) if step == folder] or [len(steps)]
        page = plain if parts.scheme == "https" else ""
        return cls(key="".join(steps[last + 1 : last + 2]) if page else "", page=page)

    def check_page(self, asked: Asked, told: str) -> None:
        """FactMissing unless the page that was typed is the one that the pager itself names for the incident.

        Nobody ever asks the typed address: it only says which incident is meant, and of which account.
        """
        if self.page and not _is_within(self.page, told):
            raise asked.missing(
                "not-found",
                f"{safe(self.page)} is not the address of this incident, which is {safe(told) or 'not told'}",
                f"whoever deploys names the incident by its id, or by its own address in {asked.system}",
            )


def no_key(system: str, text: str, looks: str) -> FactMissing:
    """What was typed can be no incident of that pager."""
    return Asked(system=system, what=f"incident {safe(text)}").missing(
        "not-found",
        f"{safe(text)} is no incident of {system}, which looks like {looks}",
        "whoever deploys names the incident as the pager does, and starts the deploy again",
    )


def _is_within(page: str, told: str) -> bool:
    here, there = urlsplit(page), urlsplit(told)
    path = there.path.rstrip("/")
    return (
        bool(there.hostname and path)
        and here.netloc.casefold() == there.netloc.casefold()
        and f"{here.path}/".startswith(f"{path}/")
    )
