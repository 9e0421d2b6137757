import pytest

from tests.policy.policies import errors, warnings


@pytest.mark.parametrize("login", ["@alice", "alice ng", "https://github.com/alice", "a/b"])
@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_what_is_no_login_is_refused(system: str, login: str) -> None:
    (said,) = errors({"people": {"alice": {system: login}}})
    assert said.startswith(f"people.alice.{system}: `{login}` is no login")


def test_a_machine_holds_no_role() -> None:
    (said,) = errors({"people": {"alice": {"github": "dependabot[bot]"}}})
    assert said.startswith("people.alice.github: `dependabot[bot]` is a machine")


def test_an_email_is_no_jira_account() -> None:
    (said,) = errors({"people": {"alice": {"jira": "alice@acme.example"}}})
    assert said.startswith("people.alice.jira: `alice@acme.example` is no Jira accountId")
    assert errors({"people": {"alice": {"jira": "557058:f58131cb-b67d-43c7-b30d"}}}) == []


@pytest.mark.parametrize("pager", ["pagerduty", "incident_io"])
def test_an_address_is_no_user_id_of_a_pager(pager: str) -> None:
    (said,) = errors({"people": {"alice": {pager: "https://acme.pagerduty.com/users/PXPGF42"}}})
    assert said.startswith(f"people.alice.{pager}: ")
    assert "is no user id of the pager" in said
    assert errors({"people": {"alice": {pager: "PXPGF42"}}}) == []


@pytest.mark.parametrize("pager", ["pagerduty", "incident_io"])
def test_one_account_of_a_pager_belongs_to_one_person(pager: str) -> None:
    twice = {"alice": {pager: "PXPGF42"}, "bob": {pager: "PXPGF42"}}
    (said,) = errors({"people": twice})
    assert said.startswith(f"people.bob.{pager}: `PXPGF42` is also the account of `alice`")
    assert errors({"people": {"alice": {pager: "PXPGF42"}, "bob": {pager: "pxpgf42"}}}) == []


def test_a_login_is_no_email() -> None:
    assert errors({"people": {"alice": {"email": "alice"}}}) == [
        "people.alice.email: `alice` is no e-mail address"
    ]


def test_somebody_without_an_account_on_a_forge_is_a_warning() -> None:
    (said,) = warnings({"people": {"dana": {"name": "Dana"}}})
    assert said.startswith("people.dana: has no account on GitHub or GitLab")


@pytest.mark.parametrize(("system", "other"), [("github", "gitlab"), ("gitlab", "github")])
def test_an_id_without_a_login_recognises_nobody(system: str, other: str) -> None:
    (said,) = warnings({"people": {"dana": {other: "dana", f"{system}_id": 7}}})
    assert said == (
        f"people.dana.{system}_id: the id alone recognises nobody; add the login as `{system}`"
    )


def test_a_role_that_nobody_holds_is_refused() -> None:
    assert errors({"roles": {"security": {}}}) == [
        "roles.security: nobody holds this role; "
        "give it `people`, `github_team`, `gitlab_group` or `pager_schedule`"
    ]
    assert errors({"roles": {"security": {"people": []}}}) != []
    assert errors({"roles": {"security": {"pager_schedule": "PRIMARY"}}}) == []


def test_a_team_has_an_organisation() -> None:
    assert errors({"roles": {"security": {"github_team": "security"}}}) == [
        "roles.security.github_team: `security` is no team; allowed: organisation/team"
    ]
    assert errors({"roles": {"security": {"github_team": "acme/security"}}}) == []


@pytest.mark.parametrize("group", ["/acme", "acme/", "acme security", "acme//security", "acme/-/x"])
def test_what_is_no_group_is_refused(group: str) -> None:
    assert errors({"roles": {"security": {"gitlab_group": group}}}) == [
        f"roles.security.gitlab_group: `{group}` is no group; allowed: group or group/subgroup"
    ]


@pytest.mark.parametrize("group", ["acme", "acme/security", "acme/shop/security.team"])
def test_a_group_of_gitlab_may_be_a_group_of_its_own_or_within_others(group: str) -> None:
    assert errors({"roles": {"security": {"gitlab_group": group}}}) == []


@pytest.mark.parametrize(
    ("system", "account"),
    [
        ("github", "ALICE-NG"),
        ("gitlab", "Same"),
        ("email", "A@acme.example"),
        ("github_id", 7),
        ("gitlab_id", 8),
    ],
)
def test_an_account_belongs_to_one_person(system: str, account: str | int) -> None:
    alice = {"gitlab": "same", "email": "a@acme.example", "github_id": 7, "gitlab_id": 8}
    dana = {"github": "dana", system: account}
    (said,) = errors({"people": {"alice": alice, "dana": dana}})
    assert said.startswith(f"people.dana.{system}: `{account}` is also the account of `alice`")


def test_ids_are_told_apart_by_case() -> None:
    dana = {"github": "dana", "jira": "5B10A2844C20165700EDE21G"}
    assert errors({"people": {"dana": dana}}) == []
    dana = {"github": "dana", "jira": "5b10a2844c20165700ede21g"}
    assert errors({"people": {"dana": dana}}) != []
