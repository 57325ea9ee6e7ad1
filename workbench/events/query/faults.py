"""Errors of the query room, with the place in the text they belong to."""

from collections.abc import Iterable

from workbench.base.errors import BadQuery, nearest


def bad(text: str, at: int, what: str, advice: str = "") -> BadQuery:
    """A query that cannot be read or bound; ``at`` is the offset at fault, -1 where the tree was built without text."""
    return BadQuery(what, position=max(at, 0), where=place(text, at), next_step=advice)


def unknown(text: str, at: int, kind: str, name: str, known: Iterable[str]) -> BadQuery:
    """A name that is looked up and is not there; the advice names the nearest ones."""
    return bad(text, at, f"There is no {kind} named {name!r}", did_you_mean(name, known))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean a, b or c?``, or nothing where no known name is like this one."""
    hits = nearest(name, known)
    if not hits:
        return ""
    return f"Did you mean {hits[0] if len(hits) == 1 else ', '.join(hits[:-1]) + ' or ' + hits[-1]}?"


def place(text: str, at: int) -> str:
    """``line 2, column 7``, both counted from one; empty where there is no text."""
    if not text or at < 0:
        return ""
    before = text[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - before.rfind(chr(10))}"
