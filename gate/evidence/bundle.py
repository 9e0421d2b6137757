"""The evidence of one decision, or of one sweep, as named bytes: what is in it, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import digest
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.record import RECORD, Kind, Link, Record, kinds_in, read_record
from gate.evidence.record_json import record_json

SUMS = "SHA256SUMS"
DECISION = Kind.DECISION.file
POLICY = "policy.yml"
SUMMARY = "summary.md"
REPORT = "report.html"
RAW = "raw/"
SIGNATURE = "record.sigstore.json"
"""The gate's own signature over the record."""
SUMMARY_SIGNATURE = "record.vsa.sigstore.json"
"""The same decision, signed as a SLSA verification summary, for those who read that."""
ATTESTATION = "record.github.sigstore.json"
"""What GitHub's own attestation step made of the record."""

SIGNATURES = (SIGNATURE, SUMMARY_SIGNATURE, ATTESTATION)
"""They are made from the record, so it cannot name them; each proves itself, or is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Files by their name inside the bundle, record.json and SHA256SUMS included."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The id of the evidence: the digest of record.json, which names the digest of every other file."""
        return digest(self.files[RECORD])

    @property
    def record(self) -> Record:
        """What the record says."""
        return read_record(self.files[RECORD])

    @property
    def kind(self) -> Kind:
        """What it is the evidence of."""
        return self.record.kind

    @property
    def signatures(self) -> Mapping[str, bytes]:
        """Those that are there, by the names of their files."""
        return {name: self.files[name] for name in SIGNATURES if name in self.files}


def seal(files: Mapping[str, bytes], link: Link | None = None) -> Bundle:
    """Add record.json over all the files, and SHA256SUMS, in the format of `sha256sum`, over these and the record.

    `link` is the record's place in its chain; None when it is not archived. EvidenceInvalid when the files are not
    those of one decision or one sweep.
    """
    kinds = kinds_in(files)
    if not kinds:
        raise _broken([f"{DECISION} is missing"])
    if len(kinds) > 1:
        raise _broken(
            [f"it holds {' and '.join(kind.file for kind in kinds)}, of which a bundle has one"]
        )
    [kind] = kinds
    digests = {name: digest(content) for name, content in files.items()}
    record = record_json(kind, files[kind.file], digests, link)
    listed = sums({**digests, RECORD: digest(record)})
    return Bundle(files={**files, RECORD: record, SUMS: listed})


def chained(bundle: Bundle, link: Link) -> Bundle:
    """The same files under a record that has its place in a chain: another record, with another id."""
    own = {RECORD, SUMS, *SIGNATURES}
    return seal({name: found for name, found in bundle.files.items() if name not in own}, link)


def verify(files: Mapping[str, bytes]) -> Bundle:
    """Return the files as a bundle when each one is there and unaltered, and nothing else is.

    Signatures are not looked at. EvidenceInvalid lists every problem at once.
    """
    if found := flaws(files):
        raise _broken([flaw.text for flaw in found])
    return Bundle(files=dict(files))


def flaws(files: Mapping[str, bytes]) -> list[Flaw]:
    """Everything that keeps the files from being a whole bundle; nothing when they are one."""
    absent = [name for name in (RECORD, SUMS) if name not in files]
    if absent:
        return [Flaw(FlawKind.MISSING, f"{name} is missing") for name in absent]
    try:
        return list(_flaws(files, read_record(files[RECORD])))
    except EvidenceInvalid as error:
        return [Flaw(FlawKind.ALTERED, error.message.removesuffix("."))]


def _flaws(files: Mapping[str, bytes], record: Record) -> Iterator[Flaw]:
    own = {RECORD, SUMS, *SIGNATURES}
    digests = {name: digest(content) for name, content in files.items() if name not in own}
    for name, wanted in record.files.items():
        if name not in digests:
            yield Flaw(FlawKind.MISSING, f"{name} is missing")
        elif digests[name] != wanted:
            yield Flaw(FlawKind.ALTERED, f"{name} was altered")
    for name in sorted(digests.keys() - record.files.keys()):
        yield Flaw(FlawKind.ADDED, f"{name} was added")
    if digests == record.files and files[RECORD] != _written_again(files, record):
        yield Flaw(
            FlawKind.ALTERED,
            f"{RECORD} was altered: it does not say what {record.kind.file} says, as the gate writes it",
        )
    if files[SUMS] != sums({**record.files, RECORD: record.id}):
        yield Flaw(FlawKind.ALTERED, f"{SUMS} was altered: it does not list what {RECORD} lists")


def _written_again(files: Mapping[str, bytes], record: Record) -> bytes:
    content = files[record.kind.file]
    return record_json(record.kind, content, record.files, record.link, record.why_no_link)


def policy_flaws(bundle: Bundle) -> list[Flaw]:
    """What is wrong with the policy of a whole bundle: it must be the one that the decision, or the sweep, names."""
    content, named = bundle.files.get(POLICY), bundle.record.policy_digest
    if content is None and not named:
        return []
    who = f"the {bundle.kind.value}"
    if content is None:
        return [Flaw(FlawKind.DECISION, f"{POLICY} is not there, although {who} names one")]
    if digest(content) != named:
        return [Flaw(FlawKind.DECISION, f"{POLICY} is not the policy that {who} names")]
    return []


def decision_in(bundle: Bundle) -> bytes:
    """Its decision.json. EvidenceInvalid when it is the evidence of something else, such as a sweep."""
    if bundle.kind is Kind.DECISION:
        return bundle.files[DECISION]
    raise EvidenceInvalid(
        "This is the evidence of a sweep (`gate follow-up`), and not of a decision: nothing in it allows a deploy.",
        hint="Give the evidence that `gate check` left. `gate evidence show` reads this one aloud.",
    )


def sums(digests: Mapping[str, str]) -> bytes:
    """Files and their digests (`sha256:…`) in the format of `sha256sum`, by name."""
    return "".join(
        f"{found.removeprefix('sha256:')}  {name}\n" for name, found in sorted(digests.items())
    ).encode()


def _broken(problems: list[str]) -> EvidenceInvalid:
    return EvidenceInvalid(
        "The bundle is not whole: " + "; ".join(problems) + ".",
        hint="It proves nothing as it is. Fetch it again from where it is kept, and compare the digest that the "
        "run printed.",
    )
