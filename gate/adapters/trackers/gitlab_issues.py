"""GitLab Issues: change tickets whose labels are their approval, told by the events: which label, who, when."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import SYSTEM, Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys as words
from gate.adapters.forges.gitlab.reading import segment
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Transport
from gate.adapters.side_by_side import both, side_by_side
from gate.adapters.trackers.github_issue import Labels
from gate.adapters.trackers.gitlab_issue import Found, key_of, ticket
from gate.domain.facts import Ticket
from gate.domain.phrases import safe
from gate.domain.policy.workflow import TicketRules

KEPT = words(
    "id iid project_id title description state created_at updated_at labels label author user username name bot "
    "web_url references full issue_type _links closed_as_duplicate_of action resource_type body system noteable_iid "
    "message error"
)
"""What the evidence keeps of an answer."""

_KEY = re.compile(r"(?P<project>[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+)#(?P<number>[1-9][0-9]{0,8})")


class GitLabIssues:
    """The issues of one GitLab. Safe to use from several threads.

    Who put a label on takes a token with the scope `read_api`, for every project that holds tickets. FactMissing
    (`not-configured`) when the address or a token cannot be used.
    """

    def __init__(
        self,
        *,
        api_url: str,
        tokens: Tokens,
        rules: TicketRules,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        def connect(token: str, *, is_job_token: bool) -> Transport:
            return Transport(
                api_url,
                token,
                is_job_token=is_job_token,
                recorder=recorder,
                deadline=deadline,
                pause=sleep,
            )

        self._job = connect(tokens.job, is_job_token=True)
        self._reader = connect(tokens.read, is_job_token=False) if tokens.read else None
        self._host = urlsplit(api_url).netloc
        self._labels = Labels(approved=rules.approved_statuses, rejected=rules.rejected_statuses)

    def close(self) -> None:
        """Close all connections."""
        self._client("").close()

    def tickets(self, keys: Sequence[str]) -> tuple[Ticket, ...]:
        """All of them (`group/name#12`), in the order asked; FactMissing when one of them cannot be read.

        Four requests for each issue, at the same time.
        """
        distinct = list(dict.fromkeys(keys))
        found = side_by_side([partial(self._ticket, key) for key in distinct])
        read = dict(zip(distinct, found, strict=True))
        return tuple(read[key] for key in keys)

    def _ticket(self, key: str) -> Ticket:
        what = f"ticket {safe(key)}"
        name = _KEY.fullmatch(key)
        if name is None:
            detail = f"{safe(key)} names no issue, which looks like group/name#123"
            raise missing(Question(what=what, host=self._host), "not-found", detail)
        client = self._client(segment(name["project"]))
        path = f"{client.home}/issues/{name['number']}"
        history = Question(what=f"who approved {what}", needs=Needs.READ)
        (issue, labels), (states, notes) = both(
            lambda: both(
                lambda: client.get(Question(what=what), path, KEPT),
                lambda: client.pages(history, f"{path}/resource_label_events", KEPT),
            ),
            lambda: both(
                lambda: client.pages(history, f"{path}/resource_state_events", KEPT),
                lambda: client.pages(history, f"{path}/notes", KEPT, {"sort": "asc"}),
            ),
        )
        if issue.number("iid") != int(name["number"]):
            detail = f"{SYSTEM} answered about {safe(key_of(issue))} instead"
            raise missing(Question(what=what, host=self._host), "wrong-object", detail)
        return ticket(
            key, Found(issue=issue, labels=labels, states=states, notes=notes), self._labels
        )

    def _client(self, project: str) -> Client:
        return Client(project, job=self._job, reader=self._reader, host=self._host)
