"""Who is who in the tests of reviews, people and the controls that read them: values, and no magic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from gate.domain.derived import JudgedTicket, JudgedTickets, ScopedChange
from gate.domain.facts import (
    Change,
    ChangeKind,
    Commit,
    DeploymentApprovals,
    Fact,
    MergeKind,
    MergeRequest,
    Push,
    Review,
    ReviewState,
    Run,
    Ticket,
    Tickets,
    TicketState,
)
from gate.domain.globs import Glob
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy, Scope
from gate.domain.policy.people import (
    ApprovalRule,
    ChangeTypeRule,
    PersonEntry,
    Role,
    SeparationOfDuties,
)
from gate.domain.policy.workflow import (
    Freshness,
    RequiredCheck,
    ReviewRules,
    TestRules,
    TicketRules,
    TrackerName,
    Workflow,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """A moment, in hours from noon."""
    return NOON + timedelta(hours=hours)


def github(login: str, number: int, kind: Kind = Kind.HUMAN) -> Identity:
    return Identity(system="github", login=login, id=str(number), kind=kind)


ALICE = github("alice-ng", 101)
BOB = github("bokafor", 102)
CAROL = github("cdiaz", 103)
DANA = github("dana", 104)
MALLORY = github("mallory", 666)
DEPENDABOT = github("dependabot[bot]", 900, Kind.BOT)
GHOST = Identity(
    system="git", login="", name="Ghost", email="ghost@nowhere.example", kind=Kind.UNKNOWN
)
DANA_JIRA = Identity(system="jira", login="dana", id="5b-dana", name="Dana Wu")
ALICE_JIRA = Identity(system="jira", login="alice", id="5b-alice", name="Alice Ng")
CUSTOMER = Identity(system="jira", login="cust", id="qm-1", name="A Customer")

PEOPLE = {
    "alice": PersonEntry(name="Alice Ng", github="alice-ng", github_id=101, jira="5b-alice"),
    "bob": PersonEntry(name="Bob Okafor", github="bokafor", email="bob@acme.example"),
    "carol": PersonEntry(name="Carol Diaz", github="cdiaz", gitlab="carol.d"),
    "dana": PersonEntry(name="Dana Wu", github="dana", jira="5b-dana"),
    "erin": PersonEntry(email="erin@acme.example"),
}
ROLES = {
    "engineer": Role(people=("alice", "bob", "carol")),
    "engineering-lead": Role(people=("alice",)),
    "security": Role(people=("carol",)),
}


def policy(
    *,
    people: Mapping[str, PersonEntry] = PEOPLE,
    roles: Mapping[str, Role] = ROLES,
    approvals: tuple[ApprovalRule, ...] = (),
    freshness: Freshness = Freshness.STRICT,
    separation: SeparationOfDuties | None = None,
) -> Policy:
    return Policy(
        version=1,
        scope=Scope(environments=("production",)),
        people=people,
        roles=roles,
        change_types={"normal": ChangeTypeRule(approvals=approvals)},
        workflow=Workflow(
            branch="main",
            ticket=TicketRules(
                tracker=TrackerName.JIRA, projects=("CHG",), approved_statuses=("Approved",)
            ),
            tests=TestRules(required=(RequiredCheck(name=Glob("unit"), app="github-actions"),)),
            review=ReviewRules(freshness=freshness),
        ),
        separation_of_duties=separation or SeparationOfDuties(),
    )


def commit(
    sha: str,
    *authors: Identity,
    committer: Identity | None = None,
    merge: MergeKind = MergeKind.NONE,
    arrived: float | None = None,
    by: tuple[int, ...] = (12,),
) -> Commit:
    return Commit(
        sha=sha,
        headline=f"Work {sha}",
        authors=authors or (BOB,),
        committer=committer,
        parents=("p1",) if merge is MergeKind.NONE else ("p1", "p2"),
        merge=merge,
        arrived_at=None if arrived is None else at(arrived),
        brought_by=by,
    )


def review(
    reviewer: Identity = ALICE,
    hours: float = -4,
    *,
    sha: str = "c1",
    state: ReviewState = ReviewState.APPROVED,
    edited: bool = False,
    may_merge: bool = True,
    dismissed_by: Identity | None = None,
) -> Review:
    return Review(
        id=f"{reviewer.login}{hours}",
        reviewer=reviewer,
        state=state,
        revision=sha,
        submitted_at=at(hours),
        edited=edited,
        may_merge=may_merge,
        dismissed_by=dismissed_by,
    )


def push(hours: float, by: Identity | None = BOB) -> Push:
    return Push(at=at(hours), by=by, before="old", after="new")


def request(
    *reviews: Review,
    commits: Sequence[Commit] = (commit("c1", arrived=-6),),
    number: int = 12,
    author: Identity = BOB,
    merged_by: Identity | None = CAROL,
    merged: float | None = -2,
    merge_commit: str = "m1",
    force_pushes: tuple[Push, ...] = (),
) -> MergeRequest:
    return MergeRequest(
        number=number,
        reference=f"#{number}",
        url=f"https://github.com/acme/app/pull/{number}",
        title="Add retries",
        body="",
        branch="feature",
        author=author,
        merged_by=merged_by,
        merged_at=None if merged is None else at(merged),
        merge_commit=merge_commit,
        head=commits[-1].sha if commits else "",
        commits=tuple(commits),
        reviews=reviews,
        force_pushes=force_pushes,
    )


def scoped(
    *requests: MergeRequest,
    direct: tuple[Commit, ...] = (),
    landed: tuple[Commit, ...] = (),
    kind: ChangeKind = ChangeKind.FORWARD,
) -> ScopedChange:
    own = tuple(item for one in requests for item in one.commits)
    return ScopedChange(kind=kind, commits=(*own, *landed, *direct), merge_requests=requests)


def run(
    *,
    event: str = "workflow_dispatch",
    started_by: Identity = CAROL,
    rerun_by: Identity | None = None,
    attempt: int = 1,
    revision: str = "m1",
) -> Run:
    return Run(
        forge="github",
        host="github.com",
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision=revision,
        ref="refs/heads/main",
        event=event,
        id="7001",
        attempt=attempt,
        url="https://github.com/acme/app/actions/runs/7001",
        workflow="deploy.yml",
        started_by=started_by,
        rerun_by=rerun_by,
    )


def ticket(
    key: str = "CHG-7",
    *,
    reporter: Identity | None = DANA_JIRA,
    approver: Identity | None = None,
    counts: bool = True,
    why: str = "",
    code: str = "counts",
) -> JudgedTicket:
    return JudgedTicket(
        ticket=Ticket(
            key=key,
            asked_key=key,
            tracker="jira",
            project="CHG",
            url=f"https://acme.atlassian.net/browse/{key}",
            title="Retries",
            type="Normal Change",
            status="Approved",
            state=TicketState.OPEN,
            reporter=reporter,
            created_at=at(-48),
            body="",
        ),
        approver=approver,
        approved_at=at(-10) if approver else None,
        counts=approver is not None and counts,
        code=code,
        why=why,
    )


def facts(
    change: ScopedChange,
    *tickets: JudgedTicket,
    by_request: Mapping[int, tuple[str, ...]] | None = None,
    named_for_run: tuple[str, ...] = (),
    started: Run | None = None,
    released: DeploymentApprovals | Missing | None = None,
) -> dict[type[Fact], Fact | Missing]:
    """Everything that `people` needs except Reviews, for a change that is in scope as a whole."""
    return {
        Run: started or run(),
        Change: Change(
            kind=change.kind,
            base="b0",
            head="m1",
            commits=change.commits,
            merge_requests=change.merge_requests,
        ),
        ScopedChange: change,
        Tickets: Tickets(
            tickets=tuple(item.ticket for item in tickets), named_for_run=named_for_run
        ),
        JudgedTickets: JudgedTickets(tickets=tickets, by_request=by_request or {}),
        DeploymentApprovals: released or DeploymentApprovals(environment="production"),
    }
