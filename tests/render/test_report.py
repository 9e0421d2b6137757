from dataclasses import replace

import pytest

from gate.render.report import report
from tests import builders as b
from tests.render.decisions import decision


@pytest.mark.parametrize(
    ("forge", "label", "other"), [("github", "Workflow", "Job"), ("gitlab", "Job", "Workflow")]
)
def test_what_runs_the_gate_is_called_as_its_forge_calls_it(
    forge: str, label: str, other: str
) -> None:
    run = replace(b.run(), forge=forge, workflow="deploy-<gate>")
    page = report(decision(run=run), None)
    assert f"<dt>{label}</dt><dd>deploy-&lt;gate&gt;</dd>" in page
    assert f"<dt>{other}</dt>" not in page
