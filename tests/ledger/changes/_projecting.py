"""Decides and brings it into the event store, as the control service does, until it is killed.

``between`` kills itself when rows are in the store and the outbox does not know yet; ``early`` is the control, which has
let go of changes that are not in the store yet.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

from workbench.apps.service import projector
from workbench.apps.service.metrics import Metrics
from workbench.apps.service.projector import Projector
from workbench.events.store import Store
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Note, open_database

NOTE = {"entity": "domain", "value": "evil.example", "text": "0"}


def opened(address: str, folder: Path) -> Ledger:
    database = open_database(address if address.startswith("postgresql:") else Path(address))
    return Ledger(database, folder / "keys", folder / "anchor")


def projecting(ledger: Ledger, folder: Path) -> Projector:
    return Projector(SimpleNamespace(ledger=ledger, store=Store(folder / "store"), metrics=Metrics()))


def decides(ledger: Ledger) -> None:
    """A note is made and changed nine times, for ever."""
    while True:
        row = ledger.create(Actor("writer"), Note, NOTE)
        for number in range(9):
            row = ledger.edit(Actor("writer"), row, {"text": str(number)})


def dies(*_: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(address: str, folder: Path, how: str) -> None:
    ledger = opened(address, folder)
    made = projecting(ledger, folder)
    projector.AT_ONCE = 40
    for _ in range(4):
        threading.Thread(target=decides, args=(ledger,), daemon=True).start()
    tell("go")
    steps = 0
    while True:
        if steps == 2 and how == "between":
            ledger.settle = dies
        if steps == 2 and how == "early":
            ledger.settle([number for change in ledger.pending(40) for number in change.covers])
            dies()
        steps += bool(made.step())
        tell(str(steps))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
