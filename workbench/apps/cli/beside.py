"""The control service beside the pages, as a process of its own: the boundary of roles is one of processes."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import typer

from workbench.apps import service
from workbench.apps.cli.ends import say
from workbench.base.config import Workspace, find_workspace
from workbench.ledger import client
from workbench.views.publish.place import PAGES
from workbench.views.publish.process import free_port, tethered
from workbench.views.publish.serve import LOOPBACK

STOP_SECONDS = 30
_RUN = "from workbench.apps.cli.main import ending; from workbench.apps.cli.beside import serve; ending(serve)"
_KNOWN = (
    "A control service of this workspace runs already and is used as it is, until the command that started it ends."
    " Pages started here may not ask it from a browser; for that, stop the other first."
)


def coming_address(workspace: Workspace) -> str:
    """Where browsers will reach the service that ``beside`` uses or starts, its port chosen here if it has none.

    Nothing where it is not plainly on this machine: then it is known only once it runs.
    """
    settings = workspace.settings.service
    if client.find_service(workspace) or settings.host != LOOPBACK or settings.behind_proxy:
        return client.page_address(workspace)
    scheme = "https" if settings.certificate else "http"
    return f"{scheme}://{LOOPBACK}:{settings.port or free_port(LOOPBACK)}"


@contextmanager
def beside(workspace: Workspace, pages: Mapping[str, str], address: str) -> Iterator[str]:
    """The address of the service of a workspace, ended with its context; it is to be the one that was said to come.

    It may be asked by the pages at these addresses, by title, and links those of Voila without their token.

    One that runs already is used and left running, which is said: it knows nothing of these pages, and when it ends, as
    that of another ``demo`` does with it, its address is nobody's.
    """
    if found := client.find_service(workspace):
        say(_KNOWN)
        yield found.address
        return
    said = json.dumps({"port": urlsplit(address).port, "origins": origins(pages), "pages": linked(pages)})
    command = [sys.executable, "-c", _RUN, str(workspace.home), said]
    with tethered(command, STOP_SECONDS, stdout=subprocess.PIPE) as child:
        yield child.stdout.readline().decode().strip() if child.stdout else ""


def origins(pages: Mapping[str, str]) -> list[str]:
    """Where pages come from."""
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, pages.values())})


def linked(pages: Mapping[str, str]) -> list[tuple[str, str]]:
    """Titles and addresses of the pages of Voila, without the token: a browser that was there has a cookie instead."""
    return [(title, urlsplit(pages[title])._replace(query="").geturl()) for title in PAGES.values() if title in pages]


def serve() -> None:
    """Be that process: serve, and say nothing but the address. The arguments are the workspace, and what else to do."""
    home, said = sys.argv[1], json.loads(sys.argv[2])
    listen = service.Listen(port=said["port"], origins=tuple(said["origins"]), pages=tuple(map(tuple, said["pages"])))
    service.serve(find_workspace(home), listen, _tell)


def _tell(address: str) -> None:
    typer.echo(address)
    sys.stdout.flush()
