"""What became of one row of the ledger, version by version, for whoever may see the row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from workbench.ledger.audit import Selection
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Row

MOST = 50
"""Versions that are shown; the audit trail has all of them."""
_LINES = 2_000
"""Lines of two texts that are compared; longer ones are shown as they are, since the comparison is quadratic."""
_MARKS = {"+": "added", "-": "gone", "@": "place"}


@dataclass(frozen=True)
class Line:
    """A line of a comparison: ``mark`` is added, gone, place (between two parts), or empty for one that stayed."""

    mark: str
    text: str


@dataclass(frozen=True)
class Field:
    """One column that changed; ``lines`` compare it where either value is a text of several lines."""

    name: str
    before: object
    after: object
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Version:
    """One change: when (UTC, ISO 8601), by whom, what was done (create, edit, remove, restore), and why."""

    at: str
    by: str
    verb: str
    reason: str
    fields: tuple[Field, ...]


def history(ledger: Ledger, kind: type[Row], id_: str) -> list[Version]:
    """The latest changes of a row, newest first, as the audit trail has them."""
    name = kind.kind.name
    return [_version(each) for each in ledger.audit(Selection(object_kind=name, object_id=id_, limit=MOST))]


def compared(before: str, after: str) -> tuple[Line, ...]:
    """Two texts line by line, with two lines around what changed; nothing where they are too long to be compared."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > _LINES:
        return ()
    found = list(unified_diff(old, new, lineterm="", n=2))[2:]
    shown = found[1:] if found and found[0].startswith("@@ -1,") else found
    return tuple(Line(_MARKS.get(line[0], ""), line[1:] if line[0] != "@" else "…") for line in shown)


def _version(record: Mapping[str, object]) -> Version:
    before, after = _values(record["before"]), _values(record["after"])
    verb = str(record["verb"]).rpartition(".")[2]
    shown = [_field(name, before.get(name), after.get(name)) for name in after if not name.startswith("deleted_")]
    return Version(str(record["ts"]), str(record["actor"]), verb, str(record["reason"] or ""), tuple(shown))


def _values(document: object) -> Mapping[str, object]:
    return document if isinstance(document, dict) else {}


def _field(name: str, before: object, after: object) -> Field:
    texts: Sequence[object] = (before, after)
    is_text = all(isinstance(each, str) for each in texts) and any("\n" in str(each) for each in texts)
    return Field(name, before, after, compared(str(before), str(after)) if is_text else ())
