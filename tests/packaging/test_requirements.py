"""The locks: everything that is ever installed is named, pinned and hashed."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+"
)


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    joined = re.sub(r"\s*\\\n\s+", " ", text)
    found = [_PIN.fullmatch(line) for line in joined.splitlines()]
    assert found
    return {match["name"]: match["version"] for match in found if match}


def _project() -> dict[str, list[str]]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = document["project"]["optional-dependencies"]
    return {
        "archive": [*extras["archive"], *extras["object-lock"]],
        "runtime": document["project"]["dependencies"],
        "calendar": document["project"]["optional-dependencies"]["calendar"],
        "sigstore": document["project"]["optional-dependencies"]["sigstore"],
        "dev": document["dependency-groups"]["dev"],
    }


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_line_of_a_lock_is_a_pin_with_hashes(path: Path) -> None:
    joined = re.sub(r"\s*\\\n\s+", " ", path.read_text(encoding="utf-8"))

    assert joined.strip()
    assert not [line for line in joined.splitlines() if not _PIN.fullmatch(line)]


@pytest.mark.parametrize("lock", ["runtime", "archive", "calendar", "sigstore", "dev"])
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    pins = _pins(lock)

    for requirement in map(Requirement, _project()[lock]):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_tests_run_with_the_very_packages_that_the_action_installs() -> None:
    assert _pins("runtime").items() <= _pins("calendar").items() <= _pins("dev").items()
    assert _pins("runtime").items() <= _pins("archive").items() <= _pins("dev").items()
    assert _pins("runtime").items() <= _pins("sigstore").items() <= _pins("dev").items()


def test_the_action_installs_no_tool_of_the_developers() -> None:
    named = {canonicalize_name(Requirement(line).name) for line in _project()["dev"]}

    assert not named & _pins("runtime").keys()
