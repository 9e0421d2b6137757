"""Which system a request is for."""

from __future__ import annotations

from dataclasses import replace

from gate.sandbox.calendars import calendar
from gate.sandbox.clock import Clock
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_graphql.api import graphql
from gate.sandbox.github_rest.api import rest
from gate.sandbox.github_rest.storage import stored_artifact
from gate.sandbox.gitlab_rest.api import rest as gitlab_rest
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.pipelines import stored_archive
from gate.sandbox.graph import Graph
from gate.sandbox.incident_io.api import incident_io
from gate.sandbox.jira.api import jira
from gate.sandbox.jira.shelf import Shelf
from gate.sandbox.jira.site import Jira
from gate.sandbox.jsm.api import jsm
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.pager import Pager
from gate.sandbox.pagerduty.api import pagerduty
from gate.sandbox.trees import Trees
from gate.sandbox.world import World
from gate.sandbox.written import Written

PAGERS = {"pagerduty": pagerduty, "incident_io": incident_io, "jsm": jsm}


class Site:
    """Everything that listens on the sandbox's address."""

    def __init__(self, world: World, *, clock: Clock, base: str) -> None:
        graph = Graph(world)
        trees = Trees(world, graph)
        self.world = world
        self.github = GitHub(
            world=world, graph=graph, trees=trees, clock=clock, base=base,
            written=Written(world.issues),
        )  # fmt: skip
        self.gitlab = GitLab(
            world=world, graph=graph, trees=trees, clock=clock, base=base,
            written=Written(world.issues),
        )  # fmt: skip
        self.pagers = {name: Pager(world=world, clock=clock) for name in PAGERS}
        self.jira = Jira(world=world, clock=clock, base=f"{base}/jira", shelf=Shelf(world.tickets))

    def later(self, world: World, clock: Clock) -> Site:
        """The same systems in a world that went on, with everything that clients wrote so far."""
        new = Site(world, clock=clock, base=self.github.base)
        new.github = replace(new.github, written=self.github.written)
        new.gitlab = replace(new.gitlab, written=self.gitlab.written)
        new.jira = replace(new.jira, shelf=self.jira.shelf)
        for name, pager in self.pagers.items():
            new.pagers[name] = replace(new.pagers[name], written=pager.written)
        return new

    def answer(self, request: Request) -> Response:
        """Answer for the system that the path begins with."""
        _, system, *rest_of_path = request.path.split("/", 2)
        path = "/" + "".join(rest_of_path)
        match system:
            case "github" if path == "/graphql":
                return graphql(self.github, request)
            case "github":
                return rest(self.github, request, path)
            case "gitlab" if path.startswith("/api/v4/"):
                return gitlab_rest(self.gitlab, request, path)
            case "storage":
                return self._stored(request, path)
            case "jira":
                return jira(self.jira, request, path)
            case _ if system in PAGERS:
                return PAGERS[system](self.pagers[system], request, path)
            case "calendars":
                return calendar(self.world, path)
            case _:
                return answer(
                    {"message": f"the sandbox has no system at {request.path}"}, status=404
                )

    def _stored(self, request: Request, path: str) -> Response:
        if path.startswith("/gitlab/"):
            return stored_archive(self.gitlab, request, path)
        return stored_artifact(self.github, request, path)
