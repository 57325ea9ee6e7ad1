"""Limits of a request, held before anything is made of it."""

BODY_BYTES = 1024 * 1024
"""Of one request."""
DEPTH = 32
"""How deep a document may be nested before it is read; what is kept is held to less."""


def too_deep(body: bytes, most: int = DEPTH) -> bool:
    """Whether a JSON text is nested deeper than ``most``: by counting, since a reader would recurse."""
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    depth, text, skip = 0, False, False
    for char in body:
        if text:
            text, skip = (skip or char != 0x22), not skip and char == 0x5C
        elif char == 0x22:
            text = True
        elif char in b"[{":
            depth += 1
            if depth > most:
                return True
        elif char in b"]}":
            depth -= 1
    return False
