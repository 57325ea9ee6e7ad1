"""``apps`` and ``lab``: serve the pages and JupyterLab on this machine until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from select import select
from typing import Annotated

import typer

from workbench.apps.cli.beside import beside
from workbench.apps.cli.ends import say
from workbench.base.config import Workspace, find_workspace
from workbench.views.publish import serve

Start = Callable[[], AbstractContextManager[Mapping[str, str]]]


def apps(
    context: typer.Context,
    preheat: Annotated[bool, typer.Option("--preheat", help="Keep a kernel warm for each page.")] = False,
) -> None:
    """Serve the dashboard and the Explorer as pages, on free ports of this machine."""
    until_stopped(find_workspace(context.obj), pages=True, lab=False, preheat=preheat)


def lab(context: typer.Context) -> None:
    """Serve JupyterLab on this workspace's notebooks, on a free port of this machine."""
    until_stopped(find_workspace(context.obj), pages=False, lab=True)


def until_stopped(workspace: Workspace, *, pages: bool, lab: bool, preheat: bool = False, also: str = "") -> None:
    """Serve a workspace until Ctrl-C or a request to end; ``also`` is a line for people below the addresses."""
    _until_stopped(workspace, lambda: serve.apps(workspace, pages=pages, lab=lab, preheat=preheat), also)


def everything_until_stopped(workspace: Workspace, *, also: str = "") -> None:
    """Serve pages, JupyterLab and the control service until Ctrl-C or a request to end."""
    _until_stopped(workspace, lambda: serve.apps(workspace, pages=True, lab=True), also, control=True)


def _until_stopped(workspace: Workspace, start: Start, also: str, *, control: bool = False) -> None:
    asked = asked_to_stop()
    say("Starting ...")
    with ExitStack() as stack:
        addresses = dict(stack.enter_context(start()))
        if control and not select([asked], [], [], 0)[0]:
            addresses["Control"] = stack.enter_context(beside(workspace, addresses.values()))
        if not select([asked], [], [], 0)[0]:
            _show(addresses, also)
        os.read(asked, 1)
    say("Stopped.")


def asked_to_stop() -> int:
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
