"""The parent's side of a child process: hand it a question, watch what it takes, kill it when that is too much."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import IO, Any
from weakref import finalize

import polars as pl

from workbench.base.errors import BadInput, BadQuery, LimitReached, StoreError, WorkbenchError
from workbench.base.span import Span
from workbench.events.query.kql.printer import text_of
from workbench.events.query.kql.syntax import Query
from workbench.events.query.limits import Limits
from workbench.events.query.plan import Plan, Texts

_GLANCE_SECONDS = 0.02
_PATIENCE_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ADVICE = "or narrow the question: a shorter window, more conditions, fewer columns."


class Worker:
    """A warm child process for one store, started with the first question and anew after a kill. One at a time."""

    def __init__(self, store: Path, *, accelerators: bool = True, reference: Path | None = None) -> None:
        self._store, self._accelerators, self._reference = store, accelerators, reference
        self._busy = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._ending: finalize[[subprocess.Popen[bytes]], Worker] | None = None
        self._idle = 0.0

    def run(self, plan: Plan, span: Span | None, limits: Limits) -> pl.DataFrame:
        """The rows of a plan, one more than asked for where there are more.

        Raises:
            LimitReached: it took too long or too much memory; the child has been killed.
        """
        with TemporaryDirectory(prefix="workbench-rows-") as folder:
            rows = Path(folder) / "rows.arrow"
            output = {"rows": limits.rows, "out": str(rows), "shown": plan.shown}
            self._answered({**_question(plan.query, plan.now, span), **output}, limits)
            return pl.read_ipc(rows.read_bytes())

    def look(self, query: Query, now: datetime, span: Span | None, limits: Limits) -> Sequence[Texts]:
        """What binding a query looks up in the data, in the order it asks.

        Raises:
            LimitReached: it took too long or too much memory; the child has been killed.
        """
        reply = self._answered({**_question(query, now, span), "look": True}, limits)
        return [tuple(map(tuple, texts)) for texts in reply["shown"]]

    def _answered(self, question: Mapping[str, object], limits: Limits) -> dict[str, Any]:
        with self._busy:
            child = self._started()
            try:
                self._send(child, question)
                reply = self._awaited(child, limits)
            except BaseException:
                self.stop()
                raise
        _raise(reply)
        return reply

    def give_up(self) -> None:
        """End the question under way, from another thread: whoever waits for it is told that the child has ended."""
        child = self._child
        if child is not None:
            child.kill()
            child.wait()

    def stop(self) -> None:
        """Kill the child, if there is one."""
        ending, self._ending, self._child = self._ending, None, None
        if ending is not None:
            ending()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.stop()
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            self._child = subprocess.Popen(
                [sys.executable, "-m", "workbench.events.query.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
            self._ending = finalize(self, _end, self._child)
            self._awaited(self._child, Limits(seconds=_PATIENCE_SECONDS))
            self._idle = _memory_mb(self._child.pid)
        return self._child

    def _send(self, child: "subprocess.Popen[bytes]", question: Mapping[str, object]) -> None:
        reference = None if self._reference is None else str(self._reference)
        place = {"store": str(self._store), "accelerators": self._accelerators, "reference": reference}
        request = {**place, **question}
        pipe = _pipe(child.stdin)
        try:
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise _ended(child) from None

    def _awaited(self, child: "subprocess.Popen[bytes]", limits: Limits) -> dict[str, Any]:
        pipe, started = _pipe(child.stdout), time.monotonic()
        while not select([pipe], [], [], _GLANCE_SECONDS)[0]:
            if limits.seconds is not None and time.monotonic() - started > limits.seconds:
                advice = f"Raise Limits(seconds=...), {_ADVICE}"
                raise LimitReached(f"The question took longer than {limits.seconds:g} seconds", next_step=advice)
            if limits.memory_mb is not None and _memory_mb(child.pid) - self._idle > limits.memory_mb:
                advice = f"Raise Limits(memory_mb=...), {_ADVICE}"
                raise LimitReached(f"The question took more than {limits.memory_mb} MB of memory", next_step=advice)
        line = pipe.readline()
        if not line:
            raise _ended(child)
        reply: dict[str, Any] = json.loads(line)
        return reply


def _question(query: Query, now: datetime, span: Span | None) -> dict[str, object]:
    window = [span.start.isoformat(), span.end.isoformat()] if span else None
    return {"kql": text_of(query), "now": now.isoformat(), "span": window}


def _ended(child: "subprocess.Popen[bytes]") -> WorkbenchError:
    """Why there is no answer: whoever wants memory back kills, and what kills itself is at fault."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE_SECONDS)
    if child.returncode is not None and child.returncode > 0:
        advice = (
            "This is a fault of the product: report it with the question. Asked in another way, it may be answered."
        )
        return WorkbenchError("The process that answered the question has broken off", next_step=advice)
    return LimitReached(
        "The process that answered the question has ended, most likely for lack of memory",
        next_step=f"Set Limits(memory_mb=...), {_ADVICE}",
    )


def _memory_mb(pid: int) -> float:
    """Resident memory; none for a process that has ended."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except (FileNotFoundError, IndexError, ProcessLookupError):
        return 0.0
    return int(pages) * _PAGE / 2**20


def _raise(reply: Mapping[str, str]) -> None:
    if "error" not in reply:
        return
    kinds: dict[str, type[WorkbenchError]] = {
        each.__name__: each for each in (LimitReached, BadInput, BadQuery, StoreError)
    }
    kind = kinds.get(reply["error"], WorkbenchError)
    raise kind(reply["what"], where=reply["where"], next_step=reply["next_step"])


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise TypeError("the child was started without a pipe")
    return pipe


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
