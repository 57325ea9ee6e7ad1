"""``apps`` and ``lab``: serve the pages and JupyterLab on this machine until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from select import select
from threading import Event
from typing import Annotated

import typer

from workbench.apps.cli.beside import beside, coming_address
from workbench.apps.cli.ends import say
from workbench.base.config import Workspace, find_workspace
from workbench.ledger.client import page_address
from workbench.views.publish import serve

Start = Callable[[Callable[[], None]], AbstractContextManager[Mapping[str, str]]]


class Stopped(Exception):
    """Work ends because it was asked to; nothing is wrong."""


Work = Callable[[Callable[[], None]], str]
"""Gives a text for people. It calls now and then what it is given, which raises ``Stopped`` once it should end."""


def apps(
    context: typer.Context,
    preheat: Annotated[bool, typer.Option("--preheat", help="Keep a kernel warm for each page.")] = False,
) -> None:
    """Serve the dashboard and the Explorer as pages, on free ports of this machine."""
    until_stopped(find_workspace(context.obj), pages=True, lab=False, preheat=preheat)


def lab(context: typer.Context) -> None:
    """Serve JupyterLab on this workspace's notebooks, on a free port of this machine."""
    until_stopped(find_workspace(context.obj), pages=False, lab=True)


def until_stopped(workspace: Workspace, *, pages: bool, lab: bool, preheat: bool = False) -> None:
    """Serve a workspace until Ctrl-C or a request to end."""
    control = page_address(workspace)
    _until_stopped(
        workspace,
        lambda go_on: serve.apps(workspace, pages=pages, lab=lab, preheat=preheat, control=control, go_on=go_on),
    )


def everything_until_stopped(workspace: Workspace, work: Work) -> None:
    """Serve pages, JupyterLab and the control service until Ctrl-C or a request to end.

    ``work`` is done while pages and JupyterLab start, and gives a text for people below the addresses. The control
    service comes last: to it, what is there when it first looks is not new.
    """
    control = coming_address(workspace)
    _until_stopped(
        workspace,
        lambda go_on: serve.apps(workspace, pages=True, lab=True, control=control, go_on=go_on),
        work,
        control,
    )


def is_asked(asked: int) -> bool:
    """Whether the end of the pipe of ``asked_to_stop`` can be read."""
    return bool(select([asked], [], [], 0)[0])


def _until_stopped(workspace: Workspace, start: Start, work: Work | None = None, control: str = "") -> None:
    asked = asked_to_stop()
    say("Starting ...")
    with ExitStack() as stack:
        done = stack.enter_context(_meanwhile(work or (lambda _: ""), asked))
        addresses: dict[str, str] = {}
        with suppress(Stopped):
            addresses |= stack.enter_context(start(_unless(asked)))
        text = done()
        if work and not is_asked(asked):
            addresses["Control"] = stack.enter_context(beside(workspace, addresses, control))
        if not is_asked(asked):
            _show(addresses, text)
        elif text:
            say(text)
        os.read(asked, 1)
    say("Stopped.")


def _unless(asked: int) -> Callable[[], None]:
    """Raises ``Stopped`` once it is asked for."""

    def go_on() -> None:
        if is_asked(asked):
            raise Stopped

    return go_on


@contextmanager
def _meanwhile(work: Work, asked: int) -> Iterator[Callable[[], str]]:
    """Work in a thread; gives what waits for its end and raises what it raised. Work that was stopped gives nothing."""
    over = Event()

    def go_on() -> None:
        if over.is_set() or is_asked(asked):
            raise Stopped

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(work, go_on)

        def done() -> str:
            try:
                return job.result()
            except Stopped:
                return ""

        try:
            yield done
        finally:
            over.set()


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
