"""What is played with tainted answers: checks that end in every way, whole emergencies, archives, systems that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gate.domain.policy.windows import FREEZE_PERIODS
from gate.sandbox.world import sha
from tests.emergencies.days import GOOD_FINDINGS, REVIEW, sweeping
from tests.emergencies.rig import Forge, Outcome
from tests.redaction.archives import PACKAGES, RELEASES
from tests.redaction.kinds import IN_ONE_WORD, KINDS, core
from tests.redaction.rig import TaintedStory
from tests.scenarios.forges import names_on_gitlab

HOUR = timedelta(hours=1)
FOLDER = "<the folder of the archive>"
FORGES: tuple[Forge, ...] = ("github", "gitlab")
Steps = Callable[[TaintedStory, Outcome], None]


def nothing(story: TaintedStory, checked: Outcome) -> None:
    """The check is all."""


def checked_again(story: TaintedStory, checked: Outcome) -> None:
    """The job that deploys asks again; of what passed somebody starts the check again, so that its note is altered."""
    story.recheck()
    if checked.exit_code == 0:
        story.check("--note")


def emergency(story: TaintedStory, checked: Outcome) -> None:
    """The release goes out, nobody looks at it in time, and then somebody does."""
    story.recheck()
    story.leave(checked, deployed=True)
    for after, run_id in ((HOUR, 8001), (60 * HOUR, 8002)):
        story.go_on(after, sweeping(story.world, run_id, after))
        story.sweep()
    (ticket,) = story.kept()
    story.say(ticket.key, "carol", REVIEW.format(revision=sha("m1"), findings=GOOD_FINDINGS))
    story.sweep()


def swept(story: TaintedStory, checked: Outcome) -> None:
    """A sweep comes by."""
    story.go_on(HOUR, sweeping(story.world, 8001, HOUR))
    story.sweep()


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One story. `steps` come after its check."""

    scenario: str
    forge: Forge
    about: str = ""
    """What makes it another one than the scenario."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    steps: Steps = nothing
    archive: str = ""
    in_clone: bool = False
    """GitLab: with the job token alone, in a clone of the repository, from which the commits are read."""

    @property
    def name(self) -> str:
        """For people."""
        return " ".join(filter(None, (self.forge, self.scenario, self.about)))


CHECKS = (
    "allow-normal", "several-reasons", "calendar-freeze", "emergency-alone", "failed-check-on-page-two",
    "force-push-after-approval", "github-issue-approved", "hostile-text-allowed", "role-from-a-team",
    "rollback-by-the-short-lane", "two-tickets-one-not-approved", "compensating-objection-withdrawn",
    "undecided-partial-graphql", "emergency-acknowledged-while-not-on-call",
)  # fmt: skip
"""Scenarios that end in every way, and between them ask nearly everything that is asked."""
ON_GITLAB = ("commit-of-a-fork", "compensating-first-check", "first-deployment-ever")
"""In these something is asked of GitLab that is not asked in any other."""
EMERGENCIES = (
    "emergency-granted", "emergency-granted-by-incident-io", "emergency-granted-by-jsm",
    "emergency-followed-up-in-the-forge",
)  # fmt: skip
STATUSES = (401, 403, 404, 422, 429, 500)
FAILING: Mapping[str, tuple[Forge, tuple[str, ...]]] = {
    "emergency-granted": (
        "github",
        ("* /github/repos/*/*/commits/*/check-runs", "* /jira/**", "* /pagerduty/**"),
    ),
    "emergency-granted-by-incident-io": (
        "github",
        ("POST /graphql MergeRequests", "POST /graphql FollowUps", "* /incident_io/**"),
    ),
    "emergency-granted-by-jsm": (
        "gitlab",
        ("* /gitlab/api/v4/projects/*/repository/commits/*/statuses", "* /jira/**", "* /jsm/**"),
    ),
}  # fmt: skip
"""By scenario: the forge, and what fails there."""
FEWER = {"emergency-granted-by-incident-io": (401, 403, 422)}
"""Of systems that answer like others do not every status is played."""
WRITES = (
    "POST /jira/rest/api/3/issue",
    "POST /github/repos/*/*/issues/*/comments",
    "POST /github/repos/*/*/issues",
)
BODY = (
    '{"message": "It failed", "error": "why", "error_description": "how", "errorMessages": ["It failed"], '
    '"errors": {"summary": "is too long"}}'
)


def plays() -> Iterator[Play]:
    """All of them."""
    for forge in FORGES:
        possible = names_on_gitlab() if forge == "gitlab" else CHECKS
        for scenario in (*CHECKS, *(ON_GITLAB if forge == "gitlab" else ())):
            if scenario in possible:
                yield Play(
                    scenario=scenario, forge=forge, arguments=("--note",), steps=checked_again
                )
        for scenario in EMERGENCIES:
            yield Play(scenario=scenario, forge=forge, arguments=("--note",), steps=emergency)
        yield Play(
            scenario="allow-normal", forge=forge, about="names", changes=NAMES, arguments=("--note",),
            steps=checked_again,
        )  # fmt: skip
    for forge, archive in zip(FORGES, (RELEASES, PACKAGES), strict=True):
        yield Play(
            scenario="allow-normal", forge=forge, about="archived", archive=archive,
            changes={"policy_changes": {"evidence": {"archive": [archive, f"file://{FOLDER}"]}}},
        )  # fmt: skip
    yield from _rare()
    yield Play(
        scenario="allow-normal", forge="gitlab", about="in a clone", in_clone=True,
        changes={**NAMES, "gitlab": {"read_token": False}},
    )  # fmt: skip
    for status in STATUSES:
        for scenario, (forge, routes) in FAILING.items():
            if scenario in FEWER and status not in FEWER[scenario]:
                continue
            yield _failing(scenario, forge, status, routes, f"that fails with {status}")
    for status in (403, 422):
        yield _failing(
            "emergency-granted", "github", status, WRITES, f"that is not written ({status})"
        )


def _rare() -> Iterator[Play]:
    """What is asked now and then: schedules by their names, long histories, freeze periods of GitLab."""
    by_name = {"policy_changes": {"roles": {"on-call": {"pager_schedule": "primary"}}}}
    for scenario in EMERGENCIES[:3]:
        yield Play(scenario=scenario, forge="github", about="by name", changes=by_name)
    yield Play(
        scenario="allow-normal", forge="github", about="in pages", changes={"jira": {"page": 1}}
    )
    periods = {"weekend": {"start": "0 23 * * 5", "end": "0 7 * * 1", "timezone": "UTC"}}
    yield Play(
        scenario="allow-normal", forge="gitlab", about="with freeze periods",
        changes={
            "gitlab": {"freeze_periods": periods},
            "policy_changes": {"windows": {"freeze": [{"calendar": FREEZE_PERIODS, "override": "engineering-lead"}]}},
        },
    )  # fmt: skip


def _failing(scenario: str, forge: Forge, status: int, routes: Sequence[str], about: str) -> Play:
    # A limit that lasts beyond the deadline, so that nobody waits for its end.
    headers = {"Retry-After": "9999"} if status == 429 else {}
    faults = [{"route": one, "status": status, "body": BODY, "headers": headers} for one in routes]
    is_repeated = status in {429, 500}  # as long as there is time
    return Play(
        scenario=scenario, forge=forge, about=about, changes={"faults": faults},
        arguments=("--timeout=5",) if is_repeated else (), steps=nothing if is_repeated else swept,
    )  # fmt: skip


def _word(place: int) -> str:
    return KINDS[IN_ONE_WORD[place % len(IN_ONE_WORD)]](core(90_000_000 + place))


NAMES: Mapping[str, Any] = {
    "gitlab": {"write_token": True},
    "accounts": {"bob": {"name": f"Bob {_word(0)}"}, "erin": {"name": f"Erin {_word(1)}"}},
    "branches": {"feature": None, f"fix/{_word(2)}": "c2"},
    "commits": {
        "c1": {"files": {f"services/api/{_word(3)}.py": {"added": 3}}},
        "c2": {"message": f"Name the limit {_word(4)}"},
    },
    "pull_requests": {12: {"branch": f"fix/{_word(2)}", "labels": [_word(5)]}},
    "checks": {
        "odd": {
            "id": 39,
            "name": f"smoke {_word(6)}",
            "app": "github-actions",
            "commit": "m1",
            "conclusion": "success",
            "started": "-2h58m",
            "completed": "-2h44m",
            "run": 7000,
        }
    },
    "tickets": {"CHG-7": {"labels": [_word(7)], "fields": {f"Also {_word(8)}": f"see {_word(9)}"}}},
}
"""Credentials in what things are called."""
