"""Evidence that jobs left as artifacts of a GitLab project.

It is found by pipelines. The project's own list of jobs is shorter to read, but it is in the order in which jobs were
made, so a job that waited stands far below, and only the end of the list would be a safe place to stop.

GitLab shows nobody a digest of an archive: that the bytes are those that were uploaded is seen by the record and the
signature inside them alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from requests.auth import AuthBase

from gate.adapters.address import check_address
from gate.adapters.answer import Answer, Asked
from gate.adapters.archives.downloads import Downloads
from gate.adapters.forges.gitlab import checks
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.emergencies import ENDED
from gate.adapters.forges.gitlab.question import READ_VARIABLE, SYSTEM, Question, missing
from gate.adapters.forges.gitlab.reading import segment
from gate.adapters.forges.gitlab.run import path_of
from gate.adapters.forges.gitlab.tokens import header
from gate.adapters.forges.gitlab.transport import API, Parameters, Transport
from gate.adapters.http import Place
from gate.adapters.part import Part
from gate.adapters.side_by_side import chunks, side_by_side
from gate.adapters.sources import gone
from gate.adapters.sources.gitlab_pipelines import Pipelines
from gate.adapters.sources.offering import Window, check_zip, name_of, pulling
from gate.adapters.sources.patience import LONGEST_WAIT, SECONDS, Pace, Patience, Unkept
from gate.domain.evidence_ports import Offer

NAMES = ("change-gate", "change-gate-follow-up")
"""What the component calls the gate's job and the sweep's, unless its inputs say otherwise."""

_AT_ONCE = 64
_PERMISSION = (
    "whoever owns the project makes a project or group access token with the scope `read_api` and the role Developer, "
    f"since the component lets nobody below it see the evidence, and {READ_VARIABLE} holds it; a job's own token can "
    "do it from GitLab 18.3 on"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A token, and which kind it is."""

    token: str = field(repr=False)
    is_job_token: bool = False


class GitLabJobs:
    """An `EvidenceSource`: artifacts of jobs of one project, by its number or its path. Close it when all is read.

    `api_url` is what the runner calls CI_API_V4_URL. `names` are names of jobs; none means those of the component. It
    gives up when no answer came for `seconds`. FactMissing (`not-configured`) when the address or the token is no good.
    """

    def __init__(
        self,
        project: str,
        *,
        api_url: str,
        key: Key,
        clock: Callable[[], datetime],
        names: Sequence[str] = (),
        secrets: Collection[str] = (),
        seconds: float = SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._server = check_address(api_url.rstrip("/").removesuffix(API), SYSTEM)
        self._project, self._clock = project, clock
        self._names = frozenset(names or NAMES)
        self._patience, self._pace = Patience(seconds), Pace(sleep=pause)
        recorder = Unkept(clock, secrets, self._patience)
        auth = _auth(key)
        transport = _Paced(self._server, key, recorder, self._patience, pause, self._pace)
        host = urlsplit(self._server).netloc
        # There is one token, so whatever needs another than the job's is refused by GitLab itself.
        self._client = Client(segment(project), job=transport, host=host)
        self._pipelines = Pipelines(
            client=self._client, project=project, server=self._server, clock=clock
        )
        self._files = Downloads(
            Place(
                system=SYSTEM,
                base_url=self._server + API,
                auth=auth,
                accept=("*/*",),
            ),
            recorder=recorder,
            deadline=self._patience,
            sleep=pause,
            longest_wait=LONGEST_WAIT,
        )

    @property
    def address(self) -> str:
        """Such as `jobs of gitlab.com/acme/app`."""
        return f"jobs of {self._host}/{self._project}"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
        self._files.close()

    def offers(self, since: datetime, until: datetime) -> Iterator[Offer]:
        """What jobs left around that period, pipeline by pipeline. What is gone by now is offered as such."""
        window = Window(since, until)
        with pulling(_PERMISSION):
            self._patience.renew()
            found = self._pipelines.of(window)
        for some in chunks(found, _AT_ONCE):
            with pulling(_PERMISSION):
                self._patience.renew()
                left = side_by_side([partial(self._left, window, pipeline) for pipeline in some])
            for offers in left:
                yield from offers

    def fetch(self, offer: Offer) -> bytes:
        """The archive of the job."""
        self._patience.renew()
        self._pace()
        what = f"the artifacts of job {offer.ref}"
        path = f"{self._client.home}/jobs/{segment(offer.ref)}/artifacts"
        with pulling(_PERMISSION):
            content = self._files.content(path, what)
            return check_zip(Asked(system=SYSTEM, what=what, host=self._host), content)

    @property
    def _host(self) -> str:
        """The server as people know it, with the path that it may live below."""
        return self._server.partition("://")[2]

    def _left(self, window: Window, pipeline: Part) -> list[Offer]:
        number = str(pipeline.number("id"))
        project = path_of(pipeline, self._server)
        return [
            self._offer(job, project, number)
            for job in checks.jobs(self._client, number)
            if self._is_ours(job) and window.has(job.moment_or_none("finished_at"))
        ]

    def _is_ours(self, job: Part) -> bool:
        """Jobs of these names that came to an end. One that was cancelled and left nothing decided nothing."""
        if job.name("name") not in self._names or job.name("status") not in ENDED:
            return False
        return job.name("status") != "canceled" or gone.archive_of(job) is not None

    def _offer(self, job: Part, project: str, pipeline: str) -> Offer:
        number = job.number("id")
        return Offer(
            name=name_of(self._host, project, pipeline, f"{number}-{job.name('name')}"),
            ref=str(number),
            stored_at=job.moment_or_none("finished_at"),
            gone=gone.of_job(job, self._clock()),
        )


class _Paced(Transport):
    """Asks GitLab no faster than it likes."""

    def __init__(
        self,
        server: str,
        key: Key,
        recorder: Unkept,
        patience: Patience,
        pause: Callable[[float], None],
        pace: Pace,
    ) -> None:
        super().__init__(
            server,
            key.token,
            is_job_token=key.is_job_token,
            recorder=recorder,
            deadline=patience,
            pause=pause,
            longest_wait=LONGEST_WAIT,
        )
        self._pace = pace

    def send(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Answer:
        """Ask when it is our turn."""
        self._pace()
        return super().send(question, path, keep, parameters)


def _auth(key: Key) -> AuthBase:
    with pulling(_PERMISSION):
        if not key.token.strip():
            raise missing(Question(what="its token"), "not-configured", "no token was given for it")
        return header(key.token, is_job_token=key.is_job_token)
