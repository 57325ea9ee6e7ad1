"""Microsoft's own language service for KQL as a judge of syntax, binding and result columns.

It is the npm package ``@kusto/language-service-next`` (MIT) under plain Node; nothing is sent anywhere. The product
does not need it: measurements and tests use it where it is there.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.events.query import StoreCatalog
from workbench.events.store import Store
from workbench.events.tables import VIRTUAL, KqlType, table, tables, views

ROOT = Path(__file__).parents[1]
VARIABLE = "WORKBENCH_LANGUAGE_SERVICE"
_PLACE = "node_modules/@kusto/language-service-next"
_SCRIPT = Path(__file__).with_suffix(".js")
Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verdict:
    """What the service says of one query. ``open``: it does not know all result columns before the query runs."""

    syntax: tuple[str, ...]
    faults: tuple[str, ...]
    columns: Columns | None
    open: bool

    @property
    def clean(self) -> bool:
        """Whether the query can be read and every name and type goes together."""
        return not self.syntax and not self.faults


class Shown(StoreCatalog):
    """Every table with all columns it answers to in plain sight, retired tables too, as the service is told of them.

    For binding only: there are no rows.
    """

    def __init__(self) -> None:
        super().__init__(Store(Path("nowhere")), walked=False, accelerators=False)
        self._schemas = schemas()

    def names(self) -> Collection[str]:
        """Declared and retired tables."""
        return self._schemas

    def types(self, name: str) -> Mapping[str, KqlType]:
        """All columns, the hidden ones last."""
        return self._schemas[name]

    def type_of(self, name: str, column: str) -> KqlType | None:
        """The type of one of them."""
        return self._schemas[name].get(column)

    def time(self, name: str) -> str:
        """The time column."""
        return table(name).time if name in tables() else "Timestamp"


def declared() -> dict[str, dict[str, KqlType]]:
    """All tables, declared and retired, with the columns that ``*`` shows."""
    return {name: dict(each.types) for name, each in {**tables(), **views()}.items()}


def schemas() -> dict[str, dict[str, KqlType]]:
    """All tables, declared and retired, with all columns that they answer to."""
    found = {name: {**each.types, **_hidden(name)} for name, each in tables().items()}
    return found | {name: {**view.types, **_rest(view.types)} for name, view in views().items()}


def _hidden(name: str) -> dict[str, KqlType]:
    each = table(name)
    virtual = {column: kind for column, kind in VIRTUAL.items() if each.type_of(column) and column not in each.types}
    return virtual | {column: twin.type for column, twin in each.twins.items()}


def _rest(types: Mapping[str, KqlType]) -> dict[str, KqlType]:
    return {column: kind for column, kind in VIRTUAL.items() if column not in types}


def package(folder: str = "") -> Path | None:
    """Where the package lies: a folder, else that of the environment variable, else node_modules; None if nowhere."""
    found = Path(folder or os.environ.get(VARIABLE) or ROOT / _PLACE)
    return found if (found / "Kusto.Language.Bridge.min.js").is_file() and shutil.which("node") else None


ABSENT = f"needs node and npm's @kusto/language-service-next: npm install it, or name its folder in {VARIABLE}"


def version(folder: Path) -> str:
    """The package's version."""
    return str(json.loads((folder / "package.json").read_text("utf-8"))["version"])


Schemas = Mapping[str, Mapping[str, str]]


def judge(queries: Mapping[str, str], folder: Path, known: Schemas | None = None) -> dict[str, Verdict]:
    """The verdict on every query, by its id, over the tables given, else over ``schemas``.

    It starts in a second and takes some milliseconds a query.
    """
    lines = "\n".join(json.dumps({"id": key, "query": text}) for key, text in queries.items())
    with TemporaryDirectory() as place:
        listed = Path(place) / "schemas.json"
        listed.write_text(json.dumps(schemas() if known is None else known), "utf-8")
        command = ["node", str(_SCRIPT), str(folder), str(listed)]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    rows = map(json.loads, done.stdout.splitlines())
    return {row["id"]: _verdict(row) for row in rows}


def _verdict(row: Mapping[str, object]) -> Verdict:
    columns = row["columns"]
    named = None if columns is None else tuple((name, kind) for name, kind in columns)  # type: ignore[attr-defined]
    return Verdict(tuple(row["syntax"]), tuple(row["faults"]), named, bool(row["open"]))  # type: ignore[arg-type]
