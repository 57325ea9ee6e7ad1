"""The line to a kernel: ready in milliseconds, since the kernel is known to be ready."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

from jupyter_core.utils import ensure_event_loop

from workbench.operations.runs.kernel import Kernel
from workbench.operations.runs.launch import CONNECTION

MOST_MESSAGE, MOST_WAITING = 16 * 1024**2, 16
"""Bytes of one message of a kernel, and how many wait to be read: what is larger is not taken in, and what is more
waits with the kernel, so that no output fills the memory of its reader."""

_HEARD_SECONDS = 0.25
PATIENCE_SECONDS = 30.0


class Held:
    """A kernel as nbclient asks for it. Its methods are coroutines: with others, limits on cells are ignored."""

    has_kernel = True

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._kernel.alive

    async def interrupt_kernel(self) -> None:
        """A run is ended with its kernel; nothing is interrupted."""


@contextmanager
def line(kernel: Kernel) -> Iterator[Any]:
    """A client of the kernel, in the event loop of this thread, which is closed afterwards.

    Raises:
        RuntimeError: the kernel does not answer.
    """
    loop = ensure_event_loop()
    loop.set_exception_handler(lambda *_: None)
    client = _client(kernel)
    try:
        loop.run_until_complete(_heard(client, kernel))
        yield client
    finally:
        client.stop_channels()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def _client(kernel: Kernel) -> Any:
    import zmq
    from jupyter_client.asynchronous.client import AsyncKernelClient

    client: Any = AsyncKernelClient()
    client.load_connection_file(str(kernel.folder / CONNECTION))
    client.allow_stdin = False
    client.is_alive = Held(kernel).is_alive
    client.context.setsockopt(zmq.MAXMSGSIZE, MOST_MESSAGE)
    client.context.setsockopt(zmq.RCVHWM, MOST_WAITING)
    client.start_channels(stdin=False, hb=False, control=False)
    return client


async def _heard(client: Any, kernel: Kernel) -> None:
    """Wait until what the kernel says reaches this client: what was said before it listened is lost.

    A kernel greets whoever begins to listen (``iopub_welcome``); one that does not is asked until an answer is heard.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while kernel.alive and time.monotonic() < until:
        try:
            await client.iopub_channel.get_msg(timeout=_HEARD_SECONDS)
        except Empty:
            client.kernel_info()
        else:
            return
    raise RuntimeError("the kernel does not answer")
