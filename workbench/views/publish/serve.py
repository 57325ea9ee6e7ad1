"""Start the pages and JupyterLab for one workspace, on this machine, behind a token."""

import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import urlsplit

from workbench.base.config import Workspace, shipped
from workbench.base.errors import BadParameter, Missing
from workbench.views.publish import settings
from workbench.views.publish.place import links, place_notebooks, place_pages
from workbench.views.publish.process import Server, free_port, running

LOOPBACK = "127.0.0.1"
_RUN = """import runpy, sys
sys.modules["rfc3987_syntax"] = None
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)"""
"""Runs a module as ``-m`` does, without what jsonschema, which it needs, would build if it could: grammars of
international addresses. They take more than two seconds of the processor, and notebooks have no field of that form."""


@contextmanager
def apps(  # noqa: PLR0913  all but the first are by name
    workspace: Workspace,
    *,
    pages: bool = True,
    lab: bool = True,
    preheat: bool = False,
    ip: str = LOOPBACK,
    notebooks: Path | None = None,
    control: str = "",
    go_on: Callable[[], None] = lambda: None,
) -> Iterator[Mapping[str, str]]:
    """Serve the Explorer and the dashboard as pages, and JupyterLab; gives their addresses by name.

    The addresses carry a token that is new each time. ``preheat`` keeps one kernel a page warm, at some 120 MB each.
    ``notebooks`` is the folder of shipped notebooks, that of this version unless said. Everything stops with the block.
    ``control`` is the address of the control service, where there is one: the pages link it.
    ``go_on`` is called while they start, and may raise to give that up.

    Raises:
        BadParameter: the address is not one of this machine alone.
        Missing: Voila or JupyterLab is not installed.
        WorkbenchError: a server did not start.
    """
    _only_here(ip)
    source = notebooks or shipped("notebooks")
    addresses: dict[str, str] = {}
    servers: list[Server] = []
    with TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True) as private:
        start = _Start(workspace, Path(private), ip, secrets.token_urlsafe(24), control)
        if pages:
            server, there = _pages(start, place_pages(workspace, source), preheat=preheat)
            servers.append(server)
            addresses |= there
        if lab:
            server, there = _lab(start, place_notebooks(workspace, source))
            servers.append(server)
            addresses |= there
        with running(ip, *servers, go_on=go_on):
            yield MappingProxyType(addresses)


@dataclass(frozen=True)
class _Start:
    """What both servers are started with."""

    workspace: Workspace
    private: Path
    ip: str
    token: str
    control: str
    ports: set[int] = field(default_factory=set)
    """Ports that were chosen, though nobody listens there yet."""

    def port(self) -> int:
        """A free port that was not chosen before, nor for the control service."""
        while (found := free_port(self.ip)) in self.ports or found == urlsplit(self.control).port:
            pass
        self.ports.add(found)
        return found

    def address(self, port: int, path: str) -> str:
        return f"http://{self.ip}:{port}/{path}?token={self.token}"

    def log(self, name: str) -> Path:
        return self.workspace.home / "logs" / f"{name}.log"


def _pages(start: _Start, folder: Path, *, preheat: bool) -> tuple[Server, dict[str, str]]:
    _needs("voila", "apps")
    port = start.port()
    chosen = settings.voila(folder, start.ip, port, start.token, preheat=preheat, control=start.control)
    config = settings.write(chosen, start.private / "voila" / "voila.json")
    command = (sys.executable, "-c", _RUN, "voila", f"--Voila.config_file_paths={config.parent}")
    environment = settings.environment(start.workspace, start.private)
    linked = {page["label"]: start.address(port, f"voila/render/{page['file']}") for page in links(folder)}
    return Server("Voila", command, environment, folder, start.log("voila"), port), linked


def _lab(start: _Start, folder: Path) -> tuple[Server, dict[str, str]]:
    _needs("jupyterlab", "lab")
    port, home = start.port(), start.private / "lab"
    config = settings.write(settings.lab(folder, start.ip, port, start.token), home / "jupyter_server_config.json")
    settings.write(settings.QUIET, home / "labconfig" / "page_config.json")
    command = (sys.executable, "-c", _RUN, "jupyterlab", f"--config={config}")
    environment = settings.whole_environment(start.workspace, home)
    linked = {"JupyterLab": start.address(port, "lab")}
    return Server("JupyterLab", command, environment, folder, start.log("jupyterlab"), port), linked


def _only_here(ip: str) -> None:
    if ip != "localhost" and not _ipv4_loopback(ip):
        raise BadParameter(
            f"{ip!r} is not a loopback address, and these servers are for this machine alone",
            next_step=f"Serve on {LOOPBACK} and reach it through a tunnel: ssh -L PORT:{LOOPBACK}:PORT host.",
        )


def _ipv4_loopback(ip: str) -> bool:
    try:
        return IPv4Address(ip).is_loopback
    except ValueError:
        return False


def _needs(module: str, extra: str) -> None:
    if find_spec(module) is None:
        raise Missing(
            f"{module} is not installed", next_step=f'Install it: pip install "threat-investigation-workbench[{extra}]"'
        )
