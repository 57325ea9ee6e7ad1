"""Writes until it is killed, and tells of every change that was acknowledged: ``[id, version]``, a line each."""

import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from workbench.ledger.audit import Actor, Entry, open_trail, seal
from workbench.ledger.changes import Ledger, Unit
from workbench.ledger.models import Database, Note, open_database
from workbench.ledger.models.ids import new_id

NOTE = {"entity": "domain", "value": "evil.example", "text": "0"}
_LOCK = threading.Lock()


def tell(id_: str, version: int) -> None:
    with _LOCK:
        sys.stdout.write(json.dumps([id_, version]) + "\n")
        sys.stdout.flush()


def writes(ledger: Ledger) -> None:
    """Make a note and change it a few times, for ever."""
    while True:
        row = ledger.create(Actor("writer"), Note, NOTE)
        tell(row.id, row.version)
        for number in range(5):
            row = ledger.edit(Actor("writer"), row, {"text": str(number)})
            tell(row.id, row.version)


def apart(database: Database, folder: Path) -> None:
    """The control: the change in one transaction, its record in the next."""
    trail = open_trail(database, folder / "keys", folder / "anchor")
    while True:
        with database.writing() as connection:
            row = Unit(connection, trail, Actor("writer"), datetime.now(UTC)).create(Note, NOTE, id_=new_id())
        time.sleep(0.03)
        with database.writing() as connection:
            seal(connection, trail, [Entry(Actor("writer"), "note.create", "note", row.id)], datetime.now(UTC))
        tell(row.id, row.version)


def main(address: str, folder: Path, how: str) -> None:
    database = open_database(address if address.startswith("postgresql:") else Path(address))
    if how == "apart":
        apart(database, folder)
    ledger = Ledger(database, folder / "keys", folder / "anchor")
    for _ in range(8):
        threading.Thread(target=writes, args=(ledger,)).start()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
