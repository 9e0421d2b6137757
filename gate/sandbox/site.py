"""Which system a request is for."""

from __future__ import annotations

from gate.sandbox.calendars import calendar
from gate.sandbox.clock import Clock
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_graphql.api import graphql
from gate.sandbox.github_rest.api import rest
from gate.sandbox.github_rest.storage import stored_artifact
from gate.sandbox.gitlab_rest.api import rest as gitlab_rest
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.graph import Graph
from gate.sandbox.jira.api import jira
from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.trees import Trees
from gate.sandbox.world import World


class Site:
    """Everything that listens on the sandbox's address."""

    def __init__(self, world: World, *, clock: Clock, base: str) -> None:
        graph = Graph(world)
        trees = Trees(world, graph)
        self.world = world
        self.github = GitHub(world=world, graph=graph, trees=trees, clock=clock, base=base)
        self.gitlab = GitLab(world=world, graph=graph, trees=trees, clock=clock, base=base)
        self.jira = Jira(world=world, base=f"{base}/jira")

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
                return stored_artifact(self.github, request, path)
            case "jira":
                return jira(self.jira, request, path)
            case "calendars":
                return calendar(self.world, path)
            case _:
                return answer(
                    {"message": f"the sandbox has no system at {request.path}"}, status=404
                )
