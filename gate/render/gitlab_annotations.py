"""The decision as job annotations: links on the page of the job in GitLab, which shows nothing else there."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.render.escape import address, visible
from gate.render.story import Story, tell

MOST = 50
LONGEST_LABEL = 200

_SECTION = "Change Gate"


def job_annotations(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> str:
    """JSON for `artifacts: reports: annotations`: one link for each thing to do, then for what was seen.

    `kept` says where the follow-up of an emergency is.
    """
    links = dict.fromkeys(_links(tell(decision, policy, kept)))
    shown = [{"external_link": {"label": label, "url": url}} for label, url in list(links)[:MOST]]
    return json.dumps({_SECTION: shown}, ensure_ascii=True, indent=2) + "\n"


def _links(story: Story) -> Iterator[tuple[str, str]]:
    pairs = [(f"{step.control}: {step.why}", step.url) for step in story.steps]
    if story.emergency is not None:
        pairs += [(f"{line.name}: {line.value}", line.url) for line in story.emergency.lines]
    for control in story.controls:
        pairs += [(f"{control.id}: {reason.text}", reason.url) for reason in control.reasons]
        pairs += [(f"{control.id}: {item.text}", item.url) for item in control.seen]
    for label, url in pairs:
        # `address` is made for HTML, where an & is written as an entity; JSON holds the plain one.
        if safe := html.unescape(address(url)):
            yield visible(label, longest=LONGEST_LABEL), safe
