"""The whole policy in plain sentences, section by section of the guide."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from gate.domain.policy.document import Policy
from gate.policy.decode import HIDDEN
from gate.policy.explain import changes, flow, limits
from gate.policy.explain.words import until

_WIDTH = 100

_SECTIONS: tuple[tuple[str, Callable[[Policy], Iterator[str]]], ...] = (
    ("§1 Purpose and scope", changes.scope),
    ("§2 Change types and risk", changes.types),
    ("§3 Approval authority matrix", changes.matrix),
    ("§4 Segregation of duties", changes.separation),
    ("§5 Normal change workflow", flow.workflow),
    ("§6 Emergency change workflow", flow.emergency),
    ("§7 Prohibited changes", flow.prohibited),
    ("§8 Maintenance windows", limits.windows),
    ("§9 Rollback", limits.rollback),
    ("§10 Evidence retention", limits.evidence),
    ("§11 Related documents", limits.related),
    ("§12 Frameworks", limits.frameworks),
    ("Enforcement and exceptions", limits.exceptions),
)


def explain(policy: Policy) -> str:
    """Return the policy as text of at most 100 columns, always the same for the same policy.

    It holds what the file says and is not escaped for any place; control characters are gone.
    """
    blocks = ["\n".join(_wrapped("", sentence) for sentence in _head(policy))]
    for title, section in _SECTIONS:
        sentences = [_wrapped("- ", sentence) for sentence in section(policy) if sentence]
        if sentences:
            blocks.append("\n".join([title, *sentences]))
    return "\n\n".join(blocks) + "\n"


def _head(policy: Policy) -> Iterator[str]:
    guide = policy.guide
    yield f"{guide.title} ({guide.document})" if guide.document else guide.title
    facts = [
        f"Owned by {guide.owner}." if guide.owner else "",
        f"In force since {guide.effective}." if guide.effective else "",
        f"Next review by {guide.next_review}." if guide.next_review else "",
        f"Questions about security: {guide.security_contact}." if guide.security_contact else "",
    ]
    if any(facts):
        yield " ".join(fact for fact in facts if fact)
    if policy.observe is not None:
        why = f" Reason: {policy.observe.reason.rstrip('.')}." if policy.observe.reason else ""
        yield (
            f"OBSERVE MODE {until(policy.observe.until)}: the gate decides and records, "
            f"and blocks nothing.{why}"
        )


def _wrapped(bullet: str, sentence: str) -> str:
    plain = " ".join(HIDDEN.sub("", sentence).split())
    return textwrap.fill(
        plain,
        width=_WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
