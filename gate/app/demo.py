"""Four deployments on this machine, gated by the real gate: allowed, blocked, undecided, and by break-glass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gate.app.context import Host
from gate.app.demo_aftermath import Aftermath, aftermath
from gate.app.demo_stage import Forge, stage
from gate.render.escape import log

EMERGENCY = "emergency"
DEPLOYMENTS = ("allowed", "blocked", "undecided", EMERGENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One deployment that was gated."""

    name: str
    exit_code: int
    report: Path
    aftermath: Aftermath | None = None
    """Of an emergency."""


def demo(
    host: Host, folder: Path, program: str = "gate", forge: Forge = "github"
) -> tuple[Played, ...]:
    """Play every deployment into a folder of its own below `folder`, and end by saying where the reports are.

    `program` is how this program is called at this desk. UsageInvalid when the forge needs git, and there is none.
    """
    played = tuple(play(host, name, folder / name, forge) for name in DEPLOYMENTS)
    host.out.write("\nFour deployments, three verdicts. Open the reports:\n\n")
    for item in played:
        _point(host, item)
    host.out.write(
        f"\nDecide one again from its evidence:  {program} replay {played[1].report.parent}\n"
    )
    return played


def play(host: Host, name: str, folder: Path, forge: Forge = "github") -> Played:
    """Play one of the deployments, with a sandbox of its own."""
    ticket = folder.resolve() / "ticket.md"  # a job of GitLab works in a folder of its own
    with stage(host, name, folder, forge) as on:
        host.out.write(f"\n──── {name}: {log(on.box.world.about)}\n")
        code = on.check()
        after = aftermath(on, ticket) if name == EMERGENCY else None
    report = folder / "evidence" / "report.html"
    return Played(name=name, exit_code=code, report=report, aftermath=after)


def _point(host: Host, item: Played) -> None:
    lines = [f"  {item.name:<10} exit {item.exit_code:<3} {item.report.resolve().as_uri()}"]
    if after := item.aftermath:
        owed, reviewed = (f"exit {code}" for code in after.exit_codes)
        lines += [
            f"  {'its ticket':<19} {after.ticket.resolve().as_uri()}",
            f"  {'its sweeps':<19} {owed} while its review was owed, {reviewed} after it; exit 7 would mean overdue",
        ]
    host.out.writelines(f"{line}\n" for line in lines)
