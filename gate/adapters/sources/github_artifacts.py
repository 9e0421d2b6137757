"""Evidence that workflow runs left as artifacts of a GitHub repository.

The list of a repository is read to its end: GitHub documents no order of it, so nothing says where the period ends. It
moves while workflows run, so what was read is held against the number that GitHub promises, each artifact counted once.
An artifact is never altered after its upload, and GitHub records the SHA-256 of its zip.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.credentials import bearer
from gate.adapters.forges.github import stored
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.question import SYSTEM, Question, missing
from gate.adapters.forges.github.transport import Reply, Transport
from gate.adapters.part import Part
from gate.adapters.sources import gone
from gate.adapters.sources.offering import Window, check_zip, name_of, pulling, until_whole
from gate.adapters.sources.patience import LONGEST_WAIT, SECONDS, Pace, Patience, Unkept
from gate.domain.evidence_ports import Offer
from gate.domain.globs import Glob

NAMES = ("change-gate-*",)
"""Evidence of checks (`change-gate-evidence-…`) and of sweeps (`change-gate-follow-up-…`), as the Actions name it."""
MOST_PAGES = 1000

_ACTIONS = "actions: read"
_PERMISSION = (
    "whoever made the token lets it read Actions of that repository (in a workflow: `permissions: actions: read`; a "
    "fine-grained token: Actions, read-only; a classic one: `repo`), and GITHUB_TOKEN holds it"
)
_WILD = frozenset("*?[")


class GitHubArtifacts:
    """An `EvidenceSource`: artifacts of one repository (`owner/name`). Close it when all is read.

    `api_url` is https://api.github.com, or that of a server of one's own. `names` are globs; none means those of the
    Actions. It gives up when no answer came for `seconds`. FactMissing (`not-configured`) when the address or the
    token is no good.
    """

    def __init__(
        self,
        repository: str,
        *,
        api_url: str,
        token: str,
        clock: Callable[[], datetime],
        names: Sequence[str] = (),
        secrets: Collection[str] = (),
        seconds: float = SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        api = check_address(api_url, SYSTEM)
        with pulling(_PERMISSION):
            bearer(token, SYSTEM)
        self._host, self._repository = host_of(api), repository
        self._names = tuple(names) or NAMES
        self._globs = [Glob(name) for name in self._names]
        self._patience = Patience(seconds)
        self._client = Client(
            _Paced(api, token.strip(), self._patience, pause, Pace(sleep=pause)),
            repository=repository,
            recorder=Unkept(clock, secrets, self._patience),
            deadline=self._patience,
            pause=pause,
        )

    @property
    def address(self) -> str:
        """Such as `artifacts of github.com/acme/app`."""
        return f"artifacts of {self._host}/{self._repository}"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def offers(self, since: datetime, until: datetime) -> Iterator[Offer]:
        """What was uploaded around that period, the oldest first. What is gone by now is offered as such."""
        window = Window(since, until)
        with pulling(_PERMISSION):
            found = [self._offer(one) for one in self._all() if self._is_ours(one)]
        ours = [offer for offer in found if window.has(offer.stored_at)]
        yield from sorted(ours, key=lambda offer: (str(offer.stored_at), offer.name))

    def fetch(self, offer: Offer) -> bytes:
        """The zip, which is what GitHub recorded when it was uploaded."""
        self._patience.renew()
        question = Question(what=f"artifact {offer.ref}", permission=_ACTIONS)
        with pulling(_PERMISSION):
            content = until_whole(
                lambda: stored.content(self._client, question, offer.ref, offer.digest),
                code="unavailable",
            )
            return check_zip(question.asked, content)

    def _all(self) -> list[Part]:
        self._patience.renew()
        plain = not any(_WILD & set(name) for name in self._names)
        asked = [{"name": name} for name in self._names] if plain else [{}]
        known = [one for parameters in asked for one in self._listed(parameters)]
        return list({one.number("id"): one for one in known}.values())

    def _listed(self, parameters: Mapping[str, str]) -> Sequence[Part]:
        """All artifacts, each once. FactMissing when they are fewer than GitHub promised, time and again."""
        question = Question(what=f"artifacts of {self._repository}", permission=_ACTIONS)
        return until_whole(lambda: self._once(question, parameters))

    def _once(self, question: Question, parameters: Mapping[str, str]) -> Sequence[Part]:
        first, listed = self._client.pages(
            question,
            f"{self._client.home}/actions/artifacts",
            (),
            items="artifacts",
            total="total_count",
            parameters=parameters,
            most=MOST_PAGES,
        )
        found = tuple({one.number("id"): one for one in listed}.values())
        if len(found) < first.number("total_count"):
            raise missing(
                question,
                "unreadable",
                "the list changed while it was read, so that some of it may have been passed over",
            )
        self._check(question, found)
        return found

    def _check(self, question: Question, found: Sequence[Part]) -> None:
        """All are artifacts of this repository, and of no other."""
        home = f"/repos/{self._repository}/actions/artifacts/".casefold()
        repositories = {_run(one, "repository_id") for one in found} - {""}
        ends = all(
            one.name("url").casefold().endswith(f"{home}{one.number('id')}") for one in found
        )
        if len(repositories) > 1 or not ends:
            raise missing(
                question, "wrong-object", "GitHub answered with artifacts of another repository"
            )

    def _is_ours(self, artifact: Part) -> bool:
        """By its name. Whoever proposes code from a fork can name an artifact like ours, and no gate runs there."""
        own, head = (_run(artifact, key) for key in ("repository_id", "head_repository_id"))
        name = artifact.name("name")
        return own == head and any(glob.matches(name) for glob in self._globs)

    def _offer(self, artifact: Part) -> Offer:
        number, name = artifact.number("id"), artifact.name("name")
        owner, repository = artifact.name("url").split("/")[-5:-3]
        return Offer(
            name=name_of(
                self._host,
                f"{owner}/{repository}",
                _run(artifact, "id") or "unknown",
                f"{number}-{name}",
            ),
            ref=str(number),
            stored_at=artifact.moment_or_none("created_at"),
            digest=artifact.text_or_empty("digest"),
            gone=gone.of_artifact(artifact),
        )


class _Paced(Transport):
    """Asks GitHub no faster than it likes."""

    def __init__(
        self,
        api_url: str,
        token: str,
        patience: Patience,
        pause: Callable[[float], None],
        pace: Pace,
    ) -> None:
        super().__init__(api_url, token, patience, pause, LONGEST_WAIT)
        self._pace = pace

    def send(
        self,
        question: Question,
        verb: str,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Reply:
        """Ask when it is our turn."""
        self._pace()
        return super().send(question, verb, path, parameters, body)


def host_of(api_url: str) -> str:
    """The host that people know, for an address of the API."""
    host = urlsplit(api_url).netloc
    return host.removeprefix("api.")


def _run(artifact: Part, key: str) -> str:
    """A number of the run that uploaded it; empty where GitHub does not tell."""
    if not artifact.has("workflow_run"):
        return ""
    run = artifact.member("workflow_run")
    return str(run.number(key)) if run.has(key) else ""
