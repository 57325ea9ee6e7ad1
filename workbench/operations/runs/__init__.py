"""Make one run of a playbook: typed parameters, a warm kernel, limits, progress, outputs that can be trusted."""

from workbench.operations.runs.aging import aged, discard
from workbench.operations.runs.execute import EXECUTED, FINDINGS, RUN, execute
from workbench.operations.runs.foreground import Patience, Run, run_playbook
from workbench.operations.runs.janitor import Swept, sweep
from workbench.operations.runs.job import Cell, Job, Outcome, Progress
from workbench.operations.runs.kernel import Kernel
from workbench.operations.runs.nursery import Nursery
from workbench.operations.runs.objects import get as output
from workbench.operations.runs.outline import outline
from workbench.operations.runs.page import page
from workbench.operations.runs.parameters import Parameter, Question
from workbench.operations.runs.playbooks import Playbook, form, keep, kept, playbook, playbooks, unreadable
from workbench.operations.runs.pool import Pool, PoolState
from workbench.operations.runs.processes import Process, process

__all__ = [
    "EXECUTED",
    "FINDINGS",
    "RUN",
    "Cell",
    "Job",
    "Kernel",
    "Nursery",
    "Outcome",
    "Parameter",
    "Patience",
    "Playbook",
    "Pool",
    "PoolState",
    "Process",
    "Progress",
    "Question",
    "Run",
    "Swept",
    "aged",
    "discard",
    "execute",
    "form",
    "keep",
    "kept",
    "outline",
    "output",
    "page",
    "playbook",
    "playbooks",
    "process",
    "run_playbook",
    "sweep",
    "unreadable",
]
