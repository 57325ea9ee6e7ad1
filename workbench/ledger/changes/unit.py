"""What one job may do inside a transaction: every change brings its audit record and its row of the outbox."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.base.errors import BadInput, Clash, NotFound, Refused, Taken
from workbench.ledger.audit import Actor, Entry, Trail
from workbench.ledger.changes import reads
from workbench.ledger.changes.reads import Search
from workbench.ledger.changes.values import checked, defaults, fitting, table_of
from workbench.ledger.models import KEPT, Row
from workbench.ledger.models.ids import is_id, new_id

R = TypeVar("R", bound=Row)
SECRET = "(secret)"  # noqa: S105  # a mark in place of one
"""What the audit says of a column that never leaves the database."""
_TEXT, _ID = 4096, 500


@dataclass
class Unit:
    """The hand of one actor in one transaction."""

    connection: Connection
    trail: Trail
    actor: Actor
    at: datetime
    entries: list[Entry] = field(default_factory=list)
    outgoing: list[dict[str, object]] = field(default_factory=list)
    """Rows of the outbox."""
    denials: list[Entry] = field(default_factory=list)
    """What was refused; recorded also where the job fails."""

    def create(self, kind: type[R], values: Mapping[str, object], *, id_: str = "", reason: str = "") -> R:
        """Make a row; ``id_`` is for callers that name it themselves, so that doing it twice makes it once.

        Raises:
            BadInput: a value is missing or does not fit.
            UnknownName: there is no such column.
            Taken: the id, or a name of which there is one, is in use.
            NotFound: a row that it refers to does not exist.
        """
        if id_ and not is_id(id_):
            raise BadInput(f"{id_[:40]!r} is no id")
        whole = defaults(kind) | checked(kind, values, fixed=True)
        whole |= {name: make(whole[source]) for name, (source, make) in kind.kind.derived.items() if source in whole}
        lacking = sorted({column.key for column in table_of(kind).columns} - whole.keys() - KEPT)
        if lacking:
            raise BadInput(f"A {kind.kind.name} needs {', '.join(lacking)}")
        for name in kind.kind.derived:
            fitting(kind, table_of(kind).columns[name], whole[name])
        row = whole | self._marks() | {"id": id_ or new_id(), "version": 1, "deleted_by": None, "deleted_at": None}
        with _naming(kind, whole):
            self.connection.execute(insert(table_of(kind)), row)
        told = {name: value for name, value in whole.items() if value is not None}
        self._tell(kind, "create", row, after=told, reason=reason)
        return kind(**row)

    def edit(self, kind: type[R], id_: str, version: int, changes: Mapping[str, object], *, reason: str = "") -> R:
        """Change columns of a row that is still at ``version``; writing what stands there changes nothing.

        Raises:
            NotFound: there is no such row, or it was removed before.
            Clash: it is at another version, or was removed since; carries both values.
            Refused: its state does not allow the new one.
            Taken: a name of which there is one is in use.
            BadInput: a value does not fit, or the column is never changed.
            UnknownName: there is no such column.
        """
        new = checked(kind, changes)
        held = self._held(kind, id_, version, new)
        new = {name: value for name, value in new.items() if value != held[name]}
        if "state" in new:
            self._step(kind, id_, str(held["state"]), str(new["state"]))
        return kind(**(self._write(kind, held, new, "edit", reason) if new else held))

    def remove(self, kind: type[R], id_: str, version: int, *, reason: str = "") -> R:
        """Hide a row behind a tombstone; it can be restored. Raises as ``edit`` does."""
        held = self._held(kind, id_, version, {"deleted_at": self.at})
        return kind(**self._write(kind, held, {"deleted_by": self.actor.name, "deleted_at": self.at}, "remove", reason))

    def restore(self, kind: type[R], id_: str, version: int, *, reason: str = "") -> R:
        """Take a tombstone away. Raises as ``edit`` does; a row that was not removed is a ``Refused``."""
        held = self.values(kind, id_, removed=True)
        if held["version"] != version:
            raise clash(kind, id_, {"deleted_at": None}, held)
        if held["deleted_at"] is None:
            raise Refused(f"This {kind.kind.name} was not removed", where=id_)
        return kind(**self._write(kind, held, {"deleted_by": None, "deleted_at": None}, "restore", reason))

    def expire(self, kind: type[Row], id_: str, version: int, *, reason: str = "") -> None:
        """Let go of a row for good, at the end of the time for which it is kept; the audit has what became of it.

        The event store is told as of a removal. Raises as ``edit`` does, and ``Refused`` for what is not over: only a
        state after which nothing comes is an end.
        """
        held = self._held(kind, id_, version, {"deleted_at": self.at})
        if kind.kind.states.get(held.get("state", ""), held):
            raise Refused(f"This {kind.kind.name} is not over", where=id_)
        table = table_of(kind)
        self.connection.execute(delete(table).where(table.c.id == id_))
        gone = {"deleted_by": self.actor.name, "deleted_at": self.at}
        self._tell(kind, "expire", held | gone | {"version": version + 1}, after=gone, reason=reason)

    def touch(self, kind: type[Row], id_: str, beats: Mapping[str, object]) -> bool:
        """Write signs of life or progress: no version, no audit, no outbox. Gives whether the row is there.

        Raises:
            BadInput: a column is not for signs of life, or the value does not fit.
        """
        wrong = sorted(set(beats) - kind.kind.beats)
        if wrong:
            raise BadInput(f"{', '.join(wrong)} of a {kind.kind.name} is changed by edit only")
        table = table_of(kind)
        living = (table.c.id == id_) & table.c.deleted_at.is_(None)
        return bool(self.connection.execute(update(table).where(living).values(checked(kind, beats))).rowcount)

    def show(self, kind: type[Row], id_: str) -> None:
        """Have the event store told how a row stands after a touch, which by itself it is not; no version, no audit."""
        row = self.values(kind, id_)
        self._send(kind, row)

    def record(
        self,
        verb: str,
        object_kind: str,
        object_id: str,
        *,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> None:
        """Tell the audit of something that changes no row: a look at content, a denial, a log-in that failed.

        Texts that are too long are cut, since a look must never go unrecorded for what was looked at.
        """
        clean = {str(name): value for name, value in (after or {}).items()}
        self.entries.append(
            Entry(
                self.actor,
                _plain(verb, 64),
                _plain(object_kind, 64),
                _plain(object_id, _ID),
                after=_safe(clean),
                reason=_plain(reason, _TEXT),
            )
        )

    def get(self, kind: type[R], id_: str) -> R:
        """A row as it is in this transaction.

        Raises:
            NotFound: there is no such row, or it was removed.
        """
        return kind(**self.values(kind, id_))

    def find(self, kind: type[R], search: Search) -> list[R]:
        """A page of rows as they are in this transaction."""
        return reads.find_in(self.connection, kind, search)

    def number(self, kind: type[Row], search: Search) -> int:
        """How many rows there are in this transaction."""
        return reads.number_in(self.connection, kind, search)

    def values(self, kind: type[Row], id_: str, *, removed: bool = False) -> dict[str, Any]:
        """The columns of a row as they are in this transaction.

        Raises:
            NotFound: there is no such row, or it was removed and ``removed`` ones are not asked for.
        """
        table = table_of(kind)
        row = self.connection.execute(select(table).where(table.c.id == id_)).mappings().first()
        if row is None or (row["deleted_at"] is not None and not removed):
            raise NotFound(f"There is no {kind.kind.name} with this id", where=id_[:40])
        return dict(row)

    def _held(self, kind: type[Row], id_: str, version: int, mine: Mapping[str, object]) -> dict[str, Any]:
        """A row that is still at the version at hand; who was second is told also where the first removed it."""
        held = self.values(kind, id_, removed=True)
        if held["version"] != version:
            raise clash(kind, id_, mine, held)
        return self.values(kind, id_) if held["deleted_at"] is not None else held

    def _write(
        self, kind: type[Row], held: dict[str, Any], new: dict[str, object], verb: str, reason: str
    ) -> dict[str, Any]:
        table = table_of(kind)
        marks = {"updated_by": self.actor.name, "updated_at": self.at, "version": held["version"] + 1}
        here = (table.c.id == bindparam("its_id")) & (table.c.version == bindparam("its_version"))
        its = {"its_id": held["id"], "its_version": held["version"]}
        with _naming(kind, held | new):
            done = self.connection.execute(update(table).where(here), new | marks | its).rowcount
        if done != 1:
            raise clash(kind, held["id"], new, self.values(kind, held["id"], removed=True))
        row = held | new | marks
        self._tell(kind, verb, row, before={name: held[name] for name in new}, after=new, reason=reason)
        return row

    def _step(self, kind: type[Row], id_: str, held: str, new: str) -> None:
        """Hold a change of state against what may follow; the audit keeps the attempt where it is refused."""
        allowed = kind.kind.states.get(held, frozenset())
        if not kind.kind.states or new in allowed:
            return
        what = f"A {kind.kind.name} that is {held} cannot become {new}"
        self.denials.append(Entry(self.actor, "denied", kind.kind.name, id_, reason=what))
        after = f"After {held} comes {' or '.join(sorted(allowed))}." if allowed else f"Nothing comes after {held}."
        raise Refused(what, next_step=after)

    def _marks(self) -> dict[str, object]:
        who = self.actor.name
        return {"created_by": who, "created_at": self.at, "updated_by": who, "updated_at": self.at}

    def _tell(
        self,
        kind: type[Row],
        verb: str,
        row: dict[str, Any],
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object],
        reason: str,
    ) -> None:
        """The audit record and the outbox row of a change."""
        old, new = _masked(kind, before or {}), _masked(kind, after)
        named = kind.kind.name, str(row["id"])
        self.entries.append(Entry(self.actor, f"{named[0]}.{verb}", *named, old, new, _plain(reason, _TEXT)))
        if kind.kind.projected:
            self._send(kind, row)

    def _send(self, kind: type[Row], row: dict[str, Any]) -> None:
        """The outbox row of a state."""
        shown = {name: value for name, value in row.items() if name not in kind.kind.secret}
        self.outgoing.append(
            {"kind": kind.kind.name, "object_id": row["id"], "version": row["version"], "row": shown, "at": self.at}
        )


def clash(kind: type[Row], id_: str, mine: Mapping[str, object], held: Mapping[str, Any]) -> Clash:
    """What is told where somebody else was first."""
    theirs = _masked(kind, {name: held[name] for name in mine})
    did = "changed" if held["deleted_at"] is None else "removed"
    thing = f"{kind.kind.name.replace('_', ' ')} ({id_})"
    what = f"{held['updated_by']} {did} this {thing} meanwhile; it is at version {held['version']}"
    return Clash(what, mine=_masked(kind, mine), theirs=theirs, version=held["version"])


def _masked(kind: type[Row], values: Mapping[str, object]) -> dict[str, object]:
    return {name: SECRET if name in kind.kind.secret and value else value for name, value in values.items()}


def _plain(text: str, longest: int) -> str:
    """Text that any database keeps, cut where it is too long."""
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"


def _safe(values: Mapping[str, object]) -> dict[str, object]:
    return {
        _plain(name, 64): value if isinstance(value, bool | int | float | None) else _plain(str(value), _TEXT)
        for name, value in values.items()
    }


@contextmanager
def _naming(kind: type[Row], values: Mapping[str, object]) -> Iterator[None]:
    """What the database refuses, in our words."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig)
        name = f" named {str(values['name'])[:80]!r}" if "name" in values else ""
        if "foreign key" in said.lower():
            raise NotFound(f"What the {kind.kind.name} refers to does not exist") from None
        if "unique" in said.lower():
            raise Taken(
                f"Another {kind.kind.name}{name} exists already", next_step="Take another name, or change it."
            ) from None
        raise
