"""The component's project, published once for all tests of this folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.gitlab import rig


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The component with the stand-in as its gate."""

    repositories: Path
    commit: str
    command: Path
    """The stand-in as an image would have it installed; saves fetching and installing."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A GitLab's repositories with nothing but the component's project."""
    folder = tmp_path_factory.mktemp("gitlab")
    repositories = folder / "repositories"
    return Published(
        repositories=repositories,
        commit=rig.publish(folder, repositories, rig.HERE / "stand_in.py"),
        command=rig.stand_in_command(folder),
    )
