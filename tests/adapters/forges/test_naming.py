from __future__ import annotations

from dataclasses import replace

import pytest

from gate.adapters.forges.naming import use_of
from gate.domain.policy.workflow import TrackerName
from tests.domain.who import at, request

ONE = replace(request(), title="CHG-7 and acme/changes#3: add retries", merge_commit="m1")


@pytest.mark.parametrize("issues", [TrackerName.GITHUB, TrackerName.GITLAB])
def test_a_merge_request_names_tickets_of_every_tracker(issues: TrackerName) -> None:
    found = use_of(ONE, ["acme/changes#3", "CHG-7", "CHG-8"], "acme/app", issues)
    assert found is not None
    assert set(found.keys) == {"acme/changes#3", "CHG-7"}
    assert (found.reference, found.merged_at, found.merge_commit) == ("#12", at(-2), "m1")
    assert found.url == ONE.url


def test_one_that_names_none_of_them_is_no_use() -> None:
    assert use_of(ONE, ["CHG-8", "acme/changes#4"], "acme/app", TrackerName.GITLAB) is None
    assert use_of(ONE, [], "acme/app", TrackerName.GITLAB) is None


def test_one_that_was_never_merged_used_no_ticket() -> None:
    assert use_of(replace(ONE, merged_at=None), ["CHG-7"], "acme/app", TrackerName.GITHUB) is None


def test_the_address_of_an_issue_is_that_of_its_own_forge() -> None:
    github = replace(ONE, title="https://github.com/acme/changes/issues/3")
    assert use_of(github, ["acme/changes#3"], "acme/app", TrackerName.GITHUB) is not None
    assert use_of(github, ["acme/changes#3"], "acme/app", TrackerName.GITLAB) is None
