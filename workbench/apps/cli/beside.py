"""The control service beside the pages, as a process of its own: the boundary of roles is one of processes."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from workbench.apps.cli.ends import say
from workbench.base.config import Workspace
from workbench.ledger import client

STOP_SECONDS = 30
_RUN = "from workbench.apps.cli import main; main()"


@contextmanager
def beside(workspace: Workspace, pages: Iterable[str]) -> Iterator[str]:
    """The address of the service of a workspace, which may ask pages at these addresses; ended with its context.

    One that runs already is used and left running.
    """
    if found := client.find_service(workspace):
        yield found.address
        return
    origins = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, pages)})
    words = [part for origin in origins for part in ("--origin", origin)]
    command = [sys.executable, "-c", _RUN, "--home", str(workspace.home), "serve", *words]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield (child.stdout.readline() if child.stdout else "").rpartition(" ")[2].strip()
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say("The control service did not end in time.")
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()
