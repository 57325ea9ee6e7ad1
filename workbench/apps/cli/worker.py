"""``worker``: make runs in a process beside the service, until Ctrl-C or a request to end."""

import os

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.serve import asked_to_stop
from workbench.apps.service.durable import helping
from workbench.base.config import find_workspace


def worker(context: typer.Context) -> None:
    """Help the service to make runs, on this machine or another that has the workspace's folder, until Ctrl-C.

    The ledger has to be on a PostgreSQL server. How many runs go on at once is [runs] slots of workbench.toml.
    """
    workspace = find_workspace(context.obj)
    asked = asked_to_stop()
    with helping(workspace):
        say("Runs are made here too. Press Ctrl-C to stop.")
        os.read(asked, 1)
    say("Stopped.")
