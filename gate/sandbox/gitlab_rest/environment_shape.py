"""Environments in GitLab's shapes."""

from __future__ import annotations

import re

from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.world.git import number

_TIERS = {"production": "production", "prod": "production", "live": "production"}


def environment_basic(gitlab: GitLab, name: str) -> Shape:
    """An `EnvironmentBasic`."""
    return {
        "id": number("environment", name),
        "name": name,
        "slug": re.sub(r"[^a-z0-9]+", "-", name.casefold())[:24].strip("-"),
        "external_url": None,
        "created_at": moment(gitlab.made),
        "updated_at": moment(gitlab.made),
    }


def environment_shape(gitlab: GitLab, name: str) -> Shape:
    """An `Environment`. Its tier is guessed from its name, as GitLab does."""
    first = name.casefold().partition("/")[0]
    return {
        **environment_basic(gitlab, name),
        "tier": _TIERS.get(first, "staging" if "stag" in first else "other"),
        "state": "available",
        "auto_stop_at": None,
        "auto_stop_setting": "always",
        "description": None,
        "description_html": "",
        "cluster_agent": None,
        "kubernetes_namespace": None,
        "flux_resource_path": None,
    }
