"""The two ways to start the gate by hand."""

import runpy
import sys
from importlib.metadata import entry_points

import pytest

import gate


def test_python_dash_m_gate_is_the_gate_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gate", "--version"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("gate", run_name="__main__")

    assert ended.value.code == 0
    assert gate.__version__ in capsys.readouterr().out


def test_the_gate_command_is_installed() -> None:
    [command] = entry_points(group="console_scripts", name="gate")

    assert command.value == "gate.cli.main:main"
