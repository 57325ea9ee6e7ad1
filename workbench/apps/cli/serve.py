"""``apps``, ``lab`` and ``demo``: serve the pages and JupyterLab on this machine until Ctrl-C."""

import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.intake import summary
from workbench.apps.cli.output import say
from workbench.apps.demo import prepare
from workbench.base.config import DEFAULT_HOME, Workspace, find_workspace
from workbench.views.publish import serve


def apps(
    context: typer.Context,
    preheat: Annotated[bool, typer.Option("--preheat", help="Keep a kernel warm for each page.")] = False,
) -> None:
    """Serve the dashboard and the Explorer as pages, on free ports of this machine."""
    _until_stopped(find_workspace(context.obj), pages=True, lab=False, preheat=preheat)


def lab(context: typer.Context) -> None:
    """Serve JupyterLab on this workspace's notebooks, on a free port of this machine."""
    _until_stopped(find_workspace(context.obj), pages=False, lab=True)


def demo(context: typer.Context) -> None:
    """Make the demo workspace if there is none, import the sample, and serve everything."""
    home = Path(context.obj or DEFAULT_HOME).expanduser().resolve()
    say(f"Demo workspace: {home}")
    workspace, account = prepare(home)
    for line in summary(account):
        say(line)
    say("Try: workbench playbook run phish_triage   (with --home as above)")
    _until_stopped(workspace, pages=True, lab=True)


def _until_stopped(workspace: Workspace, *, pages: bool, lab: bool, preheat: bool = False) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    say("Starting ...")
    with serve.apps(workspace, pages=pages, lab=lab, preheat=preheat) as addresses:
        _show(addresses)
        try:
            stop.wait()
        except KeyboardInterrupt:
            say("")
        say("Stopping ...")


def _show(addresses: Mapping[str, str]) -> None:
    wide = max(map(len, addresses))
    for name, address in addresses.items():
        typer.echo(f"  {name:<{wide}}  {address}")
    say("Press Ctrl-C to stop.")
