"""Run one playbook notebook: typed parameters, progress, an executed copy with its hash."""

from workbench.operations.runs.engine import Progress
from workbench.operations.runs.execute import EXECUTED, FINDINGS, RUN, Patience, Run, run_playbook
from workbench.operations.runs.playbooks import Parameter, Playbook, playbook, playbooks

__all__ = [
    "EXECUTED",
    "FINDINGS",
    "RUN",
    "Parameter",
    "Patience",
    "Playbook",
    "Progress",
    "Run",
    "playbook",
    "playbooks",
    "run_playbook",
]
