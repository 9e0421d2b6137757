from datetime import date, datetime, time, timedelta

import pytest

from gate.domain.globs import Glob
from gate.domain.policy import workflow as flow
from gate.domain.policy.document import Enforcement, Waiver
from gate.domain.policy.people import ApprovalRule, ApprovalSource, Condition
from gate.domain.policy.windows import AllowWindow, Weekday
from gate.errors import PolicyInvalid
from gate.policy.load import parse
from gate.policy.problem import PolicyProblems
from tests.policy.policies import EXAMPLE, GONE, SMALL, errors, policy, problems, small, warnings


def test_the_example_is_read_as_it_is_meant() -> None:
    found = parse(EXAMPLE, name="p.yml").policy
    assert list(found.people) == ["alice", "carol", "bob"]
    assert found.change_types["standard"].when == Condition(
        ticket={"type": "Standard Change"}, paths=(Glob("content/**"), Glob("docs/**"))
    )
    assert found.change_types["normal"].approvals == (
        ApprovalRule(role="engineer"),
        ApprovalRule(
            role="engineering-lead", sources=(ApprovalSource.TICKET, ApprovalSource.DEPLOYMENT)
        ),
    )
    assert len(found.risk["high"].when) == 3
    assert found.windows.allow[1] == AllowWindow(
        name="maintenance",
        days=(Weekday.SAT,),
        start=time(22),
        end=time(2),
        risk=("disruptive",),
    )
    assert found.windows.freeze[0].start == datetime.fromisoformat("2026-12-15T00:00")
    assert found.workflow.tests.max_age == timedelta(days=14)
    assert found.workflow.ticket.bound_by == (flow.Tie.REPOSITORY, flow.Tie.MERGE_REQUEST)
    assert found.rollback.required_for == ("high",)
    assert found.controls == {"drift": Enforcement.WARN}
    assert found.waivers == (
        Waiver(
            control="tests",
            check="e2e / safari",
            reason="vendor outage INC-7",
            granted_by="alice",
            expires=date(2026, 12, 1),
        ),
    )


def test_the_example_has_warnings_and_no_errors() -> None:
    found = [warning.at("p.yml").split("; ")[0] for warning in problems(EXAMPLE)]
    assert found == [
        "p.yml:34: warning: change_types.normal.approvals[1]: alice alone can fill this row: "
        "a change that alice asked for, wrote or deploys cannot be approved",
        "p.yml:39: warning: risk.high.approvals[0]: carol alone can fill this row: "
        "a change that carol asked for, wrote or deploys cannot be approved",
        "p.yml:81: warning: windows.comms: not enforced by this version: nobody checks that "
        "customers were told",
        "p.yml:96: warning: controls.drift: not enforced by this version: there is no such "
        "control yet",
    ]


def test_the_small_policy_has_no_problem_at_all() -> None:
    assert problems(small({})) == ()
    assert policy({}).workflow.decision_valid_for == timedelta(minutes=60)


def test_a_time_without_quotes_is_the_time_that_it_says() -> None:
    text = EXAMPLE.replace(b'"22:00"', b"22:00").replace(b'"02:00"', b"02:00")
    assert parse(text, name="p").policy.windows.allow[1].start == time(22)


def test_every_problem_is_said_at_once_with_its_line() -> None:
    broken = (
        EXAMPLE.replace(b"tracker: jira\n    projects", b"trakcer: jira\n    projects")
        .replace(b"people: [carol]", b"people: [carl]")
        .replace(b"America/New_York", b"America/NewYork")
        .replace(b"end: 2027-01-05", b"end: 2026-01-05")
        .replace(b"expires: 2026-12-01", b"expirse: 2026-12-01")
        .replace(b"days: [sat]", b"days: [saturday]")
        .replace(b"drift: warn", b"revision: off")
    )
    with pytest.raises(PolicyInvalid) as caught:
        parse(broken, name=".github/change-policy.yml")
    lines = [
        line.removeprefix(".github/change-policy.yml:").split("; allowed: ")[0]
        for line in caught.value.message.splitlines()
        if "warning" not in line
    ]
    assert lines == [
        ".github/change-policy.yml cannot be used: 9 errors.",
        "25: roles.security.people[0]: `carl` is not in `people`",
        "48: workflow.ticket.tracker: is missing: system that holds the tickets",
        "49: workflow.ticket.trakcer: there is no key `trakcer` here",
        "74: windows.timezone: there is no time zone `America/NewYork`",
        "77: windows.allow[1].days[0]: `saturday` is not known here",
        "79: windows.freeze[0].end: the freeze ends (2026-01-05T00:00) before it has begun "
        "(2026-12-15T00:00), so that it never holds; exchange them, or correct the year",
        "96: controls.revision: `revision` cannot be set to `off`: without it nobody knows what "
        "is deployed",
        "98: waivers[0].expires: is missing: last day on which it holds, in the policy's time "
        "zone; every waiver has an end",
        "98: waivers[0].expirse: there is no key `expirse` here",
    ]


def test_an_unknown_key_is_refused_with_the_known_ones_and_the_nearest() -> None:
    assert errors({"rollback": {"requird_for": "high"}}) == [
        "rollback.requird_for: there is no key `requird_for` here; "
        "allowed: required_for, must_name, target, short_lane; did you mean `required_for`?"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a\n- b", "p.yml:1: found a list; allowed: keys and values; start with"),
        (b"just words", "p.yml:1: found `just words`; allowed: keys and values"),
        (b"", "p.yml:1: the file is empty"),
        (b"a:\n\tb: 1", "p.yml:2: the line is indented with a tab"),
        (b"\xff", "p.yml:1: not UTF-8"),
    ],
)
def test_what_is_no_policy_at_all_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(PolicyProblems) as caught:
        parse(content, name="p.yml")
    assert [problem.at("p.yml").startswith(said) for problem in caught.value.problems] == [True]


def test_every_required_key_is_named() -> None:
    missing = [text.split(":")[0] for text in errors(dict.fromkeys(SMALL, GONE))]
    assert missing == ["version", "scope", "people", "roles", "change_types", "workflow"]


def test_only_this_version_of_the_format_is_read() -> None:
    assert errors({"version": 2}) == ["version: 2 is too large; allowed: the number 1"]


def test_a_key_that_stands_twice_is_refused() -> None:
    (said,) = problems(small({}).replace(b'"branch": "main"', b'"branch": "main", "branch": "x"'))
    assert str(said) == "workflow.branch: stands here twice, first in line 1; keep one of them"
    (said,) = problems(small({}).replace(b'"carol": {', b'"bob": {}, "carol": {'))
    assert str(said).startswith("people.bob: stands here twice")


def test_a_section_without_content_is_refused_with_what_to_write() -> None:
    assert errors({"windows": None}) == [
        "windows: no value; allowed: keys and values; remove the key, or write {} for none"
    ]
    assert errors({"prohibited": None})[0].endswith("remove the key, or write [] for none")


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"people": {"alice": "alice-ng"}}, "people.alice: found `alice-ng`; allowed: keys"),
        ({"people": {"alice": {"github": ["x"]}}}, "people.alice.github: found a list; allowed: t"),
        ({"roles": []}, "roles: found a list; allowed: names, and for each one keys and values"),
        ({"roles": {}, "people": {"a b": {"github": "x"}}}, 'people."a b": `a b` is no name'),
        ({"scope": {"environments": "production"}}, "scope.environments: found `production`; al"),
        ({"scope": {"environments": []}}, "scope.environments: the list is too short; allowed: at"),
        ({"scope": {"environments": [1]}}, "scope.environments[0]: `1` is not text to YAML"),
        ({"rollback": {"required_for": None}}, "rollback.required_for: no value; allowed: a name"),
        (
            {"frameworks": {"soc2": [{}]}},
            "frameworks.soc2[0]: found keys and values; allowed: text",
        ),
    ],
)
def test_what_does_not_fit_is_refused(patch: dict[str, object], said: str) -> None:
    assert [text for text in errors(patch) if text.startswith(said)]


def test_nothing_may_be_named_nowhere() -> None:
    patch = {"people": GONE}
    content = small(patch)[:-1] + b', "people": {}}'
    assert str(problems(content)[-1]) == "people: nothing is named; allowed: at least 1"


def test_the_same_item_twice_is_refused() -> None:
    assert errors({"roles": {"engineer": {"people": ["alice", "bob", "alice"]}}}) == [
        "roles.engineer.people[2]: stands in the list twice; remove one"
    ]


def test_a_list_of_one_may_be_written_without_brackets() -> None:
    risk = {"high": {"when": {"labels": ["x"]}}, "worse": {"when": [{"labels": ["y"]}]}}
    found = policy({"risk": risk, "rollback": {"required_for": "high"}})
    assert found.rollback.required_for == ("high",)
    assert found.risk["high"].when == (Condition(labels=("x",)),)


def test_what_cannot_be_read_is_not_complained_about_twice() -> None:
    assert errors({"windows": {"freeze": [{"start": "soon", "end": "2026-12-24T00:00"}]}}) == [
        "windows.freeze[0].start: `soon` cannot be read; allowed: a day and time such as "
        "`2026-12-15T00:00`; it is wall-clock time in `windows.timezone`, without Z or an "
        "offset; the year is from 2000 to 2199"
    ]
    assert len(errors({"roles": {"engineer": {"people": GONE, "peeple": ["alice"]}}})) == 1
    assert len(errors({"rollback": {"required_for": [1]}})) == 1
    assert len(errors({"rollback": {"required_for": 1}})) == 1


def test_keys_are_text_whatever_they_look_like() -> None:
    content = small({}).replace(b'"soc2"', b"on")
    assert problems(content) == ()
    text = b"\nframeworks: {on: [A.1], 123: [B.2]}\n"
    block = EXAMPLE.replace(b"\nframeworks:", b"\nold_frameworks:") + text
    with pytest.raises(PolicyProblems) as caught:
        parse(block, name="p.yml")
    assert [p.path for p in caught.value.problems if p.severity.value == "error"] == [
        "old_frameworks"
    ]


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (
            {
                "waivers": [
                    {
                        "control": "test",
                        "reason": "x",
                        "granted_by": "alice",
                        "expires": "2026-12-01",
                    }
                ]
            },
            "waivers[0].control: there is no control `test`; allowed: ticket, review, authority, "
            "separation, tests, window, rollback, drift, comms, risk; did you mean `tests`?",
        ),
        (
            {
                "waivers": [
                    {
                        "control": "prohibited",
                        "reason": "x",
                        "granted_by": "alice",
                        "expires": "2026-12-01",
                    }
                ]
            },
            "waivers[0].control: `prohibited` is never set aside: what the guide prohibits stays "
            "prohibited; a rule opens with `unless_approved_by`; allowed: ticket, review, "
            "authority, separation, tests, window, rollback, drift, comms, risk",
        ),
        (
            {"rollback": {"short_lane": ["revision"]}},
            "rollback.short_lane[0]: `revision` is never set aside: without it nobody knows what "
            "is deployed; allowed: ticket, review, authority, separation, tests, window, "
            "rollback, drift, comms",
        ),
        (
            {"controls": {"tikcet": "off"}},
            "controls.tikcet: there is no control `tikcet`; allowed: ticket, review, authority, "
            "separation, tests, window, rollback, prohibited, revision, emergency, "
            "retroactive_review, retention, drift, comms; did you mean `ticket`?",
        ),
        (
            {"rollback": {"required_for": "high"}},
            "rollback.required_for: `high` is not in `risk`; allowed: nothing, since `risk` names "
            "nobody and nothing; add it to `risk`, or correct the name",
        ),
        (
            {"windows": {"freeze": [{"calendar": "https://c.example/f.ics", "services": "web"}]}},
            "windows.freeze[0].services: `web` is not in `scope.services`; allowed: nothing, since "
            "`scope.services` names nobody and nothing; add it to `scope.services`, or correct "
            "the name",
        ),
    ],
)
def test_a_name_that_nobody_gave_is_refused(patch: dict[str, object], said: str) -> None:
    assert errors(patch) == [said]


def test_a_person_whose_entry_has_a_mistake_is_still_known() -> None:
    assert [text.split(":")[0] for text in errors({"people": {"alice": {"gitlap": "x"}}})] == [
        "people.alice.gitlap"
    ]


def test_reading_depends_on_nothing_but_the_file() -> None:
    assert parse(EXAMPLE, name="a") == parse(EXAMPLE, name="b")
    assert (
        warnings(
            {
                "waivers": [
                    {
                        "control": "tests",
                        "reason": "x",
                        "granted_by": "alice",
                        "expires": "2001-01-01",
                    }
                ]
            }
        )
        == []
    )
