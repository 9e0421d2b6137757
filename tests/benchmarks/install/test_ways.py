"""How long until the gate can start on a fresh runner, for each way of installing it."""

import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROUNDS = 3
_LOCK = str(ROOT / "requirements/runtime.txt")
_UV = str(ROOT / ".venv/bin/uv")
_PYTHON = str(Path(sys.base_prefix) / "bin/python3")
_HASHED = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", _LOCK)
_PIP = (
    *("-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "install"),
    *("--quiet", "--no-cache-dir", "--root-user-action", "ignore"),
)
# What a check imports; the first import also writes the bytecode that an installer left out.
_START = "import sys; sys.path.insert(0, sys.argv[1]); import click, github, requests, yaml"

Way = Callable[[Path], Path]


def _venv_and_pip(folder: Path) -> Path:
    _call(_PYTHON, "-I", "-m", "venv", str(folder / "venv"))
    _call(str(folder / "venv/bin/python"), *_PIP, *_HASHED)
    [site] = (folder / "venv/lib").glob("python*/site-packages")
    return site


def _pip_into_a_folder(folder: Path) -> Path:
    _call(_PYTHON, *_PIP, "--target", str(folder / "site"), *_HASHED)
    return folder / "site"


def _uv_that_is_there_without_bytecode(folder: Path) -> Path:
    _call(_UV, *_into(folder), "--no-cache", *_HASHED)
    return folder / "site"


def _uv_that_is_there(folder: Path) -> Path:
    _call(_UV, *_into(folder), "--no-cache", "--compile-bytecode", *_HASHED)
    return folder / "site"


def _uv_with_a_warm_cache(folder: Path) -> Path:
    _call(_UV, *_into(folder), "--compile-bytecode", *_HASHED)
    return folder / "site"


def _prebuilt(folder: Path) -> Path:
    with zipfile.ZipFile(folder.parent / "prebuilt.zip") as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _installer(folder: Path) -> Path:
    return _installer_on(os.environ["PATH"], folder)


def _installer_with_uv(folder: Path) -> Path:
    programs = folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    if not (programs / "uv").exists():
        (programs / "uv").symlink_to(_UV)
    return _installer_on(f"{programs}:{os.environ['PATH']}", folder)


def _installer_on(path: str, folder: Path) -> Path:
    without_venv = ":".join(part for part in path.split(":") if not part.startswith(str(ROOT)))
    script = str(ROOT / "actions/setup/install.sh")
    _call("bash", script, str(folder), environment={**os.environ, "PATH": without_venv})
    return folder / "site"


def _into(folder: Path) -> tuple[str, ...]:
    quiet = ("pip", "install", "--quiet", "--no-config", "--python", _PYTHON)
    return (*quiet, "--target", str(folder / "site"))


def _call(*command: str, environment: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env=environment)


WAYS: dict[str, Way] = {
    "venv, pip": _venv_and_pip,
    "pip --target": _pip_into_a_folder,
    "install.sh, uv fetched by pip": _installer,
    "uv at hand, no bytecode": _uv_that_is_there_without_bytecode,
    "uv at hand": _uv_that_is_there,
    "install.sh, uv at hand": _installer_with_uv,
    "uv at hand, warm cache": _uv_with_a_warm_cache,
    "a tree zipped for this very Python": _prebuilt,
}


@pytest.mark.benchmark
def test_the_installer_is_faster_than_a_virtual_environment_and_pip(tmp_path: Path) -> None:
    built = _uv_with_a_warm_cache(tmp_path / "built")
    shutil.make_archive(str(tmp_path / "prebuilt"), "zip", built)
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for round_number in range(ROUNDS):
        for number, (name, way) in enumerate(WAYS.items()):
            folder = tmp_path / f"{round_number}-{number}"
            folder.mkdir()
            began = time.perf_counter()
            site = way(folder)
            _call(_PYTHON, "-I", "-S", "-c", _START, str(site))
            taken[name].append(time.perf_counter() - began)
            shutil.rmtree(folder)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    _print(medians)

    # The ways lie far enough apart for these two to hold on a busy machine as well.
    assert medians["install.sh, uv fetched by pip"] < medians["venv, pip"]
    assert medians["install.sh, uv at hand"] < medians["pip --target"]


def _print(medians: Mapping[str, float]) -> None:
    slowest = max(medians.values())
    print(f"\nfrom nothing to imported, median of {ROUNDS}; 1.00 is the slowest")
    for name, seconds in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"  {seconds / slowest:4.2f}  {seconds:5.2f} s  {name}")
