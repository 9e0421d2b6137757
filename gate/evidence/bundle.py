"""The evidence of one decision as named bytes: what is in it, and whether it is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import digest

SUMS = "SHA256SUMS"
DECISION = "decision.json"
POLICY = "policy.yml"
SUMMARY = "summary.md"
REPORT = "report.html"
RAW = "raw/"

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._/-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Files by their name inside the bundle, SHA256SUMS included."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The id of the evidence: the digest of SHA256SUMS, which names the digest of every other
        file.
        """
        return digest(self.files[SUMS])


def seal(files: Mapping[str, bytes]) -> Bundle:
    """Add SHA256SUMS, in the format of `sha256sum`, over all the files."""
    lines = [
        f"{digest(content).removeprefix('sha256:')}  {name}\n"
        for name, content in sorted(files.items())
    ]
    return Bundle(files={**files, SUMS: "".join(lines).encode()})


def verify(files: Mapping[str, bytes]) -> Bundle:
    """Return the files as a bundle when each one is there and unaltered, and nothing else is.

    EvidenceInvalid lists every problem at once.
    """
    if SUMS not in files:
        raise _broken(["SHA256SUMS is missing"])
    expected, problems = _read_sums(files[SUMS])
    for name, wanted in expected.items():
        if name not in files:
            problems.append(f"{name} is missing")
        elif digest(files[name]) != f"sha256:{wanted}":
            problems.append(f"{name} was altered")
    problems += [f"{name} was added" for name in sorted(files.keys() - expected.keys() - {SUMS})]
    if DECISION not in expected:
        problems.append(f"{DECISION} is not listed")
    rest = {name: content for name, content in files.items() if name != SUMS}
    if not problems and seal(rest).files[SUMS] != files[SUMS]:
        problems.append(f"{SUMS} is not written as the gate writes it")
    if problems:
        raise _broken(problems)
    return Bundle(files=dict(files))


def _read_sums(content: bytes) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    problems: list[str] = []
    # Not splitlines(): it also splits at bytes that an attacker could swap for a line break unseen.
    lines = content.decode("utf-8", "replace").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            problems.append(f"{SUMS}, line {number}, is not a digest and a new name")
        else:
            found[match[2]] = match[1]
    return found, problems


def _broken(problems: list[str]) -> EvidenceInvalid:
    return EvidenceInvalid(
        "The bundle is not whole: " + "; ".join(problems) + ".",
        hint="It proves nothing as it is. Fetch it again from where it is kept, and compare the digest that the "
        "run printed.",
    )
