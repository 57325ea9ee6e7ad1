"""One run as it is asked for, and what became of it: plain data for whoever queues runs and shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.operations.runs.playbooks import Playbook

State = Literal["succeeded", "failed", "cancelled", "timed_out"]

MEMORY = 2 * 1024**3
CELL_SECONDS, RUN_SECONDS = 300.0, 900.0


@dataclass(frozen=True)
class Job:
    """One run to be made.

    ``deadline`` is an instant, as counted from when the run was asked for; ``seconds`` count from its start. ``memory``
    is in bytes, beyond what a kernel holds when it is ready. ``secrets`` are values that must not be kept: they are
    taken out of everything the run leaves.
    """

    run_id: str
    playbook: Playbook
    parameters: Mapping[str, object]
    deadline: datetime | None = None
    memory: int = MEMORY
    secrets: tuple[str, ...] = ()
    seconds: float = RUN_SECONDS
    cell_seconds: float = CELL_SECONDS


@dataclass(frozen=True)
class Progress:
    """How far a run is: the code cell at hand of how many, the heading it stands under, and its seconds so far.

    It is told when a code cell begins, and again every few seconds while that cell runs.
    """

    cell: int
    cells: int
    heading: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Cell:
    """One code cell of a run; ``number`` is its place in the executed copy, from 0."""

    number: int
    heading: str
    state: Literal["completed", "failed", "pending"]
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a run. Digests are names below ``runs/objects``, empty where there is nothing.

    ``step`` is the heading it stopped under. ``barriers`` says what held the kernel: network, files.
    """

    run_id: str
    state: State
    cause: str = ""
    next_step: str = ""
    step: str = ""
    findings: str = ""
    executed: str = ""
    notebook: str = ""
    started: str = ""
    finished: str = ""
    cells: tuple[Cell, ...] = ()
    barriers: tuple[str, ...] = ()
