"""Build the demo organisation in a workspace: slice after slice, table after table, with the planted stories.

A build that was stopped goes on where it was; what was written twice is folded by its keys.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.making import context, in_order
from workbench.apps.demo.people import COMPANY
from workbench.apps.demo.plan import Plan, micros, planned
from workbench.apps.demo.planting import Garden, plant, write_answers
from workbench.apps.demo.slices import ARRIVES, arrived
from workbench.base.config import Workspace, find_workspace, shipped
from workbench.base.errors import WorkbenchError
from workbench.events.store import Batch, Store
from workbench.events.store.write import ready
from workbench.events.tables import table

STATE = "demo.json"
SOURCE = "demo"
FLUSH_ROWS = 700_000
"""Rows of all tables that are gathered before they are written."""

SETTINGS = """# The demo workspace: "now" is the newest event, so that it can be looked at on any day.
now = "newest"
"""


@dataclass(frozen=True)
class State:
    """What a workspace's build was asked for, and how far it is. Moments are ISO 8601 text."""

    seed: int
    mails: int
    days: int
    end: str
    done: int = 0
    """Slices that are written."""
    finished: bool = False
    live_until: str = ""

    @property
    def plan(self) -> Plan:
        """The plan of the build."""
        return planned(self.seed, self.mails, self.days, datetime.fromisoformat(self.end))


@dataclass(frozen=True)
class Step:
    """How far a build is: mails of how many, and rows of all tables."""

    mails: int
    all_mails: int
    rows: int


@dataclass(frozen=True)
class Built:
    """What a build came to: rows kept by table, and duplicates that were folded."""

    kept: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0


Tell = Callable[[Step], None]


def build(home: Path, plan: Plan, *, processes: int = 2, tell: Tell = lambda _: None) -> Built:
    """Make or finish a build in a folder, which becomes a workspace if it is none.

    Raises:
        WorkbenchError: another build, or other data, is there.
    """
    workspace, state = _begun(home, plan)
    if state.finished:
        return Built()
    garden = plant(Cast(plan), context(workspace, plan.end), workspace.originals)
    write_answers(home, garden)
    writer = _Writer(Store(workspace.store), plan, garden)
    mails = 0
    for made in in_order(plan, workspace, range(state.done, plan.slices), processes):
        writer.take(made.frames(), made.number)
        mails += made.mails
        tell(Step(mails + int(plan.mails * state.done / plan.slices), plan.mails, writer.rows))
        if writer.waiting >= FLUSH_ROWS:
            writer.flush()
            save(home, replace(state, done=made.number + 1))
    writer.flush()
    save(home, replace(state, done=plan.slices, finished=True))
    return Built(writer.kept, writer.duplicates)


def load(home: Path) -> State | None:
    """What was built in a workspace; None where nothing was."""
    path = home / STATE
    return State(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def save(home: Path, state: State) -> None:
    """Note how far a build is; the old note stays until the new one is whole."""
    new = home / f"{STATE}.tmp"
    new.write_text(json.dumps(asdict(state), indent=1) + "\n", "utf-8")
    new.replace(home / STATE)


def make_workspace(home: Path) -> Workspace:
    """The settings and the profile of the organisation, where there are none."""
    if not (home / "workbench.toml").exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped("data") / "sample" / "northgate" / "organisation.yml", home / "organisation.yml")
        (home / "workbench.toml").write_text(SETTINGS, "utf-8")
    return find_workspace(home)


def _begun(home: Path, plan: Plan) -> tuple[Workspace, State]:
    known = load(home)
    wanted = State(plan.seed, plan.mails, plan.days, plan.end.astimezone(UTC).isoformat())
    if known and known.plan != plan:
        raise WorkbenchError(
            f"There is another build in {home}: {known.mails:,} mails of {known.days} days, seed {known.seed},"
            f" up to {known.end}",
            next_step="Name another folder with --home, or ask for the same.",
        )
    workspace = make_workspace(home)
    if workspace.organisation.name != COMPANY:
        raise WorkbenchError(
            f"The workspace in {home} is not the demo's: it is of {workspace.organisation.name or 'nobody'}",
            next_step="Name an empty folder with --home, so that made-up events do not come among real ones.",
        )
    if known is None:
        save(home, wanted)
    return workspace, known or wanted


class _Writer:
    """Gathers rows by table and writes them."""

    def __init__(self, store: Store, plan: Plan, garden: Garden) -> None:
        self._store, self._plan = store, plan
        self._planted = {name: _ready(name, frame) for name, frame in garden.rows.items()}
        self._until = micros(plan.begin)
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._number = 0
        self.rows = self.waiting = self.duplicates = 0
        self.kept: dict[str, int] = {}

    def take(self, frames: dict[str, pl.DataFrame], number: int) -> None:
        """Take in the rows of a slice that arrive before the end of the build, with what was planted meanwhile."""
        self._number = number
        until = micros(self._plan.span(number)[1]) if number + 1 < self._plan.slices else micros(self._plan.end) + 1
        for name, frame in frames.items():
            self._add(name, arrived(frame, self._plan.end))
        for name, frame in self._planted.items():
            self._add(name, frame.filter(pl.col(ARRIVES).is_between(self._until, until, closed="left")).drop(ARRIVES))
        self._until = until

    def flush(self) -> None:
        """Write all that was taken in."""
        for name in sorted(self._frames):
            written = self._store.write(
                name, pl.concat(self._frames.pop(name), how="diagonal_relaxed"), Batch(SOURCE, self._number)
            )
            self.kept[name] = self.kept.get(name, 0) + written.kept
            self.duplicates += written.duplicates
        self.waiting = 0

    def _add(self, name: str, frame: pl.DataFrame) -> None:
        if frame.height:
            self._frames.setdefault(name, []).append(frame)
            self.rows += frame.height
            self.waiting += frame.height


def _ready(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return ready(table(name), frame.drop(ARRIVES)).with_columns(frame[ARRIVES])
