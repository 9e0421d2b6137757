"""A real git repository of a world's commits, as a runner clones it.

A world names commits as it likes; git names them by what they hold. So with the repository comes the same world in
which every commit has its true name.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from gate.sandbox.clock import Clock
from gate.sandbox.contents import Contents
from gate.sandbox.github.forge import shown_name
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from gate.sandbox.world import World, sha
from gate.sandbox.world.forge import Account
from gate.sandbox.world.git import Commit
from gate.sandbox.world.marks import Refers

IMPORT = "refs/gate/import"
_NOT_IN_NAMES = re.compile(r"[<>\n\0]")


def clone(world: World, folder: Path, base: str) -> World:
    """Make a repository in `folder`, which is empty, checked out at the commit of the world's run.

    `base` is where the sandbox will listen: the clone's origin is there, and private addresses of people name it. The
    world that is given back holds the same under git's own names, and is the one to play.
    """
    git = _Git(folder)
    git("init", "--quiet", "--initial-branch", world.repository.default_branch)
    names = _import(git, folder, _site(world, base))
    found = _renamed(world, names)
    for kind, refs in {"refs/remotes/origin": found.branches, "refs/tags": found.tags}.items():
        for name, commit in refs.items():
            # A world may call a branch what git would not; then the commits are there without it.
            with suppress(subprocess.CalledProcessError):
                git("update-ref", f"{kind}/{name}", commit)
    git("update-ref", "-d", IMPORT)
    git("remote", "add", "origin", f"{_site(world, base).web()}.git")
    git("checkout", "--quiet", "--detach", sha(found.run.commit))
    return found


def _site(world: World, base: str) -> GitLab:
    graph = Graph(world)
    return GitLab(
        world=world, graph=graph, trees=Trees(world, graph), clock=Clock(world.now), base=base
    )


class _Git:
    """Runs git in one folder. Settings of the person at the desk do not count."""

    def __init__(self, folder: Path) -> None:
        self._command = [shutil.which("git") or "git", "-C", str(folder)]

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        return subprocess.run(  # noqa: S603 - our own commands, and no shell
            [*self._command, *arguments],
            input=given,
            capture_output=True,
            check=True,
            env={"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"},
        ).stdout


def _import(git: _Git, folder: Path, gitlab: GitLab) -> Mapping[str, str]:
    """Bring all commits into the repository; git's names for them, by the world's."""
    marks = folder / ".git" / "gate-marks"
    git("fast-import", "--quiet", f"--export-marks={marks}", given=b"".join(_stream(gitlab)))
    told = dict(line.removeprefix(":").split() for line in marks.read_text().splitlines())
    order = gitlab.graph.order
    return {commit.name: told[str(mark)] for mark, commit in enumerate(order, start=1)}


def _stream(gitlab: GitLab) -> Iterator[bytes]:
    contents = Contents(gitlab.graph, gitlab.trees)
    marks = {commit.name: mark for mark, commit in enumerate(gitlab.graph.order, start=1)}
    for commit in gitlab.graph.order:
        people = {"author": gitlab.person(commit.author), "committer": gitlab.committer(commit)}
        yield f"reset {IMPORT}\n\ncommit {IMPORT}\nmark :{marks[commit.name]}\n".encode()
        for role, account in people.items():
            yield f"{role} {_signed(gitlab, account, commit)}\n".encode()
        yield _data(gitlab.message(commit))
        for place, parent in enumerate(commit.parents):
            yield f"{'merge' if place else 'from'} :{marks[parent]}\n".encode()
        yield b"deleteall\n"
        for path, text in contents.files(commit):
            yield f"M 100644 inline {_quoted(path)}\n".encode()
            yield _data(text)
        yield b"\n"


def _signed(gitlab: GitLab, account: Account, commit: Commit) -> str:
    name, email = (
        _NOT_IN_NAMES.sub("", text) for text in (shown_name(account), gitlab.email(account))
    )
    return f"{name} <{email}> {int(commit.at.timestamp())} +0000"


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%s\n" % (len(data), data)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _renamed(world: World, names: Mapping[str, str]) -> World:
    commits = {names[name]: replace(one, name=names[name]) for name, one in world.commits.items()}
    told = {sha(name): true for name, true in names.items()}
    arguments = tuple(told.get(text, text) for text in world.cli.args)
    found: World = _with_names(replace(world, commits=commits), names)
    return replace(found, cli=replace(found.cli, args=arguments))


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    """The same with every reference to a commit turned, wherever the world's own types say that there is one."""
    hints = get_type_hints(type(value), include_extras=True)
    return replace(
        value,
        **{
            field.name: _turned(hints[field.name], getattr(value, field.name), names)
            for field in fields(value)
        },
    )


def _turned(kind: Any, value: Any, names: Mapping[str, str]) -> Any:
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        if any(isinstance(mark, Refers) and mark.section == "commits" for mark in marks):
            return names.get(value, value)
        return _turned(inner, value, names)
    if isinstance(value, tuple):
        return tuple(_turned(get_args(kind)[0], item, names) for item in value)
    if isinstance(value, Mapping) and get_args(kind):
        inner = get_args(kind)[1]
        return {key: _turned(inner, item, names) for key, item in value.items()}
    return _with_names(value, names) if is_dataclass(value) else value
