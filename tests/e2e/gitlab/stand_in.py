"""A `gate` command that only tells what it was given, in place of gate/cli/main.py.

It proves what reaches the gate and what does not, which the gate does not tell; test_deploys.py plays the gate itself.
"""

import json
import os
import sys
from pathlib import Path

DIGEST = "sha256:" + "5" * 64
_VERDICTS = {0: "allow", 10: "block"}


def main() -> None:
    """Do as `gate check` and `gate recheck` do; STAND_IN_EXIT says how the check ends."""
    command, *arguments = sys.argv[1:]
    exit_code = int(os.environ["STAND_IN_EXIT"])
    if command == "check" and exit_code in _VERDICTS:
        _check(arguments, _VERDICTS[exit_code])
    if command == "recheck":
        exit_code = _recheck(arguments)
    sys.exit(exit_code)


def _value(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


def _check(arguments: list[str], verdict: str) -> None:
    evidence = Path(_value(arguments, "--evidence"))
    evidence.mkdir()
    seen = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "modules": {"json": json.__file__, "gate": __file__},
        "path": sys.path,
    }
    (evidence / "decision.json").write_text(json.dumps(seen), encoding="utf-8")
    (evidence / ".hidden").touch()
    Path(_value(arguments, "--outputs")).write_text(
        f"GATE_VERDICT={verdict}\nGATE_REASON_CODES=\nGATE_CHANGE_TYPE=normal\nGATE_RISK=low\n"
        f"GATE_EVIDENCE_PATH={evidence}\nGATE_EVIDENCE_DIGEST={DIGEST}\n",
        encoding="utf-8",
    )
    Path(_value(arguments, "--junit")).write_text(
        '<testsuite name="Change Gate" tests="0"/>\n', encoding="utf-8"
    )
    Path(_value(arguments, "--annotations")).write_text("{}\n", encoding="utf-8")


def _recheck(arguments: list[str]) -> int:
    seen = Path(_value(arguments, "--evidence")) / "decision.json"
    return 0 if seen.is_file() and _value(arguments, "--digest") == DIGEST else 10
