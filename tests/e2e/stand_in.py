"""A `gate` command that only tells what it was given, in place of gate/cli/main.py.

It proves the Action itself (inputs, outputs, exit status, upload), apart from what the gate says.
"""

import json
import os
import sys
from pathlib import Path

DIGEST = "sha256:" + "5" * 64
_VERDICTS = {0: "allow", 4: "undecided", 10: "block"}


def main() -> None:
    """Do as `gate check`, `recheck`, `follow-up` and `evidence retention` do; STAND_IN_EXIT says how a check ends."""
    exit_code = int(os.environ["STAND_IN_EXIT"])
    command, *arguments = sys.argv[1:]
    if command == "check" and exit_code in _VERDICTS:
        _check(_VERDICTS[exit_code])
    if command == "check" and exit_code == 5:
        _left()
    if command == "recheck":
        exit_code = _recheck()
    if command == "follow-up":
        _follow_up()
    if command == "evidence":
        exit_code = _kept(arguments)
    sys.exit(exit_code)


def _check(verdict: str) -> None:
    evidence = Path(os.environ["CHANGE_GATE_EVIDENCE"])
    evidence.mkdir()
    seen = {"environment": dict(os.environ), "path": sys.path, "folder": str(Path.cwd())}
    (evidence / "decision.json").write_text(json.dumps(seen), encoding="utf-8")
    (evidence / ".hidden").touch()
    (evidence / "record.json").touch()
    _append(
        "GITHUB_OUTPUT",
        f"verdict={verdict}\nreason-codes=[]\nchange-type=normal\nrisk=low\n"
        f"evidence-path={evidence}\nevidence-digest={DIGEST}\n",
    )
    _append("GITHUB_STEP_SUMMARY", f"# {verdict}\n")


def _left() -> None:
    """As when an archive does not take the evidence."""
    evidence = Path(os.environ["CHANGE_GATE_EVIDENCE"])
    evidence.mkdir()
    (evidence / "record.json").touch()


def _recheck() -> int:
    intact = (Path(os.environ["CHANGE_GATE_EVIDENCE"]) / "decision.json").is_file()
    same = os.environ["CHANGE_GATE_EVIDENCE_DIGEST"] == DIGEST
    return 0 if intact and same else 10


def _kept(arguments: list[str]) -> int:
    _, evidence, *options = arguments
    intact = (Path(evidence) / "decision.json").is_file()
    _append("GITHUB_OUTPUT", f"evidence-kept-until={' '.join(options)}\n")
    return 0 if intact else 6


def _follow_up() -> None:
    seen = {name: value for name, value in os.environ.items() if name.startswith("CHANGE_GATE_")}
    _append("GITHUB_OUTPUT", f"overdue=2\nowed={json.dumps(seen)}\n")
    _append("GITHUB_STEP_SUMMARY", "# follow-up\n")


def _append(name: str, text: str) -> None:
    with Path(os.environ[name]).open("a", encoding="utf-8") as file:
        file.write(text)
