"""Desks of both forges, and a sandbox below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.trackers.github_desk import GitHubDesk
from gate.adapters.trackers.gitlab_desk import GitLabDesk
from gate.domain.follow_up import LABEL, Draft, Marker
from gate.domain.follow_up_marker import id_label, marker_fields, marker_line
from gate.domain.grant import Owed, grant_id
from gate.sandbox.faults import Faults
from gate.sandbox.gitlab_rest.access import WRITE_TOKEN
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import Written
from tests.sandbox.asking import raw

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
FORGES = ("github", "gitlab")
PULL = {"author": "ann", "commits": [], "branch": "fix", "head": "m0", "state": "open"}


def marker(run_id: str = "7001") -> Marker:
    return Marker(
        id=grant_id("4242", "production", "a" * 40, run_id, 1),
        owed=Owed.RETROACTIVE_REVIEW,
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision="a" * 40,
        run_id=run_id,
        attempt=1,
        issued_at=NOW,
        due_at=NOW + timedelta(hours=48),
        not_by=("dana",),
    )


def draft(run_id: str = "7001", **changes: Any) -> Draft:
    found = marker(run_id)
    fields = marker_fields(found)
    made = Draft(
        marker=found,
        fields=fields,
        title="Review the emergency release of production",
        body=f"Who, what, why.\n\n- [ ] Was it an emergency?\n\n{marker_line(fields)}",
        due=date(2026, 11, 26),
        labels=(LABEL, id_label(found.id), "sre"),
    )
    return replace(made, **changes)


def world(**over: Any) -> World:
    return World.of(raw(**{"gitlab": {"write_token": True}, **over}))


@dataclass
class Played:
    """A forge while its sandbox runs."""

    forge: str
    box: Sandbox
    waits: list[float] = field(default_factory=list)

    @property
    def written(self) -> Written:
        site = self.box.site
        return site.github.written if self.forge == "github" else site.gitlab.written

    @property
    def issues(self) -> Sequence[Issue]:
        return list(self.written.issues.values())

    @property
    def left_open(self) -> Sequence[str]:
        return [one.name for one in self.issues if one.state == "open"]

    def comments(self, place: str) -> Sequence[str]:
        return [one.body for one in self.written.comments(place)]

    def writes(self) -> Sequence[tuple[str, str]]:
        return [
            (one.method, one.path)
            for one in self.box.requests
            if one.method != "GET" and not one.path.endswith("/graphql")
        ]

    def fail(self, *faults: Fault) -> None:
        """From now on this goes wrong, and nothing else."""
        self.box.faults = Faults(faults)

    def connection(self, **changes: Any) -> dict[str, Any]:
        urls = {
            "github": {
                "api_url": f"{self.box.url}/github",
                "graphql_url": f"{self.box.url}/github/graphql",
                "token": "sandbox-workflow-token",
            },
            "gitlab": {"api_url": f"{self.box.url}/gitlab/api/v4", "token": WRITE_TOKEN},
        }[self.forge]
        common = {
            "recorder": Recorder(lambda: NOW, [WRITE_TOKEN]),
            "deadline": Deadline(30),
            "sleep": self.waits.append,
        }
        return {**urls, **common, **changes}

    def desk(self, **changes: Any) -> GitHubDesk | GitLabDesk:
        given = self.connection(**{"project": "acme/app", **changes})
        return GitHubDesk(**given) if self.forge == "github" else GitLabDesk(**given)


@contextmanager
def played(forge: str, some: World | None = None) -> Iterator[Played]:
    with Sandbox(some or world()) as box:
        yield Played(forge, box)


def creating(forge: str, **what: Any) -> Fault:
    """A fault of the request that makes an issue."""
    route = {"github": "POST /repos/*/*/issues", "gitlab": "POST /projects/*/issues"}[forge]
    return Fault(route=route, **what)


def issue(**changes: Any) -> Mapping[str, Any]:
    """An issue of a world that is a follow-up."""
    made = draft()
    return {"title": made.title, "body": made.body, "labels": [*made.labels], **changes}
