"""Which policy is in use: the one on the protected default branch, and no other inside CI."""

from __future__ import annotations

from gate.domain.facts import PolicySource
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.ports import FactMissing, Forge, PolicyFile
from gate.errors import FactsUnavailable, PolicyInvalid
from gate.evidence.canonical import digest
from gate.policy.load import parse
from gate.policy.places import PLACES


def protected(forge: Forge) -> Policy:
    """The policy on the protected branch. PolicyInvalid when there is none, FactsUnavailable when nobody can say."""
    content, source = protected_file(forge)
    return parse(content, name=source.path).policy


def protected_file(forge: Forge) -> tuple[bytes, PolicySource]:
    """The same as it lies there, and where that is."""
    try:
        file = forge.policy_file(PLACES)
    except FactMissing as error:
        gap = readable(error.missing)
        raise FactsUnavailable(f"{gap.source}: {gap.detail}.", hint=gap.remedy) from error
    return policy_in_use(file, None, inside_ci=True)


def readable(gap: Missing) -> Missing:
    """The gap, unless it says that there is no policy: then PolicyInvalid."""
    if gap.reason_code == "no-policy":
        raise PolicyInvalid(
            f"There is no policy on the protected default branch ({gap.detail}). A policy that exists only in the "
            "tree being deployed does not count: whoever is gated would write the gate.",
            hint=f"Merge one to the default branch as {PLACES[0]}; `gate policy lint` checks it. If it is there, "
            "give the job `permissions: contents: read`.",
        )
    return gap


def policy_in_use(
    file: PolicyFile, given: bytes | None, *, inside_ci: bool
) -> tuple[bytes, PolicySource]:
    """The bytes to judge by, and where they come from. `given` is a policy from the desk; PolicyInvalid inside CI."""
    if file.others:
        raise PolicyInvalid(
            f"The default branch holds more than one policy: {', '.join([file.path, *file.others])}. Nobody could "
            "say which one is the guide.",
            hint="Whoever owns the policy removes all but one.",
        )
    content = file.content
    if given is not None and given != content:
        if inside_ci:
            raise PolicyInvalid(
                f"The policy given as a file is not the one on the protected branch ({file.path}).",
                hint="Leave the file out: inside CI the gate reads the policy from the protected branch itself.",
            )
        content = given
    return content, PolicySource(
        origin="protected-branch" if content == file.content else "file",
        path=file.path,
        branch=file.branch,
        revision=file.revision,
        digest=digest(content),
    )
