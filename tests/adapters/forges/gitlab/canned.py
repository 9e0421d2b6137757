"""A GitLab that answers over HTTP from a table: one small project with one merge request, for tests to bend."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.forge import GitLab
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.forges.gitlab.tokens import Tokens
from tests.adapters.loopback import Asked, Reply, serve

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
HOST = "gitlab.example.com"
WEB = f"https://{HOST}/acme/app"
HOME = "/projects/4242"
POLICY = b"schema: 1\n# \xc3\xa9\n"
JOB, READ = "jt-canary", "glpat-canary"


def sha(name: str) -> str:
    """A commit's SHA by a name for it."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


M0, M1, C1, C2 = sha("m0"), sha("m1"), sha("c1"), sha("c2")
ASKED = Reference(
    repository="acme/app",
    project_id="4242",
    environment="production",
    services=("api",),
    revision=M1,
    pipeline_id="7001",
    job_id="70011",
    default_branch="main",
    server_url=f"https://{HOST}",
)


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not simply HTTP 200 with JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"


@dataclass(slots=True)
class Canned:
    """What was asked, and of what. Values of the table may be functions of the query."""

    table: dict[str, Any]
    url: str = ""
    asked: list[tuple[str, dict[str, str], Mapping[str, str]]] = field(default_factory=list)
    read_only: frozenset[str] = frozenset()

    def count(self, path: str) -> int:
        """How many requests there were for a path, or for those that begin with it (`…*`)."""
        found = [one for one, _, _ in self.asked]
        if path.endswith("*"):
            return sum(one.startswith(path[:-1]) for one in found)
        return found.count(path)


FORBIDDEN = (
    "/approvals", "/versions", "/compare", "/merge_base", "/statuses", "/signature", "/freeze_periods", "/members/all",
    "/approval_state", "/approval_rules", "/protected_environments/production",
    "/resource_label_events", "/resource_state_events", "/closes_issues",
)  # fmt: skip
"""What a job token may not read."""


@contextmanager
def serving(table: Mapping[str, Any]) -> Iterator[Canned]:
    """Serve while the context is open."""
    canned, lock = Canned(dict(table)), threading.Lock()

    def answer(request: Asked, _: int) -> Reply:
        parts = urlsplit(request.path)
        path, query = parts.path.removeprefix("/api/v4"), dict(parse_qsl(parts.query))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with lock:
            canned.asked.append((path, query, headers))
            return answer_to(canned.table, path, query, is_job_token="job-token" in headers)

    with serve(answer) as server:
        canned.url = server.url
        yield canned


def answer_to(
    table: Mapping[str, Any], path: str, query: Mapping[str, str], *, is_job_token: bool
) -> Reply:
    """What the table says to one question."""
    found = table.get(path, Raw(404, {"message": "404 Not found"}))
    if isinstance(found, Turns):
        found = found.next()
    if is_job_token and path.endswith(FORBIDDEN):
        found = Raw(401, {"message": "401 Unauthorized"})
    return _reply(found(query) if callable(found) else found, query)


class Turns:
    """One answer after another; the last one stays."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    def next(self) -> Any:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def _reply(found: Any, query: Mapping[str, str]) -> Reply:
    raw = found if isinstance(found, Raw) else Raw(body=found)
    headers = {"Date": "Wed, 25 Nov 2026 15:00:00 GMT", **raw.headers}
    if isinstance(raw.body, bytes):
        return Reply(status=raw.status, body=raw.body, kind=raw.kind, headers=headers)
    body = raw.body
    if isinstance(body, list) and "x-total" not in {name.lower() for name in raw.headers}:
        size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
        more = len(body) > size * page
        headers |= {"X-Total": str(len(body)), "X-Next-Page": str(page + 1) if more else ""}
        body = body[size * (page - 1) : size * page]
    return Reply(status=raw.status, body=json.dumps(body).encode(), kind=raw.kind, headers=headers)


def recorder() -> Recorder:
    return Recorder(lambda: NOW, [JOB, READ])


@contextmanager
def gitlab(
    changes: Mapping[str, Any] | None = None,
    *,
    read: str = READ,
    git: Git | None = None,
    asked: Reference = ASKED,
    record: Recorder | None = None,
    base: Callable[[], dict[str, Any]] | None = None,
) -> Iterator[tuple[GitLab, Canned]]:
    """A GitLab adapter that asks the table, with some entries replaced."""
    with serving({**(base or table)(), **(changes or {})}) as canned:
        made = GitLab(
            asked,
            api_url=f"{canned.url}/api/v4",
            tokens=Tokens(job=JOB, read=read),
            recorder=record or recorder(),
            deadline=Deadline(30),
            git=git,
            clock=lambda: NOW,
            pause=lambda _: None,
        )
        try:
            yield made, canned
        finally:
            made.close()


# --- the project ------------------------------------------------------------------------------


def user(login: str, number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": number or len(login),
        "username": login,
        "name": login.title(),
        "state": "active",
        **more,
    }


def commit(oid: str, *parents: str, author: str = "bob", **more: Any) -> dict[str, Any]:
    return {
        "id": oid,
        "short_id": oid[:8],
        "parent_ids": list(parents),
        "title": "CHG-7 Add retries",
        "message": "CHG-7 Add retries\n\nBecause.",
        "author_name": author.title(),
        "author_email": f"{author}@acme.example",
        "committer_name": author.title(),
        "committer_email": f"{author}@acme.example",
        **more,
    }


def diff(
    path: str = "services/api/app.py", text: str = "@@ -1 +1,2 @@\n-a\n+b\n+c\n", **more: Any
) -> dict[str, Any]:
    return {
        "old_path": path,
        "new_path": path,
        "a_mode": "100644",
        "b_mode": "100644",
        "diff": text,
        "new_file": False,
        "renamed_file": False,
        "deleted_file": False,
        "collapsed": False,
        "too_large": False,
        **more,
    }


def comparison(
    *commits: dict[str, Any], diffs: list[Any] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "commit": commits[-1] if commits else None,
        "commits": list(commits),
        "diffs": [diff()] if diffs is None else diffs,
        "compare_timeout": False,
        "compare_same_ref": False,
        **more,
    }


def by_pair(pairs: Mapping[tuple[str, str], Any]) -> Callable[[Mapping[str, str]], Any]:
    """Comparisons by their two ends."""
    return lambda query: pairs.get(
        (query["from"], query["to"]), Raw(404, {"message": "404 Ref Not Found"})
    )


def bases(pairs: Mapping[frozenset[str], str]) -> Callable[[Mapping[str, str]], Any]:
    """Merge bases; parse_qsl keeps the last of the two `refs[]`, so they are told by it alone."""
    return lambda query: pairs[frozenset({query["refs[]"]})]


COMPARISONS: dict[tuple[str, str], Any] = {
    (M0, M1): comparison(commit(C1, M0), commit(C2, C1), commit(M1, M0, C2, author="alice")),
    (M0, C2): comparison(commit(C1, M0), commit(C2, C1)),
    (M0, M0): comparison(diffs=[]),
}


def request(number: int = 12, **more: Any) -> dict[str, Any]:
    return {
        "id": number + 900,
        "iid": number,
        "project_id": 4242,
        "source_project_id": 4242,
        "target_project_id": 4242,
        "title": "CHG-7 Add retries",
        "description": "Because.",
        "state": "merged",
        "created_at": "2026-11-23T15:00:00.000Z",
        "updated_at": "2026-11-25T12:00:01.000Z",
        "merged_at": "2026-11-25T12:00:00.000Z",
        "merge_user": user("alice", 101),
        "merged_by": user("alice", 101),
        "target_branch": "main",
        "source_branch": "retries",
        "author": user("bob", 102),
        "labels": ["api"],
        "sha": C2,
        "merge_commit_sha": M1,
        "squash_commit_sha": None,
        "web_url": f"{WEB}/-/merge_requests/{number}",
        "references": {"short": f"!{number}", "full": f"acme/app!{number}"},
        "diff_refs": {"base_sha": M0, "head_sha": C2, "start_sha": M0},
        **more,
    }


def note(
    number: int, body: str, by: str = "carol", at: str = "2026-11-25T11:00:00.500Z", **more: Any
) -> dict[str, Any]:
    return {
        "id": number,
        "body": body,
        "author": user(by),
        "created_at": at,
        "system": True,
        "noteable_iid": 12,
        "noteable_type": "MergeRequest",
        **more,
    }


def pushed(
    number: int, before: str, *after: str, at: str = "2026-11-24T15:00:00.000Z", by: str = "bob"
) -> dict[str, Any]:
    listed = "".join(f"<li>{one[:8]} - More</li>" for one in after)
    link = f"/acme/app/-/merge_requests/12/diffs?diff_id={number}&start_sha={before}"
    body = f"added {len(after)} commits\n\n<ul>{listed}</ul>\n\n[Compare with previous version]({link})"
    return note(number, body, by, at)


def version(number: int, head: str, at: str, patch: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "head_commit_sha": head,
        "base_commit_sha": M0,
        "start_commit_sha": M0,
        "created_at": at,
        "merge_request_id": 912,
        "state": "collected",
        "patch_id_sha": patch or sha(f"patch {head}"),
        **more,
    }


def approvals(*given: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "id": 912,
        "iid": 12,
        "merge_request_approvers_available": True,
        "approved": True,
        "approved_by": [{"user": user(login), "approved_at": at} for login, at in given],
    }


def rule(name: str = "All Members", required: int = 1, *people: str, **more: Any) -> dict[str, Any]:
    """An approval rule as the project has it."""
    return {
        "id": len(name),
        "name": name,
        "rule_type": "regular" if people else "any_approver",
        "eligible_approvers": [user(login) for login in people],
        "approvals_required": required,
        "contains_hidden_groups": False,
        **more,
    }


def ruled(*rules: dict[str, Any], overwritten: bool = True) -> dict[str, Any]:
    """The rules of a merge request, met by carol unless they say otherwise."""
    met = {"approved": True, "approved_by": [user("carol")]}
    return {
        "approval_rules_overwritten": overwritten,
        "rules": [{**met, **one} for one in rules],
    }


def job(number: int = 60001, name: str = "unit", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "stage": "test",
        "status": "success",
        "allow_failure": False,
        "created_at": "2026-11-25T12:59:00.000Z",
        "started_at": "2026-11-25T13:00:00.000Z",
        "finished_at": "2026-11-25T13:10:00.000Z",
        "web_url": f"{WEB}/-/jobs/{number}",
        "user": user("alice", 101),
        "pipeline": {"id": 7000, "project_id": 4242, "sha": M1, "ref": "main"},
        **more,
    }


def own_job(number: int = 70011, name: str = "deploy-gate", **more: Any) -> dict[str, Any]:
    return job(
        number,
        name,
        **{
            "status": "running",
            "finished_at": None,
            "commit": commit(M1, M0, C2),
            "pipeline": {
                "id": 7001,
                "project_id": 4242,
                "sha": M1,
                "ref": "main",
                "source": "push",
            },
            **more,
        },
    )


def pipeline(number: int = 7001, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "iid": 1,
        "project_id": 4242,
        "sha": M1,
        "ref": "main",
        "status": "running",
        "source": "push",
        "tag": False,
        "user": user("alice", 101),
        "created_at": "2026-11-25T14:55:00.000Z",
        "web_url": f"{WEB}/-/pipelines/{number}",
        **more,
    }


def deployment(number: int = 900, commit: str = M0, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "iid": 3,
        "ref": "main",
        "sha": commit,
        "status": "success",
        "created_at": "2026-11-15T14:50:00.000Z",
        "updated_at": "2026-11-15T15:00:01.000Z",
        "user": user("carol", 103),
        "environment": {"id": 5, "name": "production"},
        "deployable": {
            "id": 50001,
            "finished_at": "2026-11-15T15:00:00.000Z",
            "pipeline": {"id": 5000, "sha": commit},
        },
        **more,
    }


def pending(number: int = 950, *given: Any, **more: Any) -> dict[str, Any]:
    """The deployment of the own pipeline, waiting for approval."""
    return deployment(
        number,
        M1,
        **{
            "status": "blocked",
            "created_at": "2026-11-25T14:55:30.000Z",
            "deployable": {"id": 70012, "finished_at": None, "pipeline": {"id": 7001, "sha": M1}},
            "pending_approval_count": 0,
            "approvals": list(given),
            **more,
        },
    )


def branch(name: str = "main", head: str = M1, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "commit": {"id": head},
        "protected": True,
        "default": name == "main",
        "merged": False,
        **more,
    }


def file(content: bytes = POLICY, head: str = M1, headers: Mapping[str, str] | None = None) -> Raw:
    oid = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    told = {"X-Gitlab-Blob-Id": oid, "X-Gitlab-Commit-Id": head}
    return Raw(200, content, {**told, **(headers or {})}, "text/plain")


def status(number: int = 88, name: str = "ci/legacy", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "sha": M1,
        "ref": "main",
        "name": name,
        "status": "success",
        "target_url": "https://ci.example.com/1",
        "started_at": None,
        "finished_at": "2026-11-25T13:00:00.000Z",
        "author": user("jenkins", 300),
        **more,
    }


def table(**more: Any) -> dict[str, Any]:
    """The whole project: M1 is the merge of !12, M0 runs in production."""
    requests = f"{HOME}/merge_requests"
    return {
        "/job": own_job(),
        f"{HOME}/pipelines/7001": pipeline(),
        f"{HOME}/pipelines": [pipeline(), pipeline(7000)],
        f"{HOME}/pipelines/7001/jobs": [own_job(), job(70010, "e2e", pipeline={"id": 7001})],
        f"{HOME}/pipelines/7000/jobs": [job()],
        f"{HOME}/repository/commits/{M1}/statuses": [status(), status(60001, "unit")],
        f"{HOME}/deployments": lambda query: (
            [deployment()] if query.get("status") else [pending(), deployment()]
        ),
        f"{HOME}/deployments/950": pending(
            950,
            {
                "user": user("carol", 103),
                "status": "approved",
                "created_at": "2026-11-25T14:56:00.000Z",
                "comment": "go",
            },
        ),
        f"{HOME}/repository/branches": [branch(), branch("main-old", M0, default=False)],
        f"{HOME}/repository/tags": [],
        f"{HOME}/repository/files/change-policy.yml/raw": file(),
        f"{HOME}/repository/commits/{M1}": commit(M1, M0, C2, author="alice"),
        f"{HOME}/repository/commits/{M1}/merge_requests": [],
        f"{HOME}/repository/merge_base": lambda query: commit(M0),
        f"{HOME}/repository/compare": by_pair(COMPARISONS),
        requests: [request()],
        f"{requests}/12": request(),
        f"{requests}/12/notes": [
            pushed(1, C1, C2),
            note(2, "approved this merge request"),
            note(3, "approved this merge request", "mallory", system=False),
        ],
        f"{requests}/12/versions": [
            version(2, C2, "2026-11-24T15:00:00.000Z"),
            version(1, C1, "2026-11-23T15:00:01.000Z"),
        ],
        f"{requests}/12/approvals": approvals(("carol", "2026-11-25T11:00:00.000Z")),
        f"{requests}/12/approval_state": ruled(rule()),
        f"{HOME}/approval_rules": [rule()],
        f"{HOME}/freeze_periods": [],
        **more,
    }


def given(revision: str, **more: Any) -> Reference:
    """Another revision than the pipeline's own, named by an input."""
    return replace(ASKED, revision=revision, revision_given=True, **more)
