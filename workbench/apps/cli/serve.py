"""``apps``, ``lab`` and ``demo``: serve the pages and JupyterLab on this machine until Ctrl-C."""

import os
import shlex
import signal
import sys
from collections.abc import Mapping
from select import select
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.intake import summary
from workbench.apps.demo import prepare
from workbench.base.config import DEFAULT_HOME, Workspace, find_workspace, place_of
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
    home = place_of(context.obj)
    say(f"Demo workspace: {home}")
    workspace, account = prepare(home)
    for line in summary(account):
        say(line)
    there = shlex.quote(str(context.obj or DEFAULT_HOME))
    triage = f"Triage a phish in another terminal: {sys.argv[0]} --home {there} playbook run phish_triage"
    _until_stopped(workspace, pages=True, lab=True, also=triage)


def _until_stopped(workspace: Workspace, *, pages: bool, lab: bool, preheat: bool = False, also: str = "") -> None:
    asked = _asked_to_stop()
    say("Starting ...")
    with serve.apps(workspace, pages=pages, lab=lab, preheat=preheat) as addresses:
        if not select([asked], [], [], 0)[0]:
            _show(addresses, also)
        os.read(asked, 1)
    say("Stopped.")


def _asked_to_stop() -> int:
    """The end of a pipe that can be read once Ctrl-C or a request to end has come; a second one changes nothing.

    The handler does not raise: that could happen while a server is being started, which then nobody would stop. It is
    set here, after the import, because Polars replaces that of Ctrl-C by one that does not end a wait.
    """
    asked, ask = os.pipe()

    def heed(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(sys.stderr.fileno(), b"\nStopping ...\n")
        os.write(ask, b".")

    signal.signal(signal.SIGINT, heed)
    signal.signal(signal.SIGTERM, heed)
    return asked


def _show(addresses: Mapping[str, str], also: str) -> None:
    wide = max(map(len, addresses))
    for name, address in addresses.items():
        typer.echo(f"  {name:<{wide}}  {address}")
    if also:
        say(also)
    say("Press Ctrl-C to stop.")
