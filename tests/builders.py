"""Facts and policies for tests: small functions with defaults, of which a test states only what it is about.

The story behind the defaults: bob wrote merge request #12 (one commit, CHG-7), alice approved and merged it, and the
push to main started run 7001, which deploys to production. Every keyword argument replaces the field of that name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha1
from typing import Any

from gate.domain import emergency_facts as e
from gate.domain import facts as f
from gate.domain.derived import (
    Approval,
    ChangeType,
    JudgedTicket,
    JudgedTickets,
    OutOfScope,
    People,
    Risk,
    ScopedChange,
    Waivers,
)
from gate.domain.follow_up import Kept
from gate.domain.globs import Glob
from gate.domain.grant import Consent, Grant, Obligation, Owed, Proof, grant_id
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.policy import document, emergency, people, windows, workflow

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
"""The clock of every test that does not set its own: a Wednesday, 10:00 in New York."""


def ago(**parts: float) -> datetime:
    """A moment before NOW: `ago(hours=2)`. Negative parts lie after it."""
    return NOW - timedelta(**parts)


def sha(name: str) -> str:
    """The full commit SHA of the commit that the test calls `name`."""
    return sha1(f"commit:{name}".encode(), usedforsecurity=False).hexdigest()


def globs(*patterns: str) -> tuple[Glob, ...]:
    return tuple(Glob(pattern) for pattern in patterns)


# --- who ------------------------------------------------------------------------------------


def account(login: str, *, system: str = "github", id: str = "", **changes: Any) -> Identity:  # noqa: A002 (the field's name)
    return replace(Identity(system=system, login=login, id=id), **changes)


ALICE = account("alice-ng", id="101", name="Alice Ng", email="alice@acme.example")
BOB = account("bokafor", id="102", name="Bob Okafor", email="bob@acme.example")
CAROL = account("cdiaz", id="103", name="Carol Diaz", email="carol@acme.example")
BOT = account("dependabot[bot]", id="49699333", kind=Kind.BOT)


# --- gathered facts -------------------------------------------------------------------------


def missing(**changes: Any) -> Missing:
    base = Missing(source="GitHub", reason_code="unavailable", detail="GitHub answered 502.")
    return replace(base, **changes)


def clock(now: datetime = NOW) -> f.Clock:
    return f.Clock(now=now)


def run(**changes: Any) -> f.Run:
    base = f.Run(
        forge="github",
        host="github.com",
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision=sha("m1"),
        ref="refs/heads/main",
        event="push",
        id="7001",
        attempt=1,
        url="https://github.com/acme/app/actions/runs/7001",
        workflow=".github/workflows/deploy.yml",
        started_by=ALICE,
        started_at=ago(minutes=5),
    )
    return replace(base, **changes)


def revision(**changes: Any) -> f.Revision:
    base = f.Revision(
        sha=sha("m1"),
        branch="main",
        branch_head=sha("m1"),
        branch_protected=True,
        reach=f.Reach.IDENTICAL,
        ref="refs/heads/main",
        ref_sha=sha("m1"),
    )
    return replace(base, **changes)


def deployment(commit: str = "m0", **changes: Any) -> f.Deployment:
    base = f.Deployment(
        id="900",
        revision=sha(commit),
        at=ago(days=10),
        creator=CAROL,
        run_id="5000",
        by_pipeline=True,
    )
    return replace(base, **changes)


def baseline(*history: f.Deployment, **changes: Any) -> f.Baseline:
    base = f.Baseline(environment="production", history=history or (deployment(),))
    return replace(base, **changes)


def commit(name: str = "c1", **changes: Any) -> f.Commit:
    base = f.Commit(
        sha=sha(name),
        headline=f"Work on {name}",
        authors=(BOB,),
        committer=BOB,
        parents=(sha("m0"),),
        arrived_at=ago(days=1),
        brought_by=(12,),
    )
    return replace(base, **changes)


def review(reviewer: Identity = ALICE, **changes: Any) -> f.Review:
    base = f.Review(
        id=f"review-{reviewer.login}",
        reviewer=reviewer,
        state=f.ReviewState.APPROVED,
        revision=sha("c1"),
        submitted_at=ago(hours=4),
    )
    return replace(base, **changes)


def request(number: int = 12, **changes: Any) -> f.MergeRequest:
    base = f.MergeRequest(
        number=number,
        reference=f"#{number}",
        url=f"https://github.com/acme/app/pull/{number}",
        title="CHG-7 Add retries",
        body="",
        branch="feature",
        author=BOB,
        merged_by=ALICE,
        merged_at=ago(hours=3),
        merge_commit=sha("m1"),
        head=sha("c1"),
        commits=(commit(brought_by=(number,)),),
        reviews=(review(),),
        paths=("services/api/app.py",),
    )
    return replace(base, **changes)


def change(*requests: f.MergeRequest, **changes: Any) -> f.Change:
    """A forward change: by default everything that the given merge requests (or #12) brought, and nothing else."""
    chosen = requests or (request(),)
    base = f.Change(
        kind=f.ChangeKind.FORWARD,
        base=sha("m0"),
        head=sha("m1"),
        commits=tuple(part for one in chosen for part in one.commits),
        merge_requests=chosen,
        url="https://github.com/acme/app/compare/m0...m1",
    )
    return replace(base, **changes)


def changed(path: str = "services/api/app.py", **changes: Any) -> f.ChangedFile:
    return replace(f.ChangedFile(path=path, added=10, removed=2), **changes)


def files(*paths: str | f.ChangedFile) -> f.Files:
    chosen = paths or ("services/api/app.py",)
    return f.Files(files=tuple(changed(one) if isinstance(one, str) else one for one in chosen))


def check(name: str = "unit", **changes: Any) -> f.Check:
    base = f.Check(
        id="1",
        name=name,
        app="github-actions",
        state=f.CheckState.SUCCESS,
        revision=sha("m1"),
        started_at=ago(hours=2),
        completed_at=ago(hours=1, minutes=50),
    )
    return replace(base, **changes)


def checks(*results: f.Check, **changes: Any) -> f.Checks:
    return replace(f.Checks(revision=sha("m1"), checks=results), **changes)


def ticket(key: str = "CHG-7", **changes: Any) -> f.Ticket:
    base = f.Ticket(
        key=key,
        asked_key=key,
        tracker="jira",
        project=key.rpartition("-")[0],
        url=f"https://acme.atlassian.net/browse/{key}",
        title="Add retries",
        type="Normal Change",
        status="Approved",
        state=f.TicketState.OPEN,
        reporter=account("5b10a0effa615349cb016cd9", system="jira", id="5b10a0effa615349cb016cd9"),
        created_at=ago(days=6),
        body="",
        risk="Low",
    )
    return replace(base, **changes)


def policy_source(**changes: Any) -> f.PolicySource:
    base = f.PolicySource(
        origin="protected-branch",
        path=".github/change-policy.yml",
        branch="main",
        revision=sha("m1"),
        digest="sha256:" + "0" * 64,
    )
    return replace(base, **changes)


# --- an emergency ----------------------------------------------------------------------------

# erin starts the deploy by hand, carol is on call and took incident 1234 of PagerDuty, which monitoring raised.

ERIN = account("erin-w", id="105", name="Erin Walsh")
CAROL_ON_CALL = account("", system="pagerduty", id="PCAROL", name="Carol Diaz")
ERIN_ON_CALL = account("", system="pagerduty", id="PERIN", name="Erin Walsh")
REASON = "Customers cannot log in since the last release; the fix reverts the session change."


def break_glass(**changes: Any) -> e.BreakGlass:
    return replace(e.BreakGlass(asked=True, reason=REASON, incident="1234"), **changes)


def raised(by: Identity | None = None, **changes: Any) -> e.IncidentEntry:
    base = e.IncidentEntry(kind=e.EntryKind.RAISED, at=ago(minutes=40), by=by, channel="events_api")
    return replace(base, **changes)


def acknowledged(by: Identity | None = CAROL_ON_CALL, **changes: Any) -> e.IncidentEntry:
    base = e.IncidentEntry(
        kind=e.EntryKind.ACKNOWLEDGED, at=ago(minutes=30), by=by, channel="mobile"
    )
    return replace(base, **changes)


def incident(*entries: e.IncidentEntry, **changes: Any) -> e.Incident:
    base = e.Incident(
        system="pagerduty",
        key="PINC1",
        number="1234",
        asked_key="1234",
        url="https://acme.pagerduty.com/incidents/PINC1",
        title="Log-in fails",
        status="acknowledged",
        services=("PSHOP",),
        urgency="high",
        raised_at=ago(minutes=40),
        entries=entries or (raised(), acknowledged()),
    )
    return replace(base, **changes)


def duty(*people: Identity, **changes: Any) -> e.Duty:
    base = e.Duty(schedule="PRIMARY", at=ago(minutes=30), people=people or (CAROL_ON_CALL,))
    return replace(base, **changes)


def on_call(*duties: e.Duty) -> e.OnCall:
    """Carol, when she acknowledged and now."""
    return e.OnCall(duties=duties or (duty(), duty(at=NOW)))


def grant(**changes: Any) -> Grant:
    base = Grant(
        id=grant_id("4242", "production", sha("m1"), "7001", 1),
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision=sha("m1"),
        run_id="7001",
        attempt=1,
        run_url="https://github.com/acme/app/actions/runs/7001",
        reason=REASON,
        incident="PINC1",
        incident_url="https://acme.pagerduty.com/incidents/PINC1",
        incident_title="Log-in fails",
        unverified="",
        invoked_by=("erin",),
        consent=Consent(
            person="carol",
            proof=Proof.ACKNOWLEDGEMENT,
            where="incident 1234",
            at=ago(minutes=30),
            url="https://acme.pagerduty.com/incidents/PINC1",
        ),
        waives=("ticket", "authority", "tests", "window"),
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=60),
    )
    return replace(base, **changes)


def obligation(**changes: Any) -> Obligation:
    base = Obligation(
        id=grant().id,
        owed=Owed.RETROACTIVE_REVIEW,
        due_at=NOW + timedelta(hours=48),
        why="erin broke the glass because of incident PINC1",
        not_by=("bob", "carol", "erin"),
    )
    return replace(base, **changes)


def kept(**changes: Any) -> Kept:
    base = Kept(system="jira", key="CHG-90", url="https://acme.atlassian.net/browse/CHG-90")
    return replace(base, **changes)


# --- derived facts --------------------------------------------------------------------------


def scoped(
    *requests: f.MergeRequest, left_out: tuple[OutOfScope, ...] = (), **changes: Any
) -> ScopedChange:
    """What `change` makes, all of it in scope, with the files that its merge requests touch."""
    whole = change(*requests)
    touched = tuple(changed(path) for one in whole.merge_requests for path in one.paths)
    base = ScopedChange(
        kind=whole.kind,
        commits=whole.commits,
        merge_requests=whole.merge_requests,
        files=touched,
        left_out=left_out,
    )
    return replace(base, **changes)


def judged(*tickets: f.Ticket, **changes: Any) -> JudgedTickets:
    """Tickets that all count, each named by merge request #12."""
    chosen = tickets or (ticket(),)
    base = JudgedTickets(
        tickets=tuple(
            JudgedTicket(
                ticket=one, person="alice", approved_at=ago(days=2), counts=True, code="counts"
            )
            for one in chosen
        ),
        by_request={12: tuple(one.asked_key for one in chosen)},
    )
    return replace(base, **changes)


def change_type(**changes: Any) -> ChangeType:
    return replace(ChangeType(name="normal", reasons=("no other type matches",)), **changes)


def risk(*classes: str, **changes: Any) -> Risk:
    return replace(
        Risk(classes=classes, reasons=tuple(f"{name}: said so" for name in classes)), **changes
    )


def approval(person: str = "alice", **changes: Any) -> Approval:
    base = Approval(
        person=person,
        shown=person,
        source=people.ApprovalSource.REVIEW,
        where="#12",
        covers=(12,),
        at=ago(hours=4),
        counts=True,
    )
    return replace(base, **changes)


def matrix(*approvals: Approval, **changes: Any) -> People:
    """The people matrix: dana asked, bob wrote, carol deploys; alice leads engineering, carol is security."""
    base = People(
        requesters=("dana",),
        writers={"bob": ("#12",)},
        deployers=("carol",),
        approvals=approvals,
        roles={
            "engineer": ("alice", "bob"),
            "engineering-lead": ("alice",),
            "security": ("carol",),
        },
    )
    return replace(base, **changes)


def waiver(control: str = "tests", **changes: Any) -> document.Waiver:
    base = document.Waiver(
        control=control,
        reason="vendor outage INC-7",
        granted_by="alice",
        expires=datetime(2026, 12, 1, tzinfo=UTC).date(),
    )
    return replace(base, **changes)


def waivers(*active: document.Waiver, **changes: Any) -> Waivers:
    return replace(Waivers(active=active), **changes)


# --- the policy -----------------------------------------------------------------------------


def required(name: str = "unit", app: str = "github-actions") -> workflow.RequiredCheck:
    return workflow.RequiredCheck(name=Glob(name), app=app)


def rules_of_tests(*names: str, **changes: Any) -> workflow.TestRules:
    base = workflow.TestRules(required=tuple(required(name) for name in names or ("unit",)))
    return replace(base, **changes)


def allow(
    name: str = "hours", start: str = "09:00", end: str = "16:00", **changes: Any
) -> windows.AllowWindow:
    """An allow window, on every day of the week."""
    base = windows.AllowWindow(
        name=name,
        days=tuple(windows.Weekday),
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
    )
    return replace(base, **changes)


def freeze(
    start: str = "2026-12-15T00:00", end: str = "2027-01-05T00:00", **changes: Any
) -> windows.Freeze:
    """A freeze in the wall-clock time of the policy."""
    base = windows.Freeze(
        name="year end", start=datetime.fromisoformat(start), end=datetime.fromisoformat(end)
    )
    return replace(base, **changes)


def condition(*, paths: tuple[str, ...] = (), **changes: Any) -> people.Condition:
    return replace(people.Condition(paths=globs(*paths)), **changes)


def policy(**changes: Any) -> document.Policy:
    """A small whole policy: two services, four people, normal changes, no windows, no risk classes."""
    base = document.Policy(
        version=1,
        scope=document.Scope(
            environments=("production",),
            services={
                "api": document.Service(paths=globs("services/api/**")),
                "web": document.Service(paths=globs("services/web/**")),
            },
        ),
        people={
            "alice": people.PersonEntry(
                name="Alice Ng", github="alice-ng", github_id=101, jira="jira-alice"
            ),
            "bob": people.PersonEntry(name="Bob Okafor", github="bokafor", github_id=102),
            "carol": people.PersonEntry(name="Carol Diaz", github="cdiaz", github_id=103),
            "dana": people.PersonEntry(name="Dana Wu", jira="5b10a0effa615349cb016cd9"),
        },
        roles={
            "engineer": people.Role(people=("alice", "bob")),
            "engineering-lead": people.Role(people=("alice",)),
            "security": people.Role(people=("carol",)),
        },
        change_types={
            "normal": people.ChangeTypeRule(approvals=(people.ApprovalRule(role="engineer"),))
        },
        workflow=workflow.Workflow(
            branch="main",
            ticket=workflow.TicketRules(
                tracker=workflow.TrackerName.JIRA,
                projects=("CHG",),
                approved_statuses=("Approved", "Scheduled"),
            ),
            tests=rules_of_tests(),
        ),
        windows=windows.Windows(timezone="America/New_York"),
    )
    return replace(base, **changes)


def pager_rules(**changes: Any) -> emergency.PagerRules:
    return replace(emergency.PagerRules(service="PSHOP", acknowledged_by="on-call"), **changes)


def emergency_rules(**changes: Any) -> emergency.Emergency:
    base = emergency.Emergency(
        pager=pager_rules(),
        approved_by="engineering-lead",
        waives=("ticket", "authority", "tests", "window"),
    )
    return replace(base, **changes)


def emergency_policy(**changes: Any) -> document.Policy:
    """The small policy with break-glass, with erin in it, and with carol and erin in the pager."""
    base = policy()
    known = {
        **base.people,
        "carol": replace(base.people["carol"], pagerduty="PCAROL"),
        "erin": people.PersonEntry(
            name="Erin Walsh", github="erin-w", github_id=105, pagerduty="PERIN"
        ),
    }
    whole = replace(
        base,
        people=known,
        roles={**base.roles, "on-call": people.Role(pager_schedule="PRIMARY")},
        emergency=emergency_rules(),
    )
    return replace(whole, **changes)
