"""Build the demo organisation in a workspace: the planted stories, then parcel after parcel of slices.

A build that was stopped, or killed, goes on where it was: what joined the store is known there by its number, and what
had not is swept up and made again.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from filecmp import cmp
from pathlib import Path

from workbench.apps.demo.making import Made, in_order
from workbench.apps.demo.people import COMPANY
from workbench.apps.demo.plan import Plan, planned
from workbench.apps.demo.planting import write_answers
from workbench.base.config import Workspace, find_workspace, shipped
from workbench.base.errors import WorkbenchError
from workbench.events.store import Batch, Store, join
from workbench.events.store.lease import PATIENCE_SECONDS, lease
from workbench.events.store.rewrite import upkeep
from workbench.events.store.vacuum import clear_unlogged, vacuum
from workbench.events.tables import table, tables

STATE = "demo.json"
SOURCE = "demo"
_SETTINGS = """# The demo workspace: "now" is the newest event, so that it can be looked at on any day.
now = "newest"
"""
_AGAIN = "A build that was killed left files without a log: {}. They are removed, and the build goes through all again."


@dataclass(frozen=True)
class State:
    """What a workspace's build was asked for, and how far it is. Moments are ISO 8601 text."""

    seed: int
    mails: int
    days: int
    end: str
    done: int = 0
    """Parcels that are written, with that of the planted stories."""
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
Say = Callable[[str], None]


def build(
    home: Path, plan: Plan, *, processes: int = 2, tell: Tell = lambda _: None, say: Say = lambda _: None
) -> Built:
    """Make or finish a build in a folder, which becomes a workspace if it is none.

    ``tell`` is told every quarter of a second how far it is, and may raise to stop it; ``say`` what was out of order.

    Raises:
        WorkbenchError: another build, or other data, is there.
        StoreBusy: another process is at it.
    """
    workspace = _begun(home, plan)
    store = Store(workspace.store)
    with alone(workspace), ExitStack() as kept:
        state = load(home) or _wanted(plan)
        if state.finished:
            return Built()
        for name in sorted(tables()):
            kept.enter_context(upkeep(store, name, PATIENCE_SECONDS))
        if cleared := _cleared(store.root):
            say(_AGAIN.format(", ".join(cleared)))
            state = replace(state, done=0)
        for name in store.held():
            vacuum(store, name)
        work = _Work(home, store, state, tell)
        for made in in_order(plan, workspace, range(state.done, plan.parcels + 1), processes, work.tell):
            work.take(made)
        return work.end()


def _cleared(root: Path) -> list[str]:
    """The tables whose files have no log, as builds left them that were killed; those files are removed.

    Parcels that joined are known in the logs of the other tables, so all of them can be made again.
    """
    return [name for name in sorted(tables()) if not table(name).own and clear_unlogged(root, name).files]


class _Work:
    """A build under way: what is made joins the store and is noted."""

    def __init__(self, home: Path, store: Store, state: State, tell: Tell) -> None:
        self._home, self._store, self._state, self._tell = home, store, state, tell
        self._plan = state.plan
        self._source = f"{SOURCE} {state.seed}-{state.mails}-{state.days}-{state.end}"
        self._mails = self._plan.before(state.done)
        self._kept: dict[str, int] = {}
        self._duplicates = 0

    def take(self, made: Made) -> None:
        """Let a parcel join, and note it."""
        if made.answers:
            write_answers(self._home, made.answers)
        for staged in made.staged:
            written = join(self._store, staged, Batch(self._source, made.number))
            self._kept[staged.table] = self._kept.get(staged.table, 0) + written.kept
            self._duplicates += written.duplicates
        self._state = replace(self._state, done=made.number + 1)
        save(self._home, self._state)
        self._mails += made.mails
        self.tell()

    def tell(self) -> None:
        """Tell how far the work is."""
        self._tell(Step(min(self._mails, self._plan.mails), self._plan.mails, sum(self._kept.values())))

    def end(self) -> Built:
        """Note that all is done."""
        save(self._home, replace(self._state, finished=True))
        return Built(self._kept, self._duplicates)


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Be the one process that adds to the organisation.

    Raises:
        StoreBusy: another process does.
    """
    with lease(workspace.store / ".leases" / "demo.lease", 1.0):
        yield


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
    """The settings and the profile of the organisation, where there are none or those of an empty new workspace."""
    if not (home / "workbench.toml").exists() or _is_blank(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        sample = shipped("data") / "sample" / "northgate"
        shutil.copyfile(sample / "organisation.yml", home / "organisation.yml")
        (home / "lookups").mkdir(exist_ok=True)
        shutil.copyfile(sample / "own_countries.txt", home / "lookups" / "own_countries.txt")
        (home / "workbench.toml").write_text(_SETTINGS, "utf-8")
    return find_workspace(home)


def _is_blank(home: Path) -> bool:
    """Whether a workspace is as it was made: nothing was set, nobody described, no event brought in."""
    templates = list((shipped("data") / "templates").iterdir())
    as_made = all((home / each.name).exists() and cmp(home / each.name, each, shallow=False) for each in templates)
    return as_made and all(table(name).own for name in Store(home / "store").held())


def _begun(home: Path, plan: Plan) -> Workspace:
    known = load(home)
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
        save(home, _wanted(plan))
    return workspace


def _wanted(plan: Plan) -> State:
    return State(plan.seed, plan.mails, plan.days, plan.end.astimezone(UTC).isoformat())
