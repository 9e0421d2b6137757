"""Accounts in GitLab's shapes."""

from __future__ import annotations

from typing import Any

from gate.sandbox.github.forge import shown_name
from gate.sandbox.gitlab_rest.forge import GHOST, GitLab, moment
from gate.sandbox.world.forge import Account

Shape = dict[str, Any]


def basic(gitlab: GitLab, account: Account) -> Shape:
    """A `UserBasic`: how every other object names somebody. It does not say who is a machine."""
    username = gitlab.username(account)
    return {
        "id": gitlab.user_id(account),
        "username": username,
        "public_email": None,
        "name": shown_name(account) or username,
        "state": "active",
        "locked": False,
        "avatar_url": f"{gitlab.server}/uploads/-/system/user/avatar/{gitlab.user_id(account)}.png",
        "web_url": f"{gitlab.server}/{username}",
    }


def named(gitlab: GitLab, name: str | None) -> Shape | None:
    """The account that the world calls `name`; None for one that is no more."""
    account = gitlab.account(name)
    return basic(gitlab, account) if account else None


def somebody(gitlab: GitLab, name: str | None) -> Shape:
    """The same where GitLab always names an account: a deleted one is the Ghost User."""
    return basic(gitlab, gitlab.account(name) or GHOST)


def full(gitlab: GitLab, name: str | None) -> Shape:
    """A `User`: how jobs name whoever started them."""
    account = gitlab.account(name) or GHOST
    empty = ("location", "linkedin", "twitter", "discord", "website_url", "github", "job_title")
    return {
        **basic(gitlab, account),
        "created_at": moment(gitlab.made),
        "bio": "",
        **dict.fromkeys(empty, ""),
        "pronouns": None,
        "organization": "",
        "bot": account.type == "bot",
        "work_information": None,
        "followers": 0,
        "following": 0,
        "local_time": None,
    }


def member(gitlab: GitLab, name: str) -> Shape:
    """A `Member` of a project or group."""
    return {
        **somebody(gitlab, name),
        "access_level": 30,
        "created_at": moment(gitlab.made),
        "expires_at": None,
        **({"membership_state": "active"} if gitlab.site.edition == "ee" else {}),
    }
