"""GitHub's GraphQL interface; that its types are GitHub's own is held by tests/contract."""

import json
from typing import Any

import pytest

from gate.sandbox.messages import cursor
from gate.sandbox.site import Site
from gate.sandbox.world import World, sha
from gate.sandbox.world.merging import read_file
from tests.sandbox.asking import RICH, ask, site, site_of

rich = site_of(World.load(RICH))


def send(place: Site, query: str, **variables: Any) -> Any:
    """The whole answer."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    response = ask(place, "/github/graphql", method="POST", body=body)
    assert response.status == 200
    return response.json()


def repo(place: Site, selection: str, **variables: Any) -> Any:
    """What is answered about the repository, without any error."""
    declared = "".join(f", ${name}: Any" for name in variables)
    query = f'query Q($unused: Int{declared}) {{ repository(owner: "acme", name: "app") {{ {selection} }} }}'
    answer = send(place, query, **variables)
    assert "errors" not in answer, answer
    return answer["data"]["repository"]


def failed(place: Site, selection: str) -> Any:
    """The one error, and the data beside it."""
    answer = send(place, f'{{ repository(owner: "acme", name: "app") {{ {selection} }} }}')
    (error,) = answer["errors"]
    return error, answer.get("data")


def pull(number: int, selection: str) -> Any:
    return repo(rich, f"pullRequest(number: {number}) {{ {selection} }}")["pullRequest"]


def commit(name: str, selection: str, place: Site = rich) -> Any:
    found = repo(place, f'object(oid: "{sha(name)}") {{ ... on Commit {{ {selection} }} }}')
    return found["object"]


# --- the request ------------------------------------------------------------------------------


def test_a_dead_token_is_refused_as_over_rest() -> None:
    response = ask(site(token={"dead": True}), "/github/graphql", method="POST", body=b"{}")
    assert (response.status, response.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'"x"'])
def test_what_is_no_graphql_request_is_a_bad_request(body: bytes) -> None:
    response = ask(site(), "/github/graphql", method="POST", body=body)
    assert (response.status, response.json()["message"]) == (400, "Problems parsing JSON")


def test_a_document_that_does_not_parse_says_where() -> None:
    (error,) = send(site(), "{ repository(owner: ) { id } }")["errors"]
    assert error["message"] == "Unexpected ')' at [1, 21]"


def test_the_operation_is_chosen_by_name() -> None:
    both = "query A { rateLimit { cost } } query B { rateLimit { limit } }"
    body = json.dumps({"query": both, "operationName": "B"}).encode()
    answer = ask(site(), "/github/graphql", method="POST", body=body).json()
    assert answer["data"] == {"rateLimit": {"limit": 1000}}
    (unnamed,) = send(site(), both)["errors"]
    assert unnamed["message"] == "An operation name is required"
    body = json.dumps({"query": both, "operationName": "C"}).encode()
    (unknown,) = ask(site(), "/github/graphql", method="POST", body=body).json()["errors"]
    assert unknown["message"] == "No operation named 'C'"
    (write,) = send(site(), "mutation M { x }")["errors"]
    assert write["message"] == "The sandbox answers queries only"


# --- execution --------------------------------------------------------------------------------


def test_aliases_fragments_and_directives_do_what_they_say() -> None:
    answer = send(
        rich,
        """
        query Q($yes: Boolean!, $no: Boolean = false) {
          mine: repository(owner: "acme", name: "app") {
            ...Names
            ... { isFork }
            ... on Repository @include(if: $no) { isArchived }
            databaseId @skip(if: $yes)
            url @include(if: $yes)
            ...Unused @include(if: false)
          }
        }
        fragment Names on Repository { __typename name nameWithOwner name }
        fragment Unused on Repository { id }
        """,
        yes=True,
    )
    assert answer["data"] == {
        "mine": {
            "__typename": "Repository",
            "name": "app",
            "nameWithOwner": "acme/app",
            "isFork": False,
            "url": "https://github.com/acme/app",
        }
    }


def test_fragments_apply_to_the_types_and_interfaces_that_they_name() -> None:
    found = pull(
        12,
        "author { ... on Actor { login } ... on User { databaseId } ... on Bot { url } ... on Node { id } }",
    )
    assert found["author"] == {"login": "bokafor", "databaseId": 102, "id": "U_102"}


def test_the_same_field_asked_for_twice_is_one_with_both_selections() -> None:
    found = repo(rich, "defaultBranchRef { name } defaultBranchRef { target { oid } }")
    assert found["defaultBranchRef"] == {"name": "main", "target": {"oid": sha("p1")}}


def test_a_field_that_does_not_exist_fails_the_whole_document() -> None:
    error, data = failed(rich, "name stars")
    assert data is None
    assert error["message"] == "Field 'stars' doesn't exist on type 'Repository'"
    assert error["extensions"]["code"] == "undefinedField"


def test_an_unknown_fragment_and_argument_fail_the_document() -> None:
    assert failed(rich, "...Nowhere")[0]["message"] == "Fragment Nowhere was used, but not defined"
    error, _ = failed(rich, 'deployments(first: 1, before: "x") { totalCount }')
    assert error["message"] == "The sandbox knows no argument 'before' of a DeploymentConnection"


def test_variables_must_be_given_unless_they_have_a_default() -> None:
    query = 'query Q($n: String!) { repository(owner: "acme", name: $n) { name } }'
    (error,) = send(rich, query)["errors"]
    assert error["message"] == "Variable $n was provided invalid value"
    defaulted = query.replace("String!", 'String = "app"')
    assert send(rich, defaulted)["data"]["repository"]["name"] == "app"


def test_a_variable_that_was_not_given_leaves_its_argument_out() -> None:
    query = """query Q($after: String, $all: [[String!]!]!) {
      repository(owner: "acme", name: "app") {
        deployments(first: 1, after: $after, environments: $all) { totalCount } } }"""
    found = send(rich, query, all=["staging"])
    assert found["data"]["repository"]["deployments"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("pullRequest(number: 404) { id }", "a PullRequest with the number of 404."),
        ("issue(number: 404) { id }", "an Issue with the number of 404."),
        ("issue(number: 12) { id }", "an Issue with the number of 12."),
        (
            "issueOrPullRequest(number: 404) { __typename }",
            "an issue or pull request with the number of 404.",
        ),
    ],
)
def test_what_is_not_there_is_an_error_beside_null(selection: str, message: str) -> None:
    error, data = failed(rich, f"name found: {selection}")
    assert data == {"repository": {"name": "app", "found": None}}
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["repository", "found"])
    assert error["message"] == f"Could not resolve to {message}"
    assert error["locations"][0]["line"] == 1


def test_another_repository_is_not_found() -> None:
    answer = send(rich, '{ repository(owner: "acme", name: "none") { name } }')
    assert answer["data"] == {"repository": None}
    assert (
        answer["errors"][0]["message"]
        == "Could not resolve to a Repository with the name 'acme/none'."
    )


# --- permissions and null ---------------------------------------------------------------------


def test_a_forbidden_field_that_may_be_null_is_null_alone() -> None:
    place = site(token={"lacks": ["checks"]})
    error, data = failed(
        place,
        'object(expression: "main") { ... on Commit { oid checkSuites(first: 1) { totalCount } } }',
    )
    assert data["repository"]["object"] == {"oid": sha("m0"), "checkSuites": None}
    assert (error["type"], error["message"]) == (
        "FORBIDDEN",
        "Resource not accessible by integration",
    )
    assert error["path"] == ["repository", "object", "checkSuites"]


def test_a_forbidden_field_that_may_not_be_null_takes_what_is_around_it_away() -> None:
    error, data = failed(
        site(token={"lacks": ["deployments"]}), "name deployments(first: 1) { totalCount }"
    )
    assert data == {"repository": None}
    assert error["path"] == ["repository", "deployments"]


def test_an_error_in_a_list_names_its_place() -> None:
    lacking = site_of(World.of({**read_file(RICH), "token": {"lacks": ["pull-requests"]}}))
    error, data = failed(
        lacking,
        'ref(qualifiedName: "refs/heads/main") { target { ... on Commit { parents(first: 1) '
        "{ nodes { associatedPullRequests(first: 1) { totalCount } } } } } }",
    )
    assert error["path"][-4:] == ["parents", "nodes", 0, "associatedPullRequests"]
    assert data["repository"]["ref"]["target"]["parents"]["nodes"] == [
        {"associatedPullRequests": None}
    ]


# --- pages and price --------------------------------------------------------------------------


def test_connections_come_in_pages() -> None:
    query = (
        "deployments(first: 2, after: $after) { totalCount pageInfo { hasNextPage "
        "hasPreviousPage startCursor endCursor } nodes { databaseId } }"
    )
    first = repo(rich, query, after=None)["deployments"]
    second = repo(rich, query, after=first["pageInfo"]["endCursor"])["deployments"]
    assert [len(page["nodes"]) for page in (first, second)] == [2, 1]
    assert first["totalCount"] == second["totalCount"] == 3
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursor(1),
        "endCursor": cursor(2),
    }
    assert second["pageInfo"]["hasNextPage"] is False
    empty = repo(rich, query, after=cursor(9))["deployments"]
    assert (empty["nodes"], empty["pageInfo"]["endCursor"]) == ([], None)


def test_the_last_ones_and_edges_can_be_asked_for() -> None:
    found = repo(rich, "deployments(last: 1) { edges { cursor node { databaseId } } }")[
        "deployments"
    ]
    assert found["edges"] == [{"cursor": cursor(3), "node": {"databaseId": 901}}]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ("(first: -1)", "EXCESSIVE_PAGINATION"),
        ('(first: 1, after: "x")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_pages_have_bounds(arguments: str, kind: str) -> None:
    error, data = failed(rich, f"pullRequest(number: 12) {{ reviews{arguments} {{ totalCount }} }}")
    assert error["type"] == kind
    assert data["repository"]["pullRequest"] == {"reviews": None}


def test_the_price_is_that_of_the_documented_formula() -> None:
    query = """query Q($n: Int!) { rateLimit { cost nodeCount remaining used limit resetAt }
      repository(owner: "acme", name: "app") { ...R } }
    fragment R on Repository { pullRequests(first: $n) { nodes { ... on PullRequest {
      reviews(first: 10) { nodes { onBehalfOf(last: 2) { totalCount } } } } } } }"""
    found = send(rich, query, n=20)["data"]["rateLimit"]
    assert found["nodeCount"] == 20 + 20 * 10 + 20 * 10 * 2
    assert found["cost"] == round((1 + 20 + 200) / 100) == 2
    assert found["remaining"] + found["used"] == found["limit"]
    assert found["resetAt"] == "2026-11-25T15:59:59Z"
    assert send(rich, "{ rateLimit { cost } }")["data"]["rateLimit"]["cost"] == 1


def test_too_many_nodes_are_refused() -> None:
    query = """{ repository(owner: "acme", name: "app") { pullRequests(first: 100) { nodes {
      reviews(first: 100) { nodes { onBehalfOf(first: 100) { totalCount } } } } } } }"""
    (error,) = send(rich, query)["errors"]
    assert error["extensions"]["code"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "1,010,100 possible nodes" in error["message"]


# --- the repository ---------------------------------------------------------------------------


def test_objects_are_found_by_id_and_by_expression() -> None:
    found = repo(
        rich,
        """head: object(expression: "HEAD") { oid }
        policy: object(expression: "HEAD:.github/change-policy.yml") { ... on Blob { text byteSize isBinary } }
        none: object(expression: "main:none") { oid }
        nowhere: object(expression: "nowhere:x") { oid }
        lost: object(oid: "9999999999999999999999999999999999999999") { oid }""",
    )
    assert found["head"] == {"oid": sha("p1")}
    assert found["policy"]["text"] == rich.world.policy
    assert (found["none"], found["nowhere"], found["lost"]) == (None, None, None)


def test_branches_tell_what_protects_them() -> None:
    selection = (
        "{ name prefix branchProtectionRule { id } refUpdateRule { "
        "requiredApprovingReviewCount requiredStatusCheckContexts } rules(first: 9) { "
        "nodes { type parameters { __typename } } } }"
    )
    found = repo(
        rich,
        f"""main: ref(qualifiedName: "main") {selection}
        tag: ref(qualifiedName: "refs/tags/v1.0.0") {selection}
        none: ref(qualifiedName: "none") {{ name }}""",
    )
    assert found["main"]["refUpdateRule"] == {
        "requiredApprovingReviewCount": 2,
        "requiredStatusCheckContexts": ["unit"],
    }
    types = [rule["type"] for rule in found["main"]["rules"]["nodes"]]
    assert types == ["DELETION", "NON_FAST_FORWARD", "PULL_REQUEST", "REQUIRED_STATUS_CHECKS"]
    assert (found["tag"]["prefix"], found["tag"]["refUpdateRule"]) == ("refs/tags/", None)
    assert (found["tag"]["rules"]["nodes"], found["none"]) == ([], None)
    unchecked = repo(site(), "defaultBranchRef { rules(first: 9) { totalCount } }")
    assert unchecked["defaultBranchRef"]["rules"]["totalCount"] == 3


def test_deployments_are_picked_by_environment_and_ordered() -> None:
    selection = (
        "{ nodes { databaseId state creator { __typename login } latestStatus { state } "
        "statuses(first: 5) { nodes { state logUrl } } } }"
    )
    newest = "orderBy: {field: CREATED_AT, direction: DESC}"
    found = repo(
        rich,
        f"""all: deployments(first: 9, {newest}) {selection}
        production: deployments(first: 9, environments: ["production"]) {selection}""",
    )
    staging, current, _ = found["all"]["nodes"]
    assert (staging["databaseId"], staging["latestStatus"], staging["state"]) == (
        901,
        None,
        "PENDING",
    )
    assert (current["state"], current["creator"]) == (
        "ACTIVE",
        {"__typename": "Bot", "login": "github-actions"},
    )
    assert [item["state"] for item in current["statuses"]["nodes"]] == ["SUCCESS", "IN_PROGRESS"]
    oldest = found["production"]["nodes"][0]
    assert oldest["creator"]["login"] == "ghost"
    assert oldest["statuses"]["nodes"] == [{"state": "FAILURE", "logUrl": None}]


def test_environments_tell_their_reviewers() -> None:
    found = repo(
        rich,
        "environments(first: 9) { nodes { name protectionRules(first: 6) { nodes { type "
        "preventSelfReview reviewers(first: 6) { nodes { ... on User { login } } } } } } "
        "}",
    )["environments"]["nodes"]
    (rule,) = found[0]["protectionRules"]["nodes"]
    assert rule["reviewers"]["nodes"] == [{"login": "alice-ng"}, {"login": "cdiaz"}]
    assert found[1]["protectionRules"]["nodes"] == []


def test_pull_requests_are_picked_and_ordered() -> None:
    def numbers(arguments: str) -> list[int]:
        found = repo(rich, f"pullRequests(first: 9{arguments}) {{ nodes {{ number }} }}")
        return [item["number"] for item in found["pullRequests"]["nodes"]]

    assert sorted(numbers("")) == [12, 13, 14, 15]
    newest = ", orderBy: {field: UPDATED_AT, direction: DESC}"
    assert numbers(f', states: [MERGED], baseRefName: "main"{newest}') == [13, 12]
    assert numbers(', baseRefName: "other"') == [15]


# --- pull requests ----------------------------------------------------------------------------


def test_reviews_tell_who_said_what_about_which_commit() -> None:
    found = pull(
        12,
        "reviews(first: 9) { nodes { databaseId state submittedAt lastEditedAt author { "
        "__typename login } authorCanPushToRepository commit { oid } } }",
    )["reviews"]["nodes"]
    dismissed = found[0]
    assert (dismissed["databaseId"], dismissed["state"]) == (4711, "DISMISSED")
    assert dismissed["lastEditedAt"] == "2026-11-25T10:01:00Z"
    assert dismissed["commit"] == {"oid": sha("c1")}
    by = {review["author"]["login"]: review for review in found[1:]}
    assert (by["jenkins"]["author"]["__typename"], by["jenkins"]["authorCanPushToRepository"]) == (
        "Bot",
        False,
    )
    assert (by["cdiaz"]["state"], by["cdiaz"]["submittedAt"]) == ("PENDING", None)
    approved = pull(12, "reviews(first: 9, states: [APPROVED]) { totalCount }")
    assert approved["reviews"]["totalCount"] == 2


def test_github_decides_by_the_last_opinion_of_those_who_may_write() -> None:
    review = {"at": "-1h", "commit": "m0", "by": "ben"}
    request = {"author": "ann", "state": "open", "commits": ["m0"], "created": "-2h"}

    def decision(reviews: dict[str, Any], **repository: Any) -> str | None:
        place = site(pull_requests={1: {**request, "reviews": reviews}}, repository=repository)
        found = repo(place, "pullRequest(number: 1) { reviewDecision }")
        answer: str | None = found["pullRequest"]["reviewDecision"]
        return answer

    changes = {**review, "state": "changes_requested", "at": "-30m"}
    assert decision({}) == "REVIEW_REQUIRED"
    assert decision({"a": review}) == "APPROVED"
    assert decision({"a": review}, required_approvals=2) == "REVIEW_REQUIRED"
    assert decision({"a": {**review, "may_write": False}}) == "REVIEW_REQUIRED"
    assert decision({"a": review, "b": changes}) == "CHANGES_REQUESTED"
    assert decision({"a": review}, protected=False) is None


def test_commits_know_people_by_account_only_where_there_is_one() -> None:
    fields = "{ name email user { login } }"
    found = pull(
        13,
        f"commits(first: 9) {{ totalCount nodes {{ commit {{ oid committedViaWeb author {fields} committer {fields} "
        f"authors(first: 5) {{ nodes {fields} }} signature {{ isValid wasSignedByGitHub }} }} }} }}",
    )["commits"]["nodes"]
    d1, d2, d3, d4 = (item["commit"] for item in found)
    assert d1["signature"] == {"isValid": True, "wasSignedByGitHub": False}
    assert [who["user"] and who["user"]["login"] for who in d2["authors"]["nodes"]] == [
        "cdiaz",
        "bokafor",
        None,
    ]
    assert (d3["committedViaWeb"], d3["committer"]["user"]["login"]) == (True, "web-flow")
    assert d3["signature"]["wasSignedByGitHub"] is True
    assert (d4["author"]["name"], d4["author"]["user"]) == ("dependabot[bot]", None)
    assert (d4["committer"]["user"], d4["signature"]) == (None, None)


def test_the_first_suite_of_a_commit_tells_when_github_first_saw_it() -> None:
    created = "checkSuites(first: 1) { nodes { createdAt app { slug } } }"
    assert commit("d1", created)["checkSuites"]["nodes"][0]["createdAt"] == "2026-11-18T15:00:00Z"
    assert commit("d2", created)["checkSuites"]["nodes"] == []
    suites = commit("p1", "checkSuites(first: 9) { nodes { createdAt app { slug } } }")
    moments = [suite["createdAt"] for suite in suites["checkSuites"]["nodes"]]
    assert moments == sorted(moments)


def test_checks_and_statuses_roll_up() -> None:
    found = commit(
        "p1",
        """statusCheckRollup { state contexts(first: 100) { totalCount nodes { __typename
          ... on CheckRun { name status conclusion completedAt checkSuite { app { slug } } }
          ... on StatusContext { context state creator { login } } } } }
        status { state contexts { context state targetUrl } }""",
    )
    assert found["statusCheckRollup"]["state"] == "FAILURE"
    nodes = found["statusCheckRollup"]["contexts"]["nodes"]
    running = next(node for node in nodes if node.get("name") == "slow")
    assert (running["conclusion"], running["completedAt"]) == (None, None)
    assert {node["__typename"] for node in nodes} == {"CheckRun", "StatusContext"}
    assert [item["state"] for item in found["status"]["contexts"]] == ["FAILURE", "SUCCESS"]
    nothing = commit("d1", "statusCheckRollup { state } status { state }")
    assert nothing == {"statusCheckRollup": None, "status": None}


def test_commits_name_the_pull_requests_that_brought_them_wherever_they_live() -> None:
    found = commit(
        "e1",
        "messageBody associatedPullRequests(first: 9) { nodes { number repository { "
        "nameWithOwner } } }",
    )
    pairs = [
        (item["number"], item["repository"]["nameWithOwner"])
        for item in found["associatedPullRequests"]["nodes"]
    ]
    assert pairs == [(12, "acme/app"), (99, "acme/other")]


def test_files_labels_and_closed_issues_of_a_pull_request() -> None:
    found = pull(
        13,
        "files(first: 9) { nodes { path changeType additions } } labels(first: 9) { nodes "
        "{ name } } isCrossRepository state closed",
    )
    kinds = {item["path"]: item["changeType"] for item in found["files"]["nodes"]}
    assert (kinds["services/web/old.py"], kinds["web/logo.png"]) == ("DELETED", "ADDED")
    assert (found["labels"]["nodes"], found["isCrossRepository"]) == ([{"name": "docs"}], True)
    closes = pull(
        12, "closingIssuesReferences(first: 9) { nodes { number repository { nameWithOwner } } }"
    )
    assert closes["closingIssuesReferences"]["nodes"] == [
        {"number": 3, "repository": {"nameWithOwner": "acme/app"}}
    ]
    open_ = pull(14, "merged mergedAt mergedBy { login } mergeCommit { oid } closedAt")
    assert open_ == {
        "merged": False,
        "mergedAt": None,
        "mergedBy": None,
        "mergeCommit": None,
        "closedAt": None,
    }


def test_a_pull_request_remembers_what_happened_to_it() -> None:
    found = pull(
        12,
        """timelineItems(first: 9) { totalCount filteredCount pageCount updatedAt nodes { __typename
          ... on HeadRefForcePushedEvent { actor { login } beforeCommit { oid } afterCommit { oid } }
          ... on ReviewDismissedEvent { actor { login } review { databaseId } previousReviewState }
          ... on AddedToMergeQueueEvent { actor { login } }
          ... on MergedEvent { commit { oid } mergeRefName } } }""",
    )["timelineItems"]
    pushed, dismissed, queued, merged = found["nodes"]
    assert (pushed["beforeCommit"], pushed["afterCommit"]) == (None, {"oid": sha("c1")})
    assert (dismissed["actor"], dismissed["review"]) == (
        {"login": "alice-ng"},
        {"databaseId": 4711},
    )
    assert queued["__typename"] == "AddedToMergeQueueEvent"
    assert (merged["commit"], merged["mergeRefName"]) == ({"oid": sha("m1")}, "main")
    some = pull(
        12, "timelineItems(first: 9, itemTypes: [MERGED_EVENT]) { totalCount filteredCount }"
    )
    assert some["timelineItems"] == {"totalCount": 4, "filteredCount": 1}
    none = pull(14, "timelineItems(first: 9) { totalCount updatedAt }")
    assert none["timelineItems"] == {"totalCount": 0, "updatedAt": "1970-01-01T00:00:00Z"}


# --- issues -----------------------------------------------------------------------------------


def test_an_issue_tells_its_history_and_the_edits_of_its_text() -> None:
    found = repo(
        rich,
        """issue(number: 3) { state stateReason lastEditedAt closedAt includesCreatedEdit
          userContentEdits(first: 9) { nodes { editedAt editor { login } } }
          timelineItems(first: 9, itemTypes: [LABELED_EVENT, RENAMED_TITLE_EVENT, CLOSED_EVENT, REOPENED_EVENT]) {
            totalCount nodes { __typename
              ... on LabeledEvent { label { name } } ... on RenamedTitleEvent { previousTitle currentTitle }
              ... on ReopenedEvent { actor { login } } ... on ClosedEvent { stateReason } } } }""",
    )["issue"]
    assert (found["state"], found["stateReason"]) == ("CLOSED", "NOT_PLANNED")
    assert found["lastEditedAt"] == "2026-11-23T15:00:00Z"
    assert [edit["editor"]["login"] for edit in found["userContentEdits"]["nodes"]] == [
        "bokafor",
        "dana-w",
    ]
    labeled, renamed, reopened, closed = found["timelineItems"]["nodes"]
    assert labeled["label"] == {"name": "approved"}
    assert (renamed["previousTitle"], renamed["currentTitle"]) == ("Old", "A change")
    assert (reopened["actor"], closed["stateReason"]) == (None, "NOT_PLANNED")


def test_issues_of_other_repositories_and_pull_requests_by_number() -> None:
    query = """{ repository(owner: "acme", name: "tickets") { nameWithOwner
      issue(number: 5) { title author { login } closedAt lastEditedAt repository { nameWithOwner } }
      closed: issue(number: 6) { closedAt createdAt } } }"""
    found = send(rich, query)["data"]["repository"]
    assert found["issue"]["repository"] == {"nameWithOwner": "acme/tickets"}
    assert (
        found["issue"]["author"],
        found["issue"]["closedAt"],
        found["issue"]["lastEditedAt"],
    ) == (None, None, None)
    assert found["closed"]["closedAt"] == found["closed"]["createdAt"]
    kinds = repo(
        rich,
        "a: issueOrPullRequest(number: 3) { __typename } b: issueOrPullRequest(number: 12) { __typename }",
    )
    assert [kinds[name]["__typename"] for name in "ab"] == ["Issue", "PullRequest"]
