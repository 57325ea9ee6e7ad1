"""A worker as a process of its own, until it is killed: ``python -m tests.apps.service.durable._program HOME DATABASE``."""

import sys
import time
from pathlib import Path

from workbench.apps.service.durable import Pace, Worker
from workbench.base.config import Workspace
from workbench.ledger.changes import Ledger
from workbench.ledger.models import open_database
from workbench.operations.runs import Pool


def main(home: str, url: str) -> None:
    workspace = Workspace(Path(home))
    with Ledger(open_database(url if "://" in url else Path(url)), workspace.keys, workspace.anchor) as ledger:
        pool = Pool(workspace, 2)
        Worker(workspace, ledger, pool, pace=Pace(look=0.1, beat=0.5))
        sys.stdout.write("up\n")
        sys.stdout.flush()
        while True:
            time.sleep(60)


main(*sys.argv[1:])
