import runpy
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from gate.sandbox.__main__ import main
from tests.sandbox.asking import BASE


def test_it_serves_until_it_is_told_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready, stop = tmp_path / "ready", threading.Event()
    codes: list[int] = []
    arguments = ["--world", str(BASE), "--ready-file", str(ready)]
    thread = threading.Thread(target=lambda: codes.append(main(arguments, until=stop)))
    thread.start()
    deadline = time.monotonic() + 10
    while not (ready.is_file() and ready.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    address = ready.read_text().strip()
    assert requests.get(f"{address}/jira/rest/api/3/myself", timeout=5).status_code == 401
    stop.set()
    thread.join(timeout=10)
    assert codes == [0]
    assert capsys.readouterr().out.strip() == address


def test_interrupting_it_is_a_normal_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    assert main(["--world", str(BASE)], until=Interrupted()) == 0


def test_a_world_that_cannot_be_played_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.yml").write_text("colour: red\n", encoding="utf-8")
    assert main(["--world", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "colour: is unknown." in said
    assert "docs/sandbox.md" in said


def test_it_is_a_module_that_can_be_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gate.sandbox", "--help"])
    monkeypatch.delitem(sys.modules, "gate.sandbox.__main__")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("gate.sandbox", run_name="__main__")
    assert ended.value.code == 0
    assert "--ready-file" in capsys.readouterr().out
