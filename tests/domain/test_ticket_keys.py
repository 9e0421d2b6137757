from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.policy.workflow import TrackerName
from gate.domain.ticket_keys import example_key, keys_for_run, keys_in, keys_of
from gate.errors import UsageInvalid
from tests.domain.slips import GITLAB, ISSUES, JIRA, naming

PROJECTS = ("PAY", "OPS")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-123 Add refund", ("PAY-123",)),
        ("feature/PAY-123-add-refund", ("PAY-123",)),
        ("https://acme.atlassian.net/browse/PAY-11?x", ("PAY-11",)),
        ("PAY-123_add", ("PAY-123",)),
        ("[PAY-1] and (OPS-2), PAY-1.", ("PAY-1", "OPS-2")),
        ("MYPAY-3", ()),
        ("PAY-00", ()),
        ("PAY-2024-10", ()),
        ("PAY-5.1", ()),
        ("foo-PAY-5", ()),
        ("pay-12", ()),
        ("PAY_X-12", ()),
        ("PAY-12a", ()),
        ("PAY-12345678901", ()),
        ("UTF-8 SHA-256 SHA-1 ISO-8601 RFC-5545 AES-128 TLS-1 HTTP-2", ()),
        ("CVE-2026-1234 CVE-2026 GPT-4 COVID-19 ARM-64 UTC-5", ()),
        ("GH-45 PR-12 X86-64", ()),
    ],
)
def test_only_keys_of_the_allowed_projects_are_tickets(text: str, keys: tuple[str, ...]) -> None:
    assert keys_in(text, PROJECTS, TrackerName.JIRA) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PAY-1\u200b2", ("PAY-12",)),  # what is shown is PAY-12
        ("\ufeffPAY-1", ("PAY-1",)),
        ("P\u00adAY-1", ("PAY-1",)),
        ("PAY-\u202e21\u202c", ()),  # shown as PAY-12
        ("PAY-1\u20682\u2069", ()),
        ("\u202ePAY-12", ()),  # shown as 21-YAP
        ("PAY-\u200f12\u200f34", ()),  # shown as PAY-3412
        ("PAY-1\u05d02", ()),  # the Hebrew letter puts the 2 beside the 1
        ("PAY-1\uff12", ()),  # a wide 2
        ("PAY-1\u00b2", ()),
        ("PAY-1\u0332", ()),
        ("\u0425PAY-3", ()),  # Cyrillic, looks like XPAY-3
        ("\u0420AY-3", ()),  # Cyrillic P
        ("修正PAY-12を確認", ("PAY-12",)),
    ],
)
def test_a_key_is_read_as_people_see_it_or_not_at_all(text: str, keys: tuple[str, ...]) -> None:
    assert keys_in(text, PROJECTS, TrackerName.JIRA) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Fixes #3", ("acme/app#3",)),
        ("(#3), #4", ("acme/app#3", "acme/app#4")),
        ("acme/changes#5", ("acme/changes#5",)),
        ("Acme/Changes#5", ("acme/changes#5",)),
        ("https://github.com/acme/changes/issues/5#issuecomment-1", ("acme/changes#5",)),
        ("https://github.com/acme/app/pull/5", ()),
        ("other/repo#5 my-acme/app#5 x/acme/app#5", ()),
        ("&#39; a/#12 issue#4 ##5 #0 #12.5 #1-2", ()),
        ("see PR #30 and pull request #31 and PRs #32", ()),
        ("merge requests #30, MR #31 and MR#32", ()),
        ("#3\u0662", ()),
    ],
)
def test_issues_are_named_by_number_by_repository_or_by_address(
    text: str, keys: tuple[str, ...]
) -> None:
    assert keys_in(text, ISSUES.projects, TrackerName.GITHUB, "acme/app") == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Closes #3", ("acme/shop/app#3",)),
        ("(#3), #4+ and #5+s", ("acme/shop/app#3", "acme/shop/app#4", "acme/shop/app#5")),
        ("acme/changes#5 Acme/Shop/App#6", ("acme/changes#5", "acme/shop/app#6")),
        ("https://git.acme.example/acme/shop/app/-/issues/5#note_1", ("acme/shop/app#5",)),
        ("https://git.acme.example/acme/changes/-/work_items/5?x=1", ("acme/changes#5",)),
        ("http://git.acme.example:8443/ACME/changes/-/issues/5.", ("acme/changes#5",)),
        ("Add retries (!12)", ()),
        ("See merge request acme/shop/app!12", ()),
        ("!12 acme/shop/app!12 see merge request #12 MR #30", ()),
        ("https://git.acme.example/acme/shop/app/-/merge_requests/12", ()),
        ("https://git.acme.example/x/acme/changes/-/issues/5", ()),
        ("https://git.acme.example/groups/acme/-/work_items/5 &5 %5 $5", ()),
        ("https://github.com/acme/changes/issues/5", ()),
        ("https://git.acme.example/acme/changes/-/issues/incident/5", ()),
        ("app#3 shop/app#3 acme/shop#3 x/acme/shop/app#3 acme/shop/app/sub#3", ()),
        ("acme/changes-old#3 my-acme/changes#3", ()),
        ("#0 #12.5 #1-2 a/#3 ##4 &#39;", ()),
        ("GL-3 [issue:3] 3-add-retries", ()),
    ],
)
def test_issues_of_gitlab_are_named_by_number_by_project_or_by_address(
    text: str, keys: tuple[str, ...]
) -> None:
    assert keys_in(text, GITLAB.projects, TrackerName.GITLAB, "acme/shop/app") == keys


def test_a_bare_number_is_no_ticket_of_gitlab_where_another_project_is_deployed() -> None:
    assert keys_in("#3 acme/shop/app#4", GITLAB.projects, TrackerName.GITLAB, "acme/other") == (
        "acme/shop/app#4",
    )


def test_a_bare_number_is_a_ticket_only_where_the_repository_itself_holds_tickets() -> None:
    assert keys_in("Fixes #3", ("acme/changes",), TrackerName.GITHUB, "acme/app") == ()


@pytest.mark.parametrize("projects", [(), ("",)])
def test_no_project_means_no_ticket(projects: tuple[str, ...]) -> None:
    assert keys_in("CHG-1 -1 #1", projects, TrackerName.JIRA) == ()


@given(st.text(), st.sampled_from(TrackerName))
def test_every_key_that_is_found_belongs_to_an_allowed_project(
    text: str, tracker: TrackerName
) -> None:
    mark = "#" if tracker.is_forge else "-"
    for key in keys_in(f"{text}OPS-1{text}#2 a/b#3", ("OPS", "a/b"), tracker, "a/b"):
        project, number = key.rsplit(mark, 1)
        assert project in {"OPS", "a/b"}
        assert number.isascii()
        assert int(number) > 0


@given(st.text(alphabet="#-P1RS/ \u202e", max_size=12))
def test_reading_a_found_key_again_finds_the_same_key(text: str) -> None:
    for key in keys_in(text, ("P", "PR"), TrackerName.JIRA):
        assert keys_in(key, ("P", "PR"), TrackerName.JIRA) == (key,)


def test_the_title_wins_over_branch_body_and_commits() -> None:
    request = naming("CHG-1 x", branch="CHG-2", body="CHG-3", headlines=("CHG-4",))
    assert keys_of(request, JIRA, "acme/app") == ("CHG-1",)


def test_a_trailer_counts_together_with_the_title() -> None:
    request = naming(
        "CHG-1 x", branch="CHG-2", body="Text CHG-3\n\n**Change-Ticket:** OPS-9, CHG-1"
    )
    assert keys_of(request, JIRA, "acme/app") == ("CHG-1", "OPS-9")


def test_a_trailer_wins_over_the_branch() -> None:
    request = naming("x", branch="CHG-2", body="change-ticket: CHG-5")
    assert keys_of(request, JIRA, "acme/app") == ("CHG-5",)


def test_a_template_that_nobody_sees_names_no_ticket() -> None:
    request = naming(body="<!-- Change-Ticket: CHG-1 -->\n[//]: # (CHG-2)\n")
    assert keys_of(request, JIRA, "acme/app") == ()


@pytest.mark.parametrize(
    ("branch", "body", "headlines", "keys"),
    [
        ("fix/CHG-2-x", "CHG-3", ("CHG-4",), ("CHG-2",)),
        ("x", "For CHG-3 and OPS-1", ("CHG-4",), ("CHG-3", "OPS-1")),
        ("x", "", ("CHG-4 a", "CHG-5 b", "CHG-4 c"), ("CHG-4", "CHG-5")),
        ("x", "", (), ()),
    ],
)
def test_the_first_place_that_names_tickets_wins(
    branch: str, body: str, headlines: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    request = naming(branch=branch, body=body, headlines=headlines)
    assert keys_of(request, JIRA, "acme/app") == keys


def test_issues_that_are_closed_by_the_merge_request_count_where_issues_are_tickets() -> None:
    request = naming(closes=("acme/changes#8", "other/repo#1"), headlines=("CHG-1",))
    assert keys_of(request, ISSUES, "acme/app") == ("acme/changes#8",)
    assert keys_of(request, GITLAB, "acme/app") == ("acme/changes#8",)
    assert keys_of(request, JIRA, "acme/app") == ("CHG-1",)


def test_on_gitlab_the_issue_of_the_merge_requests_own_number_is_another_thing() -> None:
    request = naming("Add retries (#12)", mark="!")
    assert keys_of(request, GITLAB, "acme/shop/app") == ("acme/shop/app#12",)


@pytest.mark.parametrize(
    ("path", "text", "keys"),
    [
        ("/gitlab", "https://git.acme.example/gitlab/acme/changes/-/issues/5", ("acme/changes#5",)),
        (
            "/GitLab/x",
            "https://git.acme.example/gitlab/X/acme/changes/-/issues/5",
            ("acme/changes#5",),
        ),
        ("/gitlab", "acme/changes#5", ("acme/changes#5",)),
        ("/gitlab", "https://git.acme.example/acme/changes/-/issues/5", ()),
        ("/gitlab", "https://git.acme.example/gitlab/other/acme/changes/-/issues/5", ()),
        ("/git.ab", "https://git.acme.example/gitlab/acme/changes/-/issues/5", ()),
        ("", "https://git.acme.example/gitlab/acme/changes/-/issues/5", ()),
        ("", "https://git.acme.example/acme/changes/-/issues/5", ("acme/changes#5",)),
    ],
)
def test_on_a_server_below_a_path_an_issue_has_the_path_in_its_address(
    path: str, text: str, keys: tuple[str, ...]
) -> None:
    url = f"https://git.acme.example{path}/acme/shop/app/-/merge_requests/12"
    request = replace(naming(body=text, mark="!"), url=url)
    assert keys_of(request, GITLAB, "acme/shop/app") == keys


def test_an_address_that_does_not_name_the_repository_tells_no_path() -> None:
    request = replace(
        naming(body="https://git.acme.example/acme/changes/-/issues/5"), url="about:blank"
    )
    assert keys_of(request, GITLAB, "acme/shop/app") == ("acme/changes#5",)


def test_a_squashed_headline_of_gitlab_may_end_with_an_issue() -> None:
    headlines = ("Add retries (#40)", "Merge branch 'x' into 'main'", "Add more (!41)")
    request = naming(headlines=headlines, mark="!")
    assert keys_of(request, GITLAB, "acme/shop/app") == ("acme/shop/app#40",)


def test_a_revert_on_gitlab_names_no_ticket_of_what_it_reverts() -> None:
    body = "This reverts merge request acme/shop/app!30\n\nReverts acme/shop/app#31"
    request = naming('Revert "Add #3"', body=body, mark="!")
    assert keys_of(request, GITLAB, "acme/shop/app") == ()


def test_a_pull_requests_own_number_is_no_ticket() -> None:
    request = naming("Add retries (#12)", headlines=("Add retries (#12)", "Merge PR #12 from x"))
    assert keys_of(request, ISSUES, "acme/app") == ()


def test_a_squashed_headline_names_a_pull_request_and_no_issue() -> None:
    assert keys_of(naming(headlines=("Add retries (#40)",)), ISSUES, "acme/app") == ()
    assert keys_of(naming(headlines=("Add #3 (#40)",)), ISSUES, "acme/app") == ("acme/app#3",)


def test_what_is_reverted_is_not_the_ticket_of_the_revert() -> None:
    request = naming('Revert "CHG-1 Add retries"', headlines=('Revert "CHG-1 Add retries"',))
    assert keys_of(request, JIRA, "acme/app") == ()
    issue = naming('Revert "Add (#30)"', body="Reverts acme/app#30\n")
    assert keys_of(issue, ISSUES, "acme/app") == ()
    named = naming('Revert "CHG-1 Add retries" for CHG-2')
    assert keys_of(named, JIRA, "acme/app") == ("CHG-2",)


def test_keys_for_the_run_are_read_in_any_case() -> None:
    assert keys_for_run([" chg-7", "CHG-7", "Ops-1"], JIRA, "acme/app") == ("CHG-7", "OPS-1")
    found = keys_for_run(
        ["#3", "ACME/app#3", "https://github.com/acme/app/issues/4"], ISSUES, "acme/app"
    )
    assert found == ("acme/app#3", "acme/app#4")
    found = keys_for_run(
        ["#3", "ACME/changes#3", "https://git.acme.example/acme/shop/app/-/work_items/4"],
        GITLAB,
        "acme/shop/app",
    )
    assert found == ("acme/shop/app#3", "acme/changes#3", "acme/shop/app#4")


def test_an_address_for_the_run_is_one_of_this_very_forge_where_it_lives_below_a_path() -> None:
    address = "https://acme.example/gitlab/acme/shop/app/-/issues/4"
    found = keys_for_run([address, "#4"], GITLAB, "acme/shop/app", "/gitlab")
    assert found == ("acme/shop/app#4",)
    for odd in (address, address.replace("/gitlab/", "/gitlab/x/")):
        with pytest.raises(UsageInvalid, match="Not a ticket"):
            keys_for_run([odd], GITLAB, "acme/shop/app", "/git")


@pytest.mark.parametrize("value", ["!3", "acme/shop/app!3", "shop/app#3", "CHG-3", "#3 #4"])
def test_a_value_that_is_no_issue_of_gitlab_is_a_usage_error(value: str) -> None:
    with pytest.raises(UsageInvalid, match="such as acme/shop/app#123"):
        keys_for_run([value], GITLAB, "acme/shop/app")


def test_no_key_for_the_run_is_fine() -> None:
    assert keys_for_run([], JIRA, "acme/app") == ()


@pytest.mark.parametrize(
    "value", ["", "PAY-1", "CHG-", "CHG-1 CHG-2", "CHG-01", "C\u212aG-1", "#3"]
)
def test_a_value_that_is_no_ticket_is_a_usage_error(value: str) -> None:
    with pytest.raises(UsageInvalid, match="CHG, OPS, such as CHG-123") as caught:
        keys_for_run(["CHG-1", value], JIRA, "acme/app")
    assert repr(value) in caught.value.message


def test_all_wrong_values_are_named_at_once() -> None:
    with pytest.raises(UsageInvalid, match="'x', 'y'"):
        keys_for_run(["x", "y"], JIRA, "acme/app")


def test_the_example_looks_like_the_trackers_keys() -> None:
    assert example_key(JIRA) == "CHG-123"
    assert example_key(ISSUES) == "acme/app#123"
    assert example_key(GITLAB) == "acme/shop/app#123"


def test_projects_are_spelled_as_the_policy_spells_them() -> None:
    rules = replace(ISSUES, projects=("Acme/App",))
    assert keys_of(naming("Fix acme/app#3 and #4"), rules, "acme/app") == (
        "Acme/App#3",
        "Acme/App#4",
    )
