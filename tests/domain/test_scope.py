from gate.domain.derived import OutOfScope, ScopedChange
from gate.domain.facts import Change, ChangeKind, Fact, Files, Run
from gate.domain.missing import Missing
from gate.domain.policy.document import Scope, Service
from gate.domain.scope import paths_of, scoped_change
from tests import builders as b

API = b.request(12, commits=(b.commit("c1"),))
WEB = b.request(
    13,
    title="Restyle",
    paths=("services/web/a.css", "services/web/b.css"),
    commits=(b.commit("c2", brought_by=(13,)), b.commit("c3", brought_by=(13,))),
)
SHARED = b.request(14, paths=("Makefile",), commits=(b.commit("c4", brought_by=(14,)),))


def scoped(
    change: Change | Missing, files: Files | Missing, *services: str, **run: object
) -> ScopedChange:
    facts: dict[type[Fact], Fact | Missing] = {
        Change: change,
        Files: files,
        Run: b.run(services=services, **run),
    }
    found = scoped_change(facts, b.policy())
    assert isinstance(found, ScopedChange)
    return found


def numbers(found: ScopedChange) -> list[int]:
    return [request.number for request in found.merge_requests]


ALL = b.change(API, WEB, SHARED)
ALL_FILES = b.files("services/api/app.py", "services/web/a.css", "services/web/b.css", "Makefile")


def test_without_services_everything_is_in_scope() -> None:
    found = scoped(ALL, ALL_FILES)
    assert found == ScopedChange(
        kind=ChangeKind.FORWARD,
        commits=ALL.commits,
        merge_requests=ALL.merge_requests,
        files=ALL_FILES.files,
    )


def test_what_belongs_to_other_services_alone_is_out_and_listed_with_the_reason() -> None:
    found = scoped(ALL, ALL_FILES, "api")
    assert numbers(found) == [12, 14]
    assert [commit.sha for commit in found.commits] == [b.sha("c1"), b.sha("c4")]
    assert [file.path for file in found.files or ()] == ["services/api/app.py", "Makefile"]
    why = "belongs to service web, this deploys api"
    assert found.left_out == (
        OutOfScope(what="#13 Restyle (2 commits)", why=why, url=WEB.url),
        OutOfScope(what="2 files: services/web/a.css and services/web/b.css", why=why),
    )


def test_a_deploy_of_both_services_leaves_nothing_out() -> None:
    assert scoped(ALL, ALL_FILES, "api", "web").left_out == ()


def test_a_merge_request_that_touches_both_is_in_scope() -> None:
    both = b.request(15, paths=("services/web/a.css", "services/api/app.py"))
    assert numbers(scoped(b.change(both), b.files(*both.paths), "web")) == [15]


def test_a_merge_request_whose_paths_are_unknown_is_in_scope() -> None:
    bare = b.request(15, paths=())
    assert numbers(scoped(b.change(API, bare), b.files(), "api")) == [12, 15]


def test_a_file_that_two_services_list_is_in_scope_of_both() -> None:
    shared = Service(paths=b.globs("services/web/**", "services/api/**"))
    policy = b.policy(
        scope=Scope(
            environments=("production",),
            services={**b.policy().scope.services, "web": shared},
        )
    )
    facts: dict[type[Fact], Fact | Missing] = {
        Change: b.change(API),
        Files: b.files(),
        Run: b.run(services=("web",)),
    }
    found = scoped_change(facts, policy)
    assert isinstance(found, ScopedChange)
    assert numbers(found) == [12]


def test_a_file_moved_out_of_the_deployed_service_is_in_scope() -> None:
    moved = b.changed("services/web/app.py", previous_path="services/api/app.py")
    assert paths_of(moved) == ("services/web/app.py", "services/api/app.py")
    found = scoped(b.change(API), b.files(moved), "api")
    assert found.files == (moved,)


def test_a_commit_is_out_only_when_every_merge_request_that_brought_it_is() -> None:
    stacked = b.commit("c5", brought_by=(12, 13))
    change = b.change(API, WEB, commits=(stacked,))
    found = scoped(change, b.files(*API.paths, *WEB.paths), "api")
    assert found.commits == (stacked,)


def test_a_commit_outside_any_merge_request_is_never_out_of_scope() -> None:
    direct = b.commit("c6", brought_by=())
    found = scoped(b.change(WEB, commits=(direct,)), b.files(*WEB.paths), "api")
    assert found.commits == (direct,)


def test_what_no_merge_request_in_scope_accounts_for_keeps_them_all_in_scope() -> None:
    # The merge of #13 changed a file of the api, which #13 itself does not show.
    evil = b.files("services/web/a.css", "services/api/backdoor.py")
    found = scoped(b.change(WEB), evil, "api")
    assert numbers(found) == [13]
    assert len(found.commits) == 2
    assert [file.path for file in found.files or ()] == ["services/api/backdoor.py"]
    assert [part.what for part in found.left_out] == ["1 file: services/web/a.css"]


def test_a_file_moved_between_other_services_needs_no_account() -> None:
    paths = ("services/api/x", "services/web/x")
    policy = b.policy(
        scope=Scope(
            environments=("production",),
            services={
                **b.policy().scope.services,
                "jobs": Service(paths=b.globs("jobs/**")),
            },
        )
    )
    moved = b.changed(paths[0], previous_path=paths[1])
    facts: dict[type[Fact], Fact | Missing] = {
        Change: b.change(b.request(12, paths=paths)),
        Files: b.files(moved),
        Run: b.run(services=("jobs",)),
    }
    found = scoped_change(facts, policy)
    assert isinstance(found, ScopedChange)
    assert numbers(found) == []
    assert found.files == ()
    assert {part.why for part in found.left_out} == {
        "belongs to services api and web, this deploys jobs"
    }


def test_a_long_list_of_files_is_counted_and_cut() -> None:
    many = [f"services/web/{n}.css" for n in range(10)]
    change = b.change(b.request(13, paths=tuple(many), commits=()))
    found = scoped(change, b.files(*many), "api")
    assert found.left_out[-1].what == (
        "10 files: services/web/0.css, services/web/1.css, services/web/2.css and 7 more"
    )


def test_a_service_that_the_policy_does_not_know_puts_everything_in_scope() -> None:
    assert numbers(scoped(ALL, ALL_FILES, "api", "wbe")) == [12, 13, 14]


def test_files_that_could_not_be_listed_put_everything_in_scope() -> None:
    found = scoped(ALL, b.missing(), "api")
    assert numbers(found) == [12, 13, 14]
    assert found.files is None
    assert found.left_out == ()


def test_an_unknown_run_puts_everything_in_scope() -> None:
    found = scoped_change({Change: ALL, Files: ALL_FILES, Run: b.missing()}, b.policy())
    assert isinstance(found, ScopedChange)
    assert numbers(found) == [12, 13, 14]


def test_an_unknown_change_has_no_known_scope() -> None:
    found = scoped_change({Change: b.missing()}, b.policy())
    assert isinstance(found, Missing)
    assert found.detail == "what this deploy can touch cannot be told: GitHub answered 502."
