"""What every widget shares: state goes to the browser, messages come from it, and one guard stands between."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import anywidget
from traitlets import Bool, Int, Unicode

from workbench.apps.ui.widgets.desk import Desk, Job
from workbench.base import wire
from workbench.base.errors import UnknownName, WorkbenchError
from workbench.base.render import visible

log = logging.getLogger(__name__)

Handler = Callable[[Any], object]

GIVE_UP = "give_up"
"""The message of a reader who waits no longer: every widget with a desk takes it."""
LEFT = "Given up. What is shown is as it was before; Refresh asks again."


class Part(anywidget.AnyWidget):
    """A widget whose traits only Python writes.

    A page asks by messages, each with a ``kind`` out of ``MESSAGES``; the method ``_got_<kind>`` reads it, trusting
    nothing, and changes traits. What a browser writes into a trait is dropped. Code that uses the widget listens to the
    ``EVENTS`` with ``on``.
    """

    MESSAGES: ClassVar[Mapping[str, str]] = {}
    """Kinds of messages from the browser, with what they ask for."""

    EVENTS: ClassVar[Mapping[str, str]] = {}
    """Events for Python, with what a handler is given."""

    LATEST: ClassVar[frozenset[str]] = frozenset()
    """Kinds of messages of which only the last counts: an earlier one that waits or is at work is given up."""

    desk: Desk | None = None
    """Where messages are read and answered; None does so at once, while the kernel waits."""

    fault = Unicode("", help="a plain sentence about what went wrong; empty when nothing did").tag(sync=True)
    busy = Bool(False, help="whether Python is at work on the next state").tag(sync=True)
    waits = Unicode("", help="what a reader waits for since a second, and can give up; else empty").tag(sync=True)
    version = Int(0, help="number of the drawn state; grows by one with every change").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._handlers: dict[str, list[Handler]] = {}
        super().__init__(**traits)
        self.on_msg(self._receive)

    def on(self, event: str, handler: Handler) -> Handler:
        """Have ``handler`` called with the value of each ``event``; what it raises becomes the fault line.

        Raises:
            UnknownName: the widget has no such event.
        """
        if event not in self.EVENTS:
            raise UnknownName("event", event, self.EVENTS, where=type(self).__name__)
        self._handlers.setdefault(event, []).append(handler)
        return handler

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Drop what a browser wrote into traits: it may ask by message only."""
        log.debug("%s: traits written by the page are ignored: %s", type(self).__name__, sorted(map(str, sync_data)))

    def deliver(self, name: str, data: bytes, mime: str = "application/octet-stream") -> None:
        """Have the browser save a file; the name is cut to harmless characters."""
        safe = "".join(char if char.isalnum() or char in "-_. " else "_" for char in visible(name, 120)).strip(" .")
        self.send({"kind": "file", "name": safe or "download", "mime": mime}, buffers=[data])

    def update(self, **traits: Any) -> None:
        """Set several traits as one message and count the version up."""
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)
            self.version += 1

    def tell(self, event: str, value: object) -> None:
        """Call the handlers of an event."""
        for handler in tuple(self._handlers.get(event, ())):
            handler(value)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        message = wire.mapping(content)
        kind = wire.choice(message, "kind", self.MESSAGES)
        if self.desk is None:
            if kind:
                self._handle(kind, message)
        elif message.get("kind") == GIVE_UP:
            self.desk.give_up()
        elif kind:
            key = (self, kind) if kind in self.LATEST else ()
            do = partial(self._handle, kind, message)
            self.desk.put(Job(do, partial(setattr, self, "waits"), partial(setattr, self, "fault", LEFT), key))

    def _handle(self, kind: str, message: Mapping[str, Any]) -> None:
        """The seam of widget callbacks: whatever goes wrong behind it is logged and shown, and the page lives on."""
        try:
            fault = ""
            getattr(self, f"_got_{kind}")(message)
        except WorkbenchError as error:
            fault = visible(error)
        except Exception as error:
            log.exception("%s: message %r failed", type(self).__name__, kind)
            fault = f"This did not work: an unexpected {type(error).__name__}. Details are in the log of the kernel."
        self.fault = fault


@contextmanager
def working(*parts: Part) -> Iterator[None]:
    """Show the parts as busy while the block runs."""
    for part in parts:
        part.busy = True
    try:
        yield
    finally:
        for part in parts:
            part.busy = False
