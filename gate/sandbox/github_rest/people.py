"""Accounts, apps and git authors in GitHub's shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GHOST, WEB, GitHub, account_id, email, shown_name
from gate.sandbox.world.forge import Account
from gate.sandbox.world.git import number

Shape = dict[str, Any]


def user(github: GitHub, account: Account | None) -> Shape | None:
    """A `simple-user`; None for an account that is no more."""
    if account is None:
        return None
    login = account.github
    api, web = github.api(f"/users/{login}"), f"{WEB}/{login}"
    return {
        "login": login,
        "id": account_id(account),
        "node_id": f"U_{account_id(account)}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account_id(account)}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": web if account.type == "user" else f"{WEB}/apps/{login.removesuffix('[bot]')}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "Bot" if account.type == "bot" else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def named_user(github: GitHub, name: str | None) -> Shape | None:
    """The account that the world calls `name`."""
    return user(github, github.account(name))


def somebody(github: GitHub, name: str | None) -> Shape | None:
    """The same where GitHub always names an account: a deleted one is the ghost's."""
    return user(github, github.account(name) or GHOST)


def organisation(github: GitHub) -> Shape:
    """The owner of the repository."""
    login = github.world.repository.name.partition("/")[0]
    shape = user(github, Account(github=login, id=number("organisation", login))) or {}
    return {**shape, "type": "Organization"}


def git_person(account: Account, at: datetime) -> Shape:
    """A git author or committer."""
    return {"name": shown_name(account), "email": email(account), "date": iso(at)}


def app(github: GitHub, slug: str) -> Shape:
    """An `integration`: the app that reports a check."""
    created = "2018-07-30T09:30:17Z"
    return {
        "id": 15368 if slug == "github-actions" else number("app", slug),
        "slug": slug,
        "node_id": f"A_{number('app', slug)}",
        "owner": organisation(github),
        "name": slug.replace("-", " ").title(),
        "description": "",
        "external_url": f"https://{slug}.example",
        "html_url": f"{WEB}/apps/{slug}",
        "created_at": created,
        "updated_at": created,
        "permissions": {"checks": "write", "metadata": "read"},
        "events": [],
    }
