"""A table on disk follows its declaration: columns that are gained or widened, and those that left."""

from collections.abc import Iterable
from pathlib import Path

from deltalake import DeltaTable, Field, Schema

from workbench.base.errors import StoreError
from workbench.events.store.log import change_metadata
from workbench.events.store.schema import PART, delta_schema, physical, text_columns
from workbench.events.store.snapshot import ABSENT
from workbench.events.tables import Table

_WIDENED = {("integer", "long")}
"""Types that grow without a file being rewritten: a reader takes the smaller for the larger."""


def behind(table: Table, delta: DeltaTable) -> tuple[str, ...]:
    """The columns that the schema on disk lacks, or has as a narrower type.

    Raises:
        StoreError: a column changed to a type that the files there cannot be read as.
    """
    before = {field.name: field for field in delta.schema().fields}
    after = {field.name: field for field in delta_schema(table).fields}
    changed = [name for name in after if name in before and before[name].type != after[name].type]
    _check(table, before, after, changed)
    return tuple(name for name in after if name not in before or name in changed)


def fit(table: Table, delta: DeltaTable, folder: Path) -> bool:
    """Bring the schema of a table on disk to its declaration, in one commit; whether there was anything to do.

    Files stay as they are: what a column gained is empty in the rows there are. A column that left the declaration
    stays in the schema and in the files, and moves with its rows when they are rewritten.

    Raises:
        StoreError: a column changed to a type that the files there are cannot be read as.
    """
    before = {field.name: field for field in delta.schema().fields}
    after = {field.name: field for field in delta_schema(table).fields}
    gained = [name for name in after if name not in before]
    widened = [name for name in after if name in before and before[name].type != after[name].type]
    _check(table, before, after, widened)
    if not gained and not widened:
        return False
    kept = [after.get(name, field) for name, field in before.items() if name != PART]
    schema = Schema([*kept, *(after[name] for name in gained), after[PART]])
    change_metadata(delta, folder, schema, {ABSENT: ",".join(_absent(table, delta, gained))})
    return True


def left(table: Table, delta: DeltaTable) -> tuple[str, ...]:
    """The columns on disk that the declaration no longer has."""
    return tuple(field.name for field in delta.schema().fields if field.name not in {*physical(table), PART})


def _absent(table: Table, delta: DeltaTable, gained: Iterable[str]) -> list[str]:
    known = delta.metadata().configuration.get(ABSENT, "").split(",")
    texts = set(text_columns(table))
    return sorted({*filter(None, known), *(name for name in gained if name in texts)})


def _check(table: Table, before: dict[str, Field], after: dict[str, Field], changed: Iterable[str]) -> None:
    for name in changed:
        was, now = (str(fields[name].type.type) for fields in (before, after))
        if (was, now) not in _WIDENED:
            raise StoreError(
                f"The column {name} of {table.name} is kept as {was} and is declared as {now} now",
                next_step=f"Write it out with the version that wrote it (workbench store export {table.name} ...), "
                "and import that into a new workspace.",
            )
