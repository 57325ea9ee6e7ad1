"""``getschema``: the columns of a table as rows."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Columns, Node, Rows
from workbench.events.query.types import NET

_COLUMNS: Columns = (
    ("ColumnName", "string"),
    ("ColumnOrdinal", "long"),
    ("DataType", "string"),
    ("ColumnType", "string"),
)


@dataclass(frozen=True, slots=True)
class GetSchema(Operator):
    """``getschema``."""


def _parse(_p: Parser, word: Token) -> GetSchema:
    return GetSchema(at=word.at)


def _show(_tree: GetSchema) -> str:
    return "getschema"


def _bind(_tree: GetSchema, source: Node, _binder: Binder) -> Rows:
    rows = tuple((name, number, NET[kind], kind) for number, (name, kind) in enumerate(source.columns))
    return Rows(rows, columns=_COLUMNS, ordered=True)


OPERATOR = OperatorKind(("getschema",), GetSchema, "The columns of the table as rows.", _parse, _show, _bind)
