"""A worker or a service as a process of its own, until it is killed; at a named moment it kills itself.

``python -m tests.apps.service.durable._program HOME worker|service|elsewhere [MOMENT]``, or with ``forks`` for a process
that imports everything once and forks one of these for every line of JSON on its standard input: it says its number.
"""

import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from workbench.apps.service import Listen, projector, serve
from workbench.apps.service.durable import Pace, Worker, alerts, hook, queue, scheduling
from workbench.apps.service.durable.seen import Seen
from workbench.apps.service.durable.worker import Making
from workbench.base.config import Workspace
from workbench.ledger.changes import Ledger, open_ledger
from workbench.operations.runs import Pool, execute, nursery


@dataclass(frozen=True)
class Moment:
    """Right before, or right after, a call of a function of the product."""

    owner: Any
    name: str
    after: bool = False
    number: int = 1
    """Which call."""


def careless(unit: Any, run: Any, _: str) -> queue.Claim:
    """A claim that takes a run off the queue and does not write where to, in one transaction: the proof finds that."""
    return queue.Claim(unit.remove(queue.Run, run.id, run.version))


MOMENTS = {
    "signing on": Moment(Worker, "_rescue"),
    "rescuing": Moment(queue, "rescue", after=True),
    "claiming": Moment(queue, "claim", after=True),
    "claimed": Moment(Worker, "_make"),
    "starting a kernel": Moment(nursery, "_write_down"),
    "with a kernel": Moment(Worker, "_play"),
    "going": Moment(Worker, "_tell", after=True, number=2),
    "keeping": Moment(sys.modules[execute.__module__].objects, "put", after=True),
    "kept": Moment(queue, "finish"),
    "finishing": Moment(queue, "finish", after=True),
    "finished": Moment(Worker, "_forget"),
    "losing": Moment(Making, "lose"),
    "ticking": Moment(scheduling, "accept", after=True),
    "ticked": Moment(scheduling, "_ask", after=True),
    "alerting": Moment(alerts, "accept", after=True),
    "alerted": Moment(Seen, "keep"),
    "remembered": Moment(Seen, "keep", after=True),
    "projecting": Moment(Ledger, "settle"),
    "projected": Moment(Ledger, "settle", after=True),
}


def arm(moment: Moment) -> None:
    """Have this process die there, as by ``kill -9``."""
    real: Callable[..., object] = getattr(moment.owner, moment.name)
    calls = count(1)

    def instead(*values: object, **named: object) -> object:
        now = next(calls) >= moment.number
        if now and not moment.after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*values, **named)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(moment.owner, moment.name, instead)


def up(*_: object) -> None:
    sys.stdout.write("up\n")
    sys.stdout.flush()


def work(workspace: Workspace, pace: Pace) -> None:
    with open_ledger(workspace) as ledger:
        Worker(workspace, ledger, Pool(workspace, 2), pace=pace)
        up()
        while True:
            time.sleep(60)


def main(home: str, kind: str, moment: str = "") -> None:
    workspace = Workspace(Path(home))
    if moment == "careless":
        queue._taken, moment = careless, "claimed"
    if moment:
        arm(MOMENTS[moment])
    if kind == "service":
        hook.TICK_SECONDS, hook.ALERT_SECONDS, projector.EVERY_SECONDS = 0.1, 0.2, 0.3
        serve(workspace, Listen(port=0), up)
    elif kind == "elsewhere":
        platform.node = lambda: "elsewhere"
        work(workspace, Pace())
    else:
        work(workspace, Pace(look=0.1, beat=0.5))


def forks() -> None:
    """No thread was begun and no database opened: a fork is as good as a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        words, said = json.loads(line)
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 1)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            main(*words)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    forks() if sys.argv[1:] == ["forks"] else main(*sys.argv[1:])
