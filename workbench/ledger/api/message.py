"""The content of a message on the wire."""

from workbench.ledger.api.wire import Message


class LinkHeld(Message):
    """Where a link leads, written so that nothing makes a link of it."""

    shown: str
    url: str
    host: str
    location: str


class FileHeld(Message):
    """Something attached."""

    name: str
    kind: str
    size: int


class MessageBody(Message):
    """A message as plain text: none of it is markup, whatever it looks like."""

    sha256: str
    headers: list[tuple[str, str]]
    text: str
    source: str
    """html, plain or none."""
    cut: int
    """Characters that are not shown."""
    links: list[LinkHeld]
    files: list[FileHeld]
    faults: list[str]
