from dataclasses import replace

import pytest

from gate.domain.policy.workflow import Tie
from gate.domain.ticket_tie import is_tied
from tests.domain.slips import issue, jira, work_item
from tests.domain.who import request, run

REPOSITORY, REQUEST = {Tie.REPOSITORY}, {Tie.MERGE_REQUEST}
TWELVE = [request(number=12)]


@pytest.mark.parametrize(
    ("text", "repository", "merge_request"),
    [
        ("Deploy acme/app now", True, False),
        ("ACME/App.", True, False),
        ("(acme/app)", True, False),
        ("https://github.com/acme/app", True, False),
        ("github.com/acme/app/tree/main", True, False),
        ("acme/app#12", True, True),
        ("https://github.com/acme/app/pull/12", True, True),
        ("github.com/acme/app/pull/12/files", True, True),
        ("https://github.com/acme/app/pull/123", True, False),
        ("acme/app#123", True, False),
        ("acme/app#12.5 acme/app#12-x", True, False),
        ("acme/app-two my-acme/app xacme/app acme/app.io acme/appx", False, False),
        ("https://evil.example/acme/app/pull/12", False, False),
        ("https://evil.example/github.com/acme/app/pull/12", False, False),
        ("https://evil-github.com/acme/app", False, False),
        ("other/acme/app", False, False),
        ("#12", False, False),
        ("<!-- acme/app#12 -->", False, False),
        ("", False, False),
    ],
)
def test_a_ticket_names_the_change_in_whole_words(
    text: str, repository: bool, merge_request: bool
) -> None:
    for ticket in (
        jira(title=text),
        jira(body=text),
        jira(fields={"Systems": text}),
        jira(links=(text,)),
    ):
        visible = "<!--" not in text or ticket.links == ()
        if visible:
            assert is_tied(ticket, REPOSITORY, run(), TWELVE) == repository
            assert is_tied(ticket, REQUEST, run(), TWELVE) == merge_request


def test_any_of_several_ties_is_enough() -> None:
    assert is_tied(jira(body="acme/app"), {*REPOSITORY, *REQUEST}, run(), TWELVE)


def test_any_of_the_requests_that_name_the_ticket_is_enough() -> None:
    requests = [request(number=12), request(number=13)]
    assert is_tied(jira(body="acme/app#13"), REQUEST, run(), requests)


@pytest.mark.parametrize(
    ("text", "tied"), [("see #12", True), ("#123", False), ("a#12", False), ("&#12;", False)]
)
def test_an_issue_of_the_same_repository_may_name_the_bare_number(text: str, tied: bool) -> None:
    assert is_tied(issue(body=text), REQUEST, run(), TWELVE) == tied
    assert not is_tied(issue(body=text, key="acme/changes#3"), REQUEST, run(), TWELVE)


def test_where_no_request_names_the_ticket_its_repository_is_enough() -> None:
    assert is_tied(jira(body="acme/app"), REQUEST, run(), [])
    assert not is_tied(jira(body="acme/web"), REQUEST, run(), [])


ADDRESS = "https://git.acme.example/acme/shop/app/-/merge_requests/12"
ON_GITLAB = replace(run(), forge="gitlab", host="git.acme.example", repository="acme/shop/app")


@pytest.mark.parametrize(
    ("text", "repository", "merge_request"),
    [
        ("acme/shop/app!12", True, True),
        ("Acme/Shop/App!12.", True, True),
        (ADDRESS, True, True),
        (f"{ADDRESS}/diffs", True, True),
        ("git.acme.example/acme/shop/app/-/merge_requests/12#note_1", True, True),
        ("deploys acme/shop/app", True, False),
        ("https://git.acme.example/acme/shop/app", True, False),
        ("https://git.acme.example/acme/shop/app/-/tree/main", True, False),
        (f"{ADDRESS}3", True, False),
        ("acme/shop/app!123 acme/shop/app#12", True, False),
        ("shop/app!12 app!12 x/acme/shop/app!12 acme/shop/app-two!12", False, False),
        ("https://evil.example/acme/shop/app/-/merge_requests/12", False, False),
        ("acme/shop and acme", False, False),
    ],
)
def test_a_change_on_gitlab_is_named_its_own_way(
    text: str, repository: bool, merge_request: bool
) -> None:
    requests = [replace(request(number=12), reference="!12", url=ADDRESS)]
    for ticket in (
        jira(body=text),
        jira(links=(text,)),
        work_item(body=text, key="acme/changes#3"),
    ):
        assert is_tied(ticket, REPOSITORY, ON_GITLAB, requests) == repository
        assert is_tied(ticket, REQUEST, ON_GITLAB, requests) == merge_request


@pytest.mark.parametrize(
    ("text", "tied"), [("see !12", True), ("#12", False), ("!123", False), ("a!12", False)]
)
def test_an_issue_of_the_same_project_may_name_the_bare_number(text: str, tied: bool) -> None:
    requests = [replace(request(number=12), reference="!12", url=ADDRESS)]
    assert is_tied(work_item(body=text), REQUEST, ON_GITLAB, requests) == tied
    other = work_item(body=text, key="acme/changes#3")
    assert not is_tied(other, REQUEST, ON_GITLAB, requests)


BELOW = "https://git.acme.example/gitlab/acme/shop/app"


@pytest.mark.parametrize(
    ("text", "repository", "merge_request"),
    [
        (f"{BELOW}/-/merge_requests/12", True, True),
        (BELOW, True, False),
        ("git.acme.example/gitlab/acme/shop/app/-/tree/main", True, False),
        ("acme/shop/app!12", True, True),
        (ADDRESS, False, False),
        ("https://git.acme.example/other/acme/shop/app/-/merge_requests/12", False, False),
        ("https://git.acme.example/gitlab/gitlab/acme/shop/app", False, False),
    ],
)
def test_on_a_server_below_a_path_the_path_is_part_of_the_address(
    text: str, repository: bool, merge_request: bool
) -> None:
    below = replace(ON_GITLAB, host="git.acme.example/gitlab")
    requests = [
        replace(request(number=12), reference="!12", url=f"{BELOW}/-/merge_requests/12"),
    ]
    assert is_tied(jira(links=(text,)), REPOSITORY, below, requests) == repository
    assert is_tied(jira(links=(text,)), REQUEST, below, requests) == merge_request
    assert is_tied(jira(links=(text,)), REQUEST, below, []) == repository
