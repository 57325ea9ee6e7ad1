"""Child processes that serve: started on a free port, waited for until they answer, stopped with all they started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.base.errors import WorkbenchError
from workbench.views.publish import tether

PATIENCE = 60.0
"""Seconds a server may take until it answers."""

GRACE = 8.0
"""Seconds a server may take to end its kernels before it is killed."""

_MORE = 2.0
"""Seconds more that the tether of a program may take."""

_POLL = 0.05
_TAIL = 12


@dataclass(frozen=True)
class Server:
    """A program that will listen on ``port``, and the path it answers on without a log-in."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    port: int
    path: str = "/login"


def free_port(ip: str) -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as held:
        held.bind((ip, 0))
        return int(held.getsockname()[1])


@contextmanager
def running(ip: str, *servers: Server, go_on: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Run servers side by side until the block ends, each as a process group of its own.

    ``go_on`` is called while they are waited for, and may raise to give that up.

    Raises:
        WorkbenchError: one ended or stayed silent; the message holds the end of its log.
    """
    with ExitStack() as stack:
        children = [(each, stack.enter_context(_started(each))) for each in servers]
        stack.callback(_ask_to_end, [child for _, child in children])
        for each, child in children:
            _wait(each, child, ip, go_on)
        yield


@contextmanager
def tethered(command: Sequence[str], grace: float, **given: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends with the block, and with this process whatever ends it, as a process group of its own.

    It is asked to end, and killed after ``grace`` seconds, with all that is left of its group. ``given`` is Popen's.
    """
    tied = [sys.executable, "-I", "-S", tether.__file__, str(grace), *command]
    child = subprocess.Popen(tied, stdin=subprocess.PIPE, start_new_session=True, **given)
    try:
        yield child
    finally:
        _stop(child, grace)
        if child.stdout:
            child.stdout.close()


@contextmanager
def _started(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A server whose log nobody else may read."""
    server.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    server.log.touch(mode=0o600)
    with ExitStack() as stack:
        with server.log.open("wb") as log:
            given = {"env": dict(server.environment), "cwd": server.folder, "stdout": log, "stderr": subprocess.STDOUT}
            child = stack.enter_context(tethered(server.command, GRACE, **given))
        yield child


def _wait(server: Server, child: subprocess.Popen[bytes], ip: str, go_on: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        go_on()
        if child.poll() is not None:
            raise _failed(server, f"{server.name} ended while starting (exit code {child.returncode})")
        if answers(ip, server.port, server.path):
            return
        time.sleep(_POLL)
    raise _failed(server, f"{server.name} did not answer within {PATIENCE:.0f} seconds")


def answers(ip: str, port: int, path: str = "/") -> bool:
    """Whether an HTTP server answers on the port with anything but a fault of its own."""
    request = f"GET {path} HTTP/1.0\r\nHost: {ip}:{port}\r\n\r\n".encode("ascii")
    with suppress(OSError), socket.create_connection((ip, port), timeout=5) as line:
        line.sendall(request)
        head = line.recv(64).split()
        return len(head) > 1 and head[0].startswith(b"HTTP/") and head[1] < b"500"
    return False


def _failed(server: Server, what: str) -> WorkbenchError:
    tail = server.log.read_text("utf-8", "replace").splitlines()[-_TAIL:]
    return WorkbenchError(what, where=str(server.log), next_step="\n".join(["The end of its log:", *tail]))


def _stop(child: subprocess.Popen[bytes], grace: float) -> None:
    """Ask for the end, wait for it, then kill whatever of the group is left."""
    _ask_to_end([child])
    with suppress(subprocess.TimeoutExpired):
        child.wait(grace + _MORE)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _ask_to_end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.stdin:
            child.stdin.close()
