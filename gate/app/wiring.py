"""Which adapters answer which question. The only module that imports them."""

from __future__ import annotations

from gate.adapters.archives import directory
from gate.adapters.ci import github_actions

create_evidence = directory.create
read_evidence = directory.read
read_context = github_actions.read_context
running_in_ci = github_actions.is_running_here
write_outputs = github_actions.write_outputs
append_summary = github_actions.append_summary
