"""The process that answers questions which may have to be killed: ``python -m workbench.events.query.child``.

It reads one request a line from standard input, writes the rows as an Arrow file where the request says, and answers
with one line on standard output. It ends without a word when either does, which is when its parent is gone, in the
middle of a question too.
"""

import json
import os
import signal
import sys
import threading
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from workbench.base.errors import WorkbenchError
from workbench.base.span import Span
from workbench.events.query.binder import bind
from workbench.events.query.catalog import StoreCatalog
from workbench.events.query.kql.statements import parse
from workbench.events.query.running import collected, texts_of
from workbench.events.store import Store


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run one question and write its rows, or look at the data it is bound by; an error of ours becomes the answer."""
    try:
        reference = request["reference"] and Path(request["reference"])
        store = Store(Path(request["store"]))
        catalog = StoreCatalog(store, accelerators=request["accelerators"], reference=reference)
        query = parse(request["kql"], longest=len(request["kql"]) * 4)
        span = request["span"] and Span(*map(datetime.fromisoformat, request["span"]))
        look = partial(texts_of, catalog=catalog, span=span) if request.get("look") else None
        told = [tuple(map(tuple, texts)) for texts in request.get("shown", ())]
        plan = bind(query, catalog, now=datetime.fromisoformat(request["now"]), look=look, shown=told)
        if look:
            return {"shown": plan.shown}
        collected(plan, catalog, span, request["rows"]).write_ipc(request["out"])
    except WorkbenchError as error:
        kind = type(error).__name__
        return {"error": kind, "what": error.what, "where": error.where, "next_step": error.next_step}
    return {}


def main() -> None:
    """Answer requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    _say({})
    while True:
        _say(answer(json.loads(requests.get())))


def _listen(requests: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _say(message: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
