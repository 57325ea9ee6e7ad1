"""Work that goes on while a page is used: by a thread of the kernel, and by a process that can be ended."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import TypeVar

from workbench.apps.session import Workbench
from workbench.base.errors import WorkbenchError
from workbench.events.query import StoreCatalog

T = TypeVar("T")
_LOOP: ContextVar[asyncio.AbstractEventLoop | None] = ContextVar("loop", default=None)
_UNFORESEEN = WorkbenchError("This did not work", next_step="Details are in the log of the kernel.")


def aside(work: Callable[[], T], then: Callable[[T | WorkbenchError], object]) -> None:
    """Have a thread do some work, and the kernel's loop go on with what came of it, or with why nothing did.

    Outside of a kernel the work is waited for.
    """

    def outcome() -> T | WorkbenchError:
        try:
            return work()
        except WorkbenchError as error:
            return error

    loop = loop_of_kernel()
    if loop is None:
        then(outcome())
        return

    def run() -> None:
        found: T | WorkbenchError = _UNFORESEEN
        try:
            found = outcome()
        finally:
            loop.call_soon_threadsafe(then, found)

    threading.Thread(target=run, daemon=True).start()


def apart(workbench: Workbench) -> StoreCatalog:
    """The tables of a workspace, with a process of its own to ask them."""
    settings = workbench.workspace.settings
    return StoreCatalog(workbench.store, accelerators=settings.accelerators, reference=workbench.workspace.lookups)


def loop_of_kernel() -> asyncio.AbstractEventLoop | None:
    """The loop of the kernel, to which threads hand what they found; None outside of one, where they are waited for."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return _LOOP.get()


def context_of_kernel() -> Context:
    """What another thread of the kernel works in, so that it knows the loop too."""
    context = copy_context()
    context.run(_LOOP.set, loop_of_kernel())
    return context
