"""The control service beside the pages, as a process of its own: the boundary of roles is one of processes."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import typer

from workbench.apps import service
from workbench.apps.cli.ends import say
from workbench.base.config import Workspace, find_workspace
from workbench.ledger import client
from workbench.views.publish.process import tethered

STOP_SECONDS = 30
_RUN = "from workbench.apps.cli.main import ending; from workbench.apps.cli.beside import serve; ending(serve)"
_KNOWN = (
    "A control service of this workspace runs already and is used as it is, until the command that started it ends."
    " Pages started here may not ask it from a browser; for that, stop the other first."
)


@contextmanager
def beside(workspace: Workspace, pages: Iterable[str]) -> Iterator[str]:
    """The address of the service of a workspace, which may ask pages at these addresses; ended with its context.

    One that runs already is used and left running, which is said: it knows nothing of these pages, and when it ends, as
    that of another ``demo`` does with it, its address is nobody's.
    """
    if found := client.find_service(workspace):
        say(_KNOWN)
        yield found.address
        return
    origins = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, pages)})
    command = [sys.executable, "-c", _RUN, str(workspace.home), *origins]
    with tethered(command, STOP_SECONDS, stdout=subprocess.PIPE) as child:
        yield child.stdout.readline().decode().strip() if child.stdout else ""


def serve() -> None:
    """Be that process: serve, and say nothing but the address. The arguments are the workspace and the origins."""
    home, *origins = sys.argv[1:]
    service.serve(find_workspace(home), service.Listen(origins=tuple(origins)), _tell)


def _tell(address: str) -> None:
    typer.echo(address)
    sys.stdout.flush()
