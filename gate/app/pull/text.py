"""What `gate evidence pull` says: what is broken, what is not there, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gate.app.pull.manifest import Absent, Account, Entry
from gate.app.pull.progress import said
from gate.domain.missing import Missing
from gate.domain.phrases import counted
from gate.render.escape import log

AGAIN = "run the same command again: it goes on where it stopped"
_REMEDIES: Mapping[str, str] = {
    "rate-limited": f"once the limit is over, {AGAIN}",
    "unavailable": f"{AGAIN}; if it stays, whoever runs this machine checks that it can reach the place",
    "timed-out": AGAIN,
    "not-authenticated": f"get a token that is valid, then {AGAIN}",
}
NOTHING = (
    "NOTHING WAS FOUND. Every source answered, and none of them holds evidence of that time. A token that may see only "
    "a part gets the same answer: check that it may read every place that you mean, and that --from, --to, "
    "--environment, --artifact and --gate-job say what you mean."
)


UNPROVED = (
    "it says that it is of another time or environment, lacks the proof that is demanded, and nothing that was kept "
    "comes behind it in its chain: it may stand in the place of a record that belongs"
)
PROVE = (
    "hold the chain against a checkpoint (--checkpoint), or look for the record in another place"
)


def remedy(missing: Missing) -> str:
    """What to do about something that did not come. Texts of a deploy would lead astray here."""
    return _REMEDIES.get(missing.reason_code, missing.remedy)


def broken_line(entry: Entry) -> str:
    """One file that does not hold."""
    return f"BROKEN  {log(entry.name)}: {'; '.join(log(text) for text in entry.flaws)}"


def aside_lines(entry: Entry) -> Iterator[str]:
    """What lay in the place of a file, and was not what the source holds."""
    for name in entry.damaged:
        yield (
            f"DAMAGED {log(entry.name)}: what lay here is not what the source holds. It was fetched again, and the old "
            f"one is {log(name)} now"
        )


def absent_line(absent: Absent) -> str:
    """One thing that is not there."""
    what = f"{log(absent.name)} of {log(absent.source)}" if absent.name else log(absent.source)
    do = f". What to do: {log(absent.remedy)}" if absent.remedy else ""
    return f"{_WORDS[absent.outcome]} {what}: {log(absent.why)}{do}"


_WORDS = {
    "gone": "GONE   ",
    "not-fetched": "MISSING",
    "not-listed": "FAILED ",
    "refused": "REFUSED",
    "unproved": "UNPROVED",
}


def end_lines(account: Account, manifest: str) -> Iterator[str]:
    """The end: how many, what the chains look like, and where the account is. `manifest`: its place and digest."""
    counts = account.counts
    bundles = counts.get("whole", 0) + counts.get("broken", 0)
    if not account.finished:
        yield f"STOPPED BEFORE THE END. What came so far is kept, and nothing half is. To go on, {AGAIN}."
    elif not bundles and not account.absent:
        yield NOTHING
    yield (
        f"{counted(bundles, 'bundle')}: {counts.get('whole', 0)} whole, {counts.get('broken', 0)} broken. "
        f"Files: {said({key: number for key, number in counts.items() if key != 'broken'})}."
    )
    for name, (first, last) in account.chains.items():
        yield f"Chain {log(name)}: records {first} to {last} were seen."
    yield from (f"BROKEN  {log(text)}" for text in account.chain_flaws)
    yield from _not_all(account.absent)
    yield f"Account: {log(manifest)}"


def _not_all(absent: Sequence[Absent]) -> Iterator[str]:
    if absent:
        yield (
            f"THIS IS NOT ALL THERE IS: {counted(len(absent), 'thing')} could not be had, and may belong to the "
            "period. They are listed above, and in the account."
        )
