"""A GitHub that answers from a table: one small repository with one pull request, for tests to bend."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.question import Question
from gate.adapters.forges.github.reference import Reference
from gate.adapters.forges.github.transport import Reply, Transport

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8", "date": "Wed, 25 Nov 2026 15:00:00 GMT"}
REPOSITORY = "acme/app"
HOME = f"/repos/{REPOSITORY}"


def sha(name: str) -> str:
    """A commit's SHA by a name for it."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


M0, M1, C1, C2 = sha("m0"), sha("m1"), sha("c1"), sha("c2")
ASKED = Reference(
    repository=REPOSITORY,
    environment="production",
    services=("api",),
    revision=M1,
    run_id="7001",
    attempt=1,
    ref="refs/heads/main",
    event="push",
)

Answer = Any
Handler = Callable[[Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not simply HTTP 200 with JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the table saw it."""

    verb: str
    path: str
    parameters: Mapping[str, Any]


class CannedTransport(Transport):
    """Answers by "GET /path" or by the name of a GraphQL operation. A list gives one answer after another."""

    def __init__(self, table: Mapping[str, Answer | Handler]) -> None:
        self.table = dict(table)
        self.asked: list[Asked] = []
        self.closed = False
        self._lock = threading.Lock()

    def send(
        self,
        question: Question,
        verb: str,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Reply:
        given: Mapping[str, Any] = body if isinstance(body, dict) else dict(parameters or {})
        key = given["operationName"] if verb == "POST" else f"GET {path}"
        with self._lock:
            self.asked.append(Asked(verb, key, given.get("variables", given)))
            found = self.table.get(key, Raw(404, {"message": f"Not Found: {key}"}))
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(given)
        return _reply(found)

    def fetch(self, question: Question, address: str) -> Reply:
        self.asked.append(Asked("FETCH", address, {}))
        return _reply(self.table[f"FETCH {address}"])

    def graphql_path(self) -> str:
        return "https://api.github.com/graphql"

    def close(self) -> None:
        self.closed = True

    def count(self, pattern: str) -> int:
        """How many requests were for a key that the pattern matches."""
        return sum(1 for asked in self.asked if re.fullmatch(pattern, asked.path))


def _reply(found: Answer) -> Reply:
    if isinstance(found, Exception):
        raise found
    raw = found if isinstance(found, Raw) else Raw(body=found)
    content = raw.body if isinstance(raw.body, bytes) else json.dumps(raw.body).encode()
    return Reply(raw.status, raw.headers, content)


def recorder() -> Recorder:
    return Recorder(lambda: NOW)


def client(transport: Transport, waits: list[float] | None = None) -> Client:
    pause = (waits if waits is not None else []).append
    return Client(
        transport, repository=REPOSITORY, recorder=recorder(), deadline=Deadline(60), pause=pause
    )


# --- the repository ---------------------------------------------------------------------------

POLICY = b"schema: 1\n# \xc3\xa9\n"


def graph(**parts: Any) -> dict[str, Any]:
    """A GraphQL answer about the repository."""
    return {
        "data": {"rateLimit": {"cost": 1}, "repository": {"nameWithOwner": REPOSITORY, **parts}}
    }


def errors(*found: tuple[str, str, list[Any]], **parts: Any) -> dict[str, Any]:
    """The same with errors: type, message, path within the repository."""
    listed = [
        {"type": kind, "message": text, "path": ["repository", *path]} for kind, text, path in found
    ]
    return {**graph(**parts), "errors": listed}


def page(*nodes: Any, after: str | None = None, total: int | None = None) -> dict[str, Any]:
    """A connection."""
    return {
        "totalCount": len(nodes) if total is None else total,
        "pageInfo": {"hasNextPage": after is not None, "endCursor": after},
        "nodes": list(nodes),
    }


def account(login: str, number: int = 0, sort: str = "User") -> dict[str, Any]:
    return {"__typename": sort, "login": login, "databaseId": number or len(login)}


def user(login: str, number: int = 0, sort: str = "User") -> dict[str, Any]:
    return {"login": login, "id": number or len(login), "type": sort}


def blob(content: bytes) -> dict[str, Any]:
    oid = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return {
        "__typename": "Blob",
        "oid": oid,
        "byteSize": len(content),
        "isBinary": False,
        "isTruncated": False,
        "text": content.decode("utf-8", "replace"),
    }


def status(state: str, at: str = "2026-11-15T15:00:00Z", run: int = 5000) -> dict[str, Any]:
    return {
        "state": state,
        "createdAt": at,
        "logUrl": f"https://github.com/{REPOSITORY}/actions/runs/{run}/job/1",
    }


def deployment(number: int = 900, commit: str = M0, *statuses: Any, **more: Any) -> dict[str, Any]:
    return {
        "databaseId": number,
        "commitOid": commit,
        "environment": "production",
        "originalEnvironment": "production",
        "task": "deploy",
        "createdAt": "2026-11-15T14:59:00Z",
        "creator": account("carol", 103),
        "statuses": page(*(statuses or (status("INACTIVE"), status("SUCCESS")))),
        **more,
    }


def branch(name: str = "main", head: str = M1) -> dict[str, Any]:
    return {
        "name": name,
        "target": {"oid": head},
        "refUpdateRule": {"requiredApprovingReviewCount": 1},
        "rules": {"totalCount": 0},
    }


def opening(**more: Any) -> dict[str, Any]:
    context = {
        "id": "SC_1",
        "context": "ci/legacy",
        "state": "SUCCESS",
        "createdAt": "2026-11-25T14:00:00Z",
        "targetUrl": None,
        "creator": account("jenkins", 300, "Bot"),
    }
    parts = {
        "databaseId": 4242,
        "visibility": "PRIVATE",
        "defaultBranchRef": branch(),
        "head": {"oid": M1},
        "policy0": blob(POLICY),
        "policy1": None,
        "policy2": None,
        "deployments": page(deployment()),
        "revision": {"__typename": "Commit", "oid": M1, "status": {"contexts": [context]}},
    }
    return graph(**{**parts, **more})


def run(**more: Any) -> dict[str, Any]:
    return {
        "id": 7001,
        "run_attempt": 1,
        "repository": {"id": 4242, "full_name": REPOSITORY},
        "event": "push",
        "head_sha": M1,
        "head_branch": "main",
        "html_url": f"https://github.com/{REPOSITORY}/actions/runs/7001",
        "path": ".github/workflows/deploy.yml@refs/heads/main",
        "actor": user("alice", 101),
        "triggering_actor": user("alice", 101),
        "run_started_at": "2026-11-25T14:55:00Z",
        **more,
    }


def check_run(number: int = 1, name: str = "unit", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "head_sha": M1,
        "status": "completed",
        "conclusion": "success",
        "started_at": "2026-11-25T13:00:00Z",
        "completed_at": "2026-11-25T13:10:00Z",
        "html_url": f"https://github.com/{REPOSITORY}/runs/{number}",
        "details_url": f"https://github.com/{REPOSITORY}/actions/runs/6000/job/{number}",
        "app": {"slug": "github-actions"},
        "check_suite": {"id": 60},
        **more,
    }


def check_runs(*runs: Any, total: int | None = None) -> dict[str, Any]:
    return {"total_count": len(runs) if total is None else total, "check_runs": list(runs)}


def file_diff(
    path: str = "services/api/app.py", patch: str | None = "@@ -1 +1 @@\n-a\n+b", **more: Any
) -> dict[str, Any]:
    found = {
        "filename": path,
        "status": "modified",
        "additions": 10,
        "deletions": 2,
        "sha": sha(path),
        **more,
    }
    return found if patch is None else {**found, "patch": patch}


def comparison(
    reach: str,
    base: str,
    merge_base: str,
    *commits: str,
    files: list[Any] | None = None,
    behind: int = 0,
) -> dict[str, Any]:
    behind = behind or (1 if reach in {"behind", "diverged"} else 0)
    return {
        "status": reach,
        "ahead_by": len(commits),
        "behind_by": behind,
        "total_commits": len(commits),
        "base_commit": {"sha": base},
        "merge_base_commit": {"sha": merge_base},
        "commits": [{"sha": commit} for commit in commits],
        "files": [file_diff()] if files is None else files,
    }


def person(login: str, number: int = 0) -> dict[str, Any]:
    return {
        "name": login.title(),
        "email": f"{login}@acme.example",
        "user": {"login": login, "databaseId": number or len(login)},
    }


def commit(
    oid: str, *parents: str, author: str = "bob", by_forge: bool = False, **more: Any
) -> dict[str, Any]:
    return {
        "__typename": "Commit",
        "oid": oid,
        "messageHeadline": "CHG-7 Add retries",
        "committedViaWeb": by_forge,
        "parents": {"totalCount": len(parents), "nodes": [{"oid": parent} for parent in parents]},
        "committer": person("web-flow" if by_forge else author),
        "signature": {"isValid": True, "wasSignedByGitHub": True} if by_forge else None,
        "authors": page(person(author)),
        "associatedPullRequests": page(association()),
        **more,
    }


def association(number: int = 12, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "merged": True,
        "baseRefName": "main",
        "repository": {"nameWithOwner": REPOSITORY},
        **more,
    }


def own(
    oid: str, *parents: str, seen: str | None = "2026-11-24T15:00:00Z", **more: Any
) -> dict[str, Any]:
    """A commit of a pull request."""
    suites = page({"createdAt": seen}) if seen else page()
    return {"commit": {**commit(oid, *parents, **more), "checkSuites": suites}}


def review(
    login: str = "carol", state: str = "APPROVED", oid: str = C2, **more: Any
) -> dict[str, Any]:
    return {
        "id": f"PRR_{login}",
        "url": f"https://github.com/{REPOSITORY}/pull/12#{login}",
        "state": state,
        "submittedAt": "2026-11-25T11:00:00Z",
        "lastEditedAt": None,
        "body": "fine",
        "authorCanPushToRepository": True,
        "author": account(login),
        "commit": {"oid": oid},
        **more,
    }


def changed(path: str = "services/api/app.py", **more: Any) -> dict[str, Any]:
    return {"path": path, "additions": 10, "deletions": 2, "changeType": "MODIFIED", **more}


def pull(number: int = 12, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "url": f"https://github.com/{REPOSITORY}/pull/{number}",
        "title": "CHG-7 Add retries",
        "body": "Because.",
        "merged": True,
        "mergedAt": "2026-11-25T12:00:00Z",
        "baseRefName": "main",
        "headRefName": "retries",
        "author": account("bob"),
        "mergedBy": account("alice", 101),
        "mergeCommit": {"oid": M1},
        "reviews": page(review()),
        "commits": page(own(C1, M0), own(C2, C1)),
        "timelineItems": page(),
        "files": page(changed()),
        "labels": page({"name": "api"}),
        "closingIssuesReferences": page({"number": 3, "repository": {"nameWithOwner": REPOSITORY}}),
        **more,
    }


def merged_node(number: int = 9, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "url": f"https://github.com/{REPOSITORY}/pull/{number}",
        "title": "CHG-7 First try",
        "body": "",
        "headRefName": "first-try",
        "mergedAt": "2026-11-01T12:00:00Z",
        "updatedAt": "2026-11-02T12:00:00Z",
        "mergeCommit": {"oid": M0},
        "closingIssuesReferences": page(),
        **more,
    }


def table(**more: Any) -> dict[str, Any]:
    """The whole repository: M1 is the squash of #12, M0 runs in production."""
    return {
        "Opening": opening(),
        f"GET {HOME}/actions/runs/7001/attempts/1": run(),
        f"GET {HOME}/actions/runs/7001/approvals": [approvals()],
        f"GET {HOME}/commits/{M1}/check-runs": check_runs(
            check_run(),
            check_run(2, "gate", status="in_progress", conclusion=None, completed_at=None),
        ),
        f"GET {HOME}/compare/main...{M1}": comparison("identical", M1, M1, files=[]),
        f"GET {HOME}/compare/{M0}...{M1}": comparison("ahead", M0, M0, M1),
        "Commits": graph(c0=commit(M1, M0, by_forge=True), merged=page(merged_node())),
        "MergeRequests": graph(p12=pull()),
        **more,
    }


def approvals(**more: Any) -> list[dict[str, Any]]:
    return [
        {
            "state": "approved",
            "comment": "go",
            "user": user("carol", 103),
            "environments": [{"name": "production"}],
            **more,
        }
    ]
