"""duckdb-kql over the same small tables: a second opinion on results. It knows nothing of ours."""

import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice, product
from typing import Any

import polars as pl

from tests.events.query.conftest import NOW, answer, tables
from tests.events.query.typed import AGGREGATES, EVERY, FORMS, LITERALS

DUCK = {
    "string": "VARCHAR", "datetime": "TIMESTAMP", "int": "INTEGER", "long": "BIGINT", "real": "DOUBLE",
    "bool": "BOOLEAN", "guid": "UUID", "dynamic": "JSON", "timespan": "INTERVAL", "decimal": "DECIMAL(34, 17)",
}  # fmt: skip
Answer = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]


class Unanswered(Exception):
    """The second engine does not know the construct."""


@cache
def _connection() -> Any:
    import duckdb_kql

    connection = duckdb_kql.connect(config={"enable_external_access": "false", "threads": 1})
    held = tables()
    for name in held.names():
        kinds = held.types(name)
        connection.execute(
            f'CREATE TABLE "{name}" ({", ".join(f"{each} {DUCK[kind]}" for each, kind in kinds.items())})'
        )
        rows = [tuple(map(_given, row, kinds.values())) for row in held.frames[name].iter_rows()]
        connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(kinds))})', rows)
    return connection


def _given(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "timespan":
        return value if isinstance(value, timedelta) else timedelta(microseconds=value)
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def theirs(question: str) -> Answer:
    """The second engine's answer.

    Raises:
        Unanswered: it refuses the question.
    """
    import duckdb_kql

    try:
        asked = duckdb_kql.kql(_connection(), question, allow_write=False, query_now=NOW)
        kinds = [str(kind) for kind in asked.types]
        rows = asked.fetchall()
    except Exception as error:
        raise Unanswered(f"{type(error).__name__}: {str(error)[:200]}") from error
    return tuple(asked.columns), tuple(tuple(map(_plain, row, kinds)) for row in rows)


def ours(question: str) -> Answer:
    """Our answer in the same form."""
    result = answer(question)
    kinds = [kind for _, kind in result.columns]
    rows = result.frame.with_columns(
        pl.duration(microseconds=name).alias(name)
        for name, kind in result.columns
        if kind == "timespan" and result.frame.schema[name] == pl.Int64
    ).iter_rows()
    return tuple(name for name, _ in result.columns), tuple(tuple(map(_plain, row, kinds)) for row in rows)


def _plain(value: Any, kind: str) -> Any:
    """A value that compares: text never null, dynamics read, numbers to 9 digits, moments without zone."""
    if value is None:
        return "" if kind in ("string", "VARCHAR") else None
    if kind in ("dynamic", "JSON") or isinstance(value, list):
        return json.dumps(_rounded(_read(value)), sort_keys=True, default=_written)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return _rounded(value) if isinstance(value, float | Decimal) else str(value) if kind in ("guid", "UUID") else value


def _written(value: Any) -> str:
    """A timespan or moment inside an array."""
    return str(value).zfill(8)


def _read(text: Any) -> Any:
    if isinstance(text, list):
        return text
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if not math.isfinite(number) else float(f"{number:.9g}")
    return value


def same(left: Answer, right: Answer, *, ordered: bool = False, sets: bool = False) -> bool:
    """Whether two answers are equal: names, and rows in any order where none was asked for.

    ``sets``: arrays hold the same elements, in whatever order.
    """
    rows = [[repr(tuple(map(_sorted, row)) if sets else row) for row in each[1]] for each in (left, right)]
    return left[0] == right[0] and (rows[0] == rows[1] if ordered else Counter(rows[0]) == Counter(rows[1]))


def _sorted(value: Any) -> Any:
    return sorted(json.loads(value), key=repr) if isinstance(value, str) and value.startswith("[") else value


def expressions(limit: int) -> list[str]:
    """Questions for every form of ``typed`` over columns and literals, some of each form."""
    found = []
    for forms in FORMS.values():
        for form, *kinds in forms:
            arguments = [[*_columns(kind), *LITERALS[kind]] for kind in kinds]
            for given in islice(_spread(arguments), limit):
                found.append(f"Every | project n, x = {form.format(*given)}")
    return found


def groupings(limit: int) -> list[str]:
    """Questions for every aggregate of ``typed``, over all rows and by a column."""
    found = []
    for form, _, kinds in AGGREGATES:
        arguments = [[*_columns(kind), *LITERALS[kind]] for kind in kinds]
        for given in islice(_spread(arguments), limit):
            found += [f"Every | summarize x = {form.format(*given)}{by}" for by in ("", " by b", " by s, i")]
    return found


def _columns(kind: str) -> list[str]:
    return [name for name, each in EVERY.items() if each == kind]


def _spread(arguments: list[list[str]]) -> Any:
    """Combinations, the far ends early: each argument's choices turn at their own pace."""
    every = list(product(*arguments))
    step = 7 if len(every) % 7 else 11
    return (every[(number * step) % len(every)] for number in range(len(every)))
