"""Who somebody is: accounts, and git authors who may have none."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.github.forge import WEB, GitHub, account_id, email, shown_name
from gate.sandbox.github_graphql.nodes import Node
from gate.sandbox.world.forge import Account


def actor(github: GitHub, name: str | None) -> Node | None:
    """An Actor; None for an account that is no more."""
    account = github.account(name)
    return account_node(account) if account else None


def account_node(account: Account) -> Node:
    """A User or a Bot. A bot's login has no `[bot]` here, unlike in REST."""
    login = account.github.removesuffix("[bot]")
    fields = {
        "id!": f"U_{account_id(account)}",
        "login!": login,
        "databaseId": account_id(account),
        "url!": f"{WEB}/{login}",
        "resourcePath!": f"/{login}",
        "avatarUrl!": f"https://avatars.githubusercontent.com/u/{account_id(account)}?v=4",
    }
    if account.type == "bot":
        return Node("Bot", fields)
    return Node("User", {**fields, "name": account.name or None, "email!": ""})


def git_actor(account: Account, at: datetime) -> Node:
    """A git author or committer. Only people's accounts are matched: a bot has no User."""
    has_user = bool(account.github) and account.type == "user"
    return Node(
        "GitActor",
        {
            "name": shown_name(account),
            "email": email(account),
            "date": at,
            "user": account_node(account) if has_user else None,
        },
    )
