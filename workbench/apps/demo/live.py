"""Go on with a build as minutes pass: the same clocks, from where the last run stopped, without gap or double."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from workbench.apps.demo.builder import SOURCE, STATE, State, alone, load, save
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.making import whole
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.slices import LONGEST_WAY, arrived, is_settled
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import NotFound
from workbench.events.store import Batch, Store, settle_if_crowded

TICK = timedelta(minutes=1)
LEAST_WAIT = 1.0
"""Seconds between two looks at the clock at least."""


@dataclass(frozen=True)
class Passed:
    """What came in up to a moment: rows kept, and mails among them."""

    until: datetime
    mails: int
    rows: int


Wait = Callable[[float], bool]
"""Waits so many seconds, less if it is asked to stop; says whether it was."""


def live(
    home: Path, wait: Wait, *, speed: float = 1.0, clock: Callable[[], datetime] | None = None
) -> Iterator[Passed]:
    """Append what happens, minute by minute, until asked to stop; each step is committed before it is told.

    At speed 1 what was missed since the last stop comes first; at another the organisation's clock goes on from where
    it stood, that many times as fast.

    Raises:
        NotFound: nothing was built in the folder, or not wholly.
    """
    look = clock or (lambda: datetime.now(UTC))
    with resumed(home) as on:
        begun, stood = look(), on.until
        while True:
            passed = (look() - begun) * speed
            target = max(look(), stood + passed) if speed == 1.0 else stood + passed
            yield from on.advance(target.replace(second=0, microsecond=0))
            if wait(max(LEAST_WAIT, TICK.total_seconds() / max(speed, 1.0))):
                return


@contextmanager
def resumed(home: Path) -> Iterator["Live"]:
    """The organisation of a workspace, to go on with; one process at a time.

    Raises:
        NotFound: nothing was built there, or not wholly.
        StoreBusy: another process is at it.
    """
    _finished(home)
    workspace = find_workspace(home)
    with alone(workspace):
        yield Live(home, workspace, _finished(home))


def _finished(home: Path) -> State:
    state = load(home)
    if state is None or not state.finished:
        raise NotFound(
            f"There is no finished build in {home}", where=str(home / STATE), next_step="Make one: workbench demo build"
        )
    return state


class Live:
    """An organisation that goes on. Slices whose rows may still arrive are kept in memory."""

    def __init__(self, home: Path, workspace: Workspace, state: State) -> None:
        self._home, self._workspace, self._state = home, workspace, state
        self._plan: Plan = state.plan
        self._cast, self._store = Cast(self._plan), Store(workspace.store)
        self._slices: dict[int, dict[str, pl.DataFrame]] = {}
        self.until = datetime.fromisoformat(state.live_until) if state.live_until else self._plan.end

    def advance(self, moment: datetime) -> Iterator[Passed]:
        """Append what arrives up to a moment, at most a slice's length at a time."""
        while self.until < moment:
            yield self._step(min(moment, self.until + self._plan.length))

    def _step(self, until: datetime) -> Passed:
        self._load(until)
        mails = rows = 0
        for name in sorted({name for frames in self._slices.values() for name in frames}, key=_turn):
            came = [arrived(frames[name], until, self.until) for frames in self._slices.values() if name in frames]
            found = pl.concat([frame for frame in came if frame.height] or came[:1], how="diagonal_relaxed")
            written = self._store.write(name, found, Batch(f"{SOURCE}-live", int(until.timestamp())))
            settle_if_crowded(self._store, name)
            rows += written.kept
            mails += written.kept - written.updated if name == "EmailEvents" else 0
        self.until = until
        self._state = replace(self._state, live_until=until.isoformat())
        save(self._home, self._state)
        return Passed(until, mails, rows)

    def _load(self, until: datetime) -> None:
        """Make the slices that have begun, and let those go of which everything has arrived."""
        plan = self._plan
        first = max(0, (self.until - LONGEST_WAY - plan.begin) // plan.length)
        last = (until - plan.begin) // plan.length
        for number in range(first, last + 1):
            if number not in self._slices and not is_settled(plan, number, self.until):
                self._slices[number] = whole(self._cast, number, self._workspace)
        self._slices = {
            number: frames for number, frames in self._slices.items() if not is_settled(plan, number, self.until)
        }


def _turn(name: str) -> tuple[int, str]:
    """Alerts are written last, and what they are about before them: whoever acts on one finds the rest."""
    return (("AlertEvidence", "AlertInfo").index(name) + 1 if name.startswith("Alert") else 0), name
