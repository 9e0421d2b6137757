"""A world that goes on: what was written stays, what a run left is there, and time moves."""

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from gate.sandbox.later import later, with_deployment, with_evidence
from gate.sandbox.on_the_way import OnTheWay
from gate.sandbox.server import Sandbox
from gate.sandbox.world.faults import Fault
from tests.sandbox.asking import NOW, world

HOUR = timedelta(hours=1)
DECISION = json.dumps({"verdict": "block", "run": {"id": "7001"}}).encode()
TOKEN = {"Authorization": "Bearer any"}


def test_a_run_leaves_its_evidence_as_an_artifact() -> None:
    now = world(run={"event": "workflow_dispatch", "commit": "m0", "started_by": "ann"})
    (kept,) = with_evidence(now, DECISION, break_glass=True).prior_evidence.values()
    assert (kept.run, kept.attempt, kept.environment) == (7001, 1, "production")
    assert (kept.verdict, kept.event, kept.break_glass) == ("block", "workflow_dispatch", True)
    assert (kept.at, kept.decision) == (now.run.started_at, DECISION.decode())


def test_evidence_of_every_attempt_is_kept() -> None:
    first = with_evidence(world(), DECISION)
    again = replace(first, run=replace(first.run, attempt=2))
    assert len(with_evidence(again, DECISION).prior_evidence) == 2


@pytest.mark.parametrize(("bot", "by"), [("github-actions[bot]", "robot"), ("other[bot]", "ann")])
def test_a_run_deploys_as_the_forge_where_it_has_an_account(bot: str, by: str) -> None:
    found = world()
    robot = replace(found.accounts["robot"], github=bot)
    found = replace(found, accounts={**found.accounts, "robot": robot})
    (made,) = with_deployment(found, after=HOUR).deployments.values()
    assert (made.run, made.by, made.at) == (7001, by, NOW + HOUR)
    assert [(status.state, status.at) for status in made.statuses] == [("success", NOW + HOUR)]


def test_what_clients_wrote_stays_when_the_world_goes_on() -> None:
    with Sandbox(world()) as box:
        issues = f"{box.url}/github/repos/acme/app/issues"
        made = requests.post(issues, json={"title": "Kept"}, headers=TOKEN, timeout=5)
        box.site.gitlab.written.say("acme/app!1", "ann", "kept", box.clock())
        box.site.pagers["jsm"].written.say("1", "ann", "kept", box.clock())
        shelf = box.site.jira.shelf
        run = replace(box.world.run, id=8001)
        box.go_on(later(box.world, HOUR, run, about="An hour later."))
        assert requests.get(made.json()["url"], headers=TOKEN, timeout=5).json()["title"] == "Kept"
        assert box.site.gitlab.written.comments("acme/app!1")[0].body == "kept"
        assert box.site.pagers["jsm"].written.comments("1")[0].body == "kept"
        assert box.site.jira.shelf is shelf
        assert (box.world.about, box.world.run.id) == ("An hour later.", 8001)
        assert NOW + HOUR <= box.clock() < NOW + HOUR + timedelta(minutes=1)


def test_faults_begin_anew() -> None:
    down = Fault(route="GET **", status=503, times=1)
    with Sandbox(world()) as box:
        box.go_on(replace(box.world, faults=(down,)))
        seen = [requests.get(f"{box.url}/github/repos/acme/app", timeout=5).status_code]
        box.go_on(replace(box.world, faults=(down,)))
        seen.append(requests.get(f"{box.url}/github/repos/acme/app", timeout=5).status_code)
        assert seen == [503, 503]


def test_what_a_fault_holds_back_arrives_before_the_world_goes_on() -> None:
    slow = replace(world(), faults=(Fault(route="POST **", delay=timedelta(seconds=30)),))
    with Sandbox(slow) as box:
        issues = f"{box.url}/github/repos/acme/app/issues"
        with pytest.raises(requests.Timeout):
            requests.post(issues, json={"title": "Late"}, headers=TOKEN, timeout=0.3)
        assert [one.title for one in box.site.github.issues.values() if one.title == "Late"] == []
        began = time.monotonic()
        box.go_on(replace(box.world, faults=()))
        assert time.monotonic() - began < 10
        assert "Late" in [one.title for one in box.site.github.issues.values()]


def test_whoever_comes_after_a_hurry_may_take_their_time() -> None:
    way, seen = OnTheWay(), []

    def slow() -> None:
        with way.one() as wait:
            seen.append(wait(20))

    threads = [threading.Thread(target=slow) for _ in range(3)]
    for thread in threads:
        thread.start()
    while not all(thread.is_alive() for thread in threads):
        pass
    way.hurry()
    for thread in threads:
        thread.join(5)
    assert seen == [True, True, True]
    with way.one() as wait:
        assert wait(0.01) is False
    way.hurry(for_good=True)
    with way.one() as wait:
        assert wait(20) is True
