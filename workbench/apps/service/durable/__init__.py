"""Durable runs: a queue of playbook runs in the ledger, workers that make them, schedules and alerts that ask for them.

The rows of the ledger are the queue: what is accepted, claimed or finished is one transaction with its audit record.
"""

from workbench.apps.service.durable.asking import Wish, cancel, submit
from workbench.apps.service.durable.hook import helping, working
from workbench.apps.service.durable.scheduling import change_schedule, make_schedule, next_ticks
from workbench.apps.service.durable.tracked import asked, latest, schedules_of
from workbench.apps.service.durable.tracked import change as change_tracked
from workbench.apps.service.durable.tracked import remove as remove_tracked
from workbench.apps.service.durable.worker import Pace, Worker

__all__ = [
    "Pace",
    "Wish",
    "Worker",
    "asked",
    "cancel",
    "change_schedule",
    "change_tracked",
    "helping",
    "latest",
    "make_schedule",
    "next_ticks",
    "remove_tracked",
    "schedules_of",
    "submit",
    "working",
]
