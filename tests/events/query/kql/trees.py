"""Generated syntax trees, in the normal form in which the parser makes them."""

from hypothesis import strategies as st

from tests.events.query.kql.test_literals import VALUES
from workbench.events.query.functions import functions
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Logic,
    Member,
    Method,
    Name,
    Named,
    Nothing,
    Operator,
    Option,
    Parameter,
    Pattern,
    Pipeline,
    Placeholder,
    Query,
    Sign,
    Star,
    Term,
)
from workbench.events.query.kql.syntax import Let as LetStatement
from workbench.events.query.operators.as_name import As
from workbench.events.query.operators.count import Count
from workbench.events.query.operators.distinct import Distinct
from workbench.events.query.operators.evaluate import Evaluate
from workbench.events.query.operators.extend import ExtendBy
from workbench.events.query.operators.find import Find
from workbench.events.query.operators.getschema import GetSchema
from workbench.events.query.operators.invoke import Invoke
from workbench.events.query.operators.join import Join
from workbench.events.query.operators.lookup import Lookup
from workbench.events.query.operators.make_series import MakeSeries
from workbench.events.query.operators.mv_apply import MvApply
from workbench.events.query.operators.mv_expand import MvExpand
from workbench.events.query.operators.parse import Column, Gap, Parse
from workbench.events.query.operators.parse_kv import ParseKv
from workbench.events.query.operators.partition import Partition
from workbench.events.query.operators.print_row import Print
from workbench.events.query.operators.project import Project
from workbench.events.query.operators.project_away import ProjectAway
from workbench.events.query.operators.project_rename import ProjectRename
from workbench.events.query.operators.project_reorder import ProjectReorder
from workbench.events.query.operators.range_rows import Range
from workbench.events.query.operators.render import Render
from workbench.events.query.operators.sample import Sample
from workbench.events.query.operators.sample_distinct import SampleDistinct
from workbench.events.query.operators.search import Search
from workbench.events.query.operators.serialize import Serialize
from workbench.events.query.operators.sort import By, SortBy
from workbench.events.query.operators.summarize import Summarize
from workbench.events.query.operators.take import Take
from workbench.events.query.operators.top import Top
from workbench.events.query.operators.top_hitters import TopHitters
from workbench.events.query.operators.top_nested import Level, TopNested
from workbench.events.query.operators.union import Union
from workbench.events.query.operators.where import Where
from workbench.events.query.plugins import Schema

NAMES = st.one_of(
    st.sampled_from(
        [
            "a",
            "Subject",
            "x1",
            "has",
            "in",
            "by",
            "count",
            "print",
            "true",
            "TRUE",
            "$table",
            "a b",
            "7Zip",
            "it's",
            "dynamic",
            "é",
            "union",
            "",
        ]
    ),
    st.text(alphabet="abcXYZ_09", min_size=1, max_size=6),
)
INFIX = [each for each in functions().values() if each.infix and each.infix not in ("list", "range")]
LISTS = [each.name for each in functions().values() if each.infix == "list"]
RANGES = [each.name for each in functions().values() if each.infix == "range"]

names = NAMES.map(Name)
dynamics = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(alphabet='ab"\\é\n', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(lambda op, left, right: Binary(op.name, left, right), st.sampled_from(INFIX), inner, inner),
        st.builds(_logic, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4)),
        st.builds(Among, st.sampled_from(LISTS), inner, several),
        st.builds(Between, st.sampled_from(RANGES), inner, inner, inner),
        st.builds(Call, st.sampled_from(["f", "strcat", "tolower", "max_of"]), several),
        st.builds(Sign, st.sampled_from("-+"), inner).filter(_is_sign),
        st.builds(Member, inner, NAMES),
        st.builds(Method, inner, st.builds(Call, st.sampled_from(["f", "database"]), several)),
        st.builds(Index, inner, inner),
    )


def _logic(op: str, operands: list[Expr]) -> Expr:
    flat = [
        each for part in operands for each in (part.operands if isinstance(part, Logic) and part.op == op else (part,))
    ]
    return Logic(op, tuple(flat))


def _is_sign(tree: Expr) -> bool:
    """A plus before a number is nothing, so the parser makes no such tree."""
    return isinstance(tree, Sign) and not (tree.op == "+" and isinstance(tree.operand, Literal))


placeholders = st.builds(Placeholder, st.sampled_from(["start", "time_range"]))
expressions: st.SearchStrategy[Expr] = st.recursive(st.one_of(names, VALUES, placeholders), _grown, max_leaves=12)
items = st.builds(lambda tree, name: Named(tree, (name,) if name is not None else ()), expressions, st.none() | NAMES)
lists = st.lists(items, min_size=1, max_size=3).map(tuple)
keys = st.builds(By, expressions, st.sampled_from(["", "asc", "desc"]), st.sampled_from(["", "first", "last"]))
columns = st.lists(names, min_size=1, max_size=3).map(tuple)

words = st.text(alphabet='ab"\\*\n', min_size=1, max_size=4)
types = st.sampled_from(["long", "string", "datetime"])
TYPED = st.lists(st.tuples(NAMES, types), min_size=1, max_size=2).map(tuple)


def _parted(pieces: list[object]) -> tuple[object, ...]:
    """Texts that follow each other are one text."""
    return tuple(each for number, each in enumerate(pieces) if not (number and _texts(pieces[number - 1], each)))


def _texts(*pieces: object) -> bool:
    return all(isinstance(each, str) for each in pieces)


parsing: st.SearchStrategy[Operator] = st.one_of(
    st.builds(
        Parse,
        expressions,
        st.lists(st.one_of(words, st.just(Gap()), st.builds(Column, NAMES, st.none() | types)), min_size=1).map(
            _parted
        ),
        st.sampled_from(["", "simple", "regex", "relaxed"]),
        st.sampled_from(["", "Ui"]),
        st.booleans(),
    ),
    st.builds(
        ParseKv,
        expressions,
        TYPED,
        st.lists(
            st.tuples(st.sampled_from(["quote", "regex"]), words)
            | st.tuples(st.just("greedy"), st.sampled_from(["true", "false"])),
            max_size=2,
        ).map(tuple),
    ),
)
levels = st.builds(Level, items, items, st.none() | expressions, st.none() | expressions, st.booleans())
ranking: st.SearchStrategy[Operator] = st.one_of(
    st.builds(Sample, expressions),
    st.builds(SampleDistinct, expressions, names),
    st.builds(TopHitters, expressions, names, st.none() | expressions),
    st.builds(TopNested, st.lists(levels, min_size=1, max_size=2).map(tuple)),
    st.builds(Invoke, st.builds(Call, st.sampled_from(["f", "count"]), st.lists(expressions, max_size=2).map(tuple))),
)
sought = st.recursive(
    st.one_of(expressions, st.just(Star()), words.map(lambda text: Literal(text, "string"))),
    lambda inner: st.one_of(
        st.builds(Term, names | st.just(Star()), VALUES),
        st.builds(_logic, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=4,
)
looked_in = st.lists(names | st.just(Pattern("Email*")), max_size=2).map(tuple)
searches = st.builds(Search, sought, looked_in, st.booleans())
finds = st.builds(
    Find,
    sought,
    looked_in,
    st.just("") | NAMES.filter(bool),
    st.none() | st.lists(st.tuples(NAMES, st.none() | types), min_size=1, max_size=2).map(tuple),
)

operators: st.SearchStrategy[Operator] = st.one_of(
    parsing,
    ranking,
    searches,
    st.builds(Where, expressions),
    st.builds(ExtendBy, lists),
    st.builds(Project, lists),
    st.builds(Distinct, lists),
    st.builds(ProjectAway, columns),
    st.builds(ProjectRename, lists),
    st.builds(
        ProjectReorder, st.lists(st.tuples(names, st.sampled_from(["", "asc", "granny-desc"])), min_size=1).map(tuple)
    ),
    st.builds(Summarize, st.just(()) | lists, lists),
    st.builds(Summarize, lists),
    st.builds(SortBy, st.lists(keys, min_size=1, max_size=3).map(tuple)),
    st.builds(Top, expressions, keys),
    st.builds(Take, expressions),
    st.builds(Count, NAMES),
    st.builds(As, NAMES),
    st.builds(Serialize, st.just(()) | lists),
    st.just(GetSchema()),
    st.builds(
        Evaluate,
        NAMES,
        st.lists(expressions, max_size=2).map(tuple),
        st.none()
        | st.builds(Schema, st.lists(st.tuples(NAMES, st.just("long")), max_size=2).map(tuple), st.booleans()),
    ),
    st.builds(Lookup, names, columns, st.sampled_from(["", "inner"])),
    st.builds(
        MvExpand,
        st.lists(st.tuples(items, st.sampled_from([None, "long", "string"])), min_size=1, max_size=2).map(tuple),
        st.booleans(),
        st.just("") | NAMES.filter(bool),
        st.none() | expressions,
        st.booleans(),
    ),
    st.builds(
        Render,
        st.sampled_from(["timechart", "piechart"]),
        st.lists(st.tuples(st.sampled_from(["title", "kind"]), st.text(max_size=5)), max_size=2).map(tuple),
    ),
)
"""Operators without tables inside."""

sums = expressions.filter(lambda tree: not isinstance(tree, Logic | Among | Between | Binary))
"""Expressions that no word such as ``in`` can follow as their own."""

_series_items = st.lists(st.tuples(items, st.none() | expressions), min_size=1, max_size=2).map(tuple)
_axes = st.builds(lambda tree, name: Named(tree, (name,) if name else ()), sums, st.just("") | NAMES)
_inner = st.lists(operators, min_size=1, max_size=2).map(tuple)
grouping: st.SearchStrategy[Operator] = st.one_of(
    st.builds(
        MakeSeries,
        _series_items,
        _axes,
        expressions,
        st.none() | expressions,
        st.none() | expressions,
        st.just(()) | lists,
        st.just(False),
        st.booleans(),
    ),
    st.builds(MakeSeries, _series_items, _axes, expressions, expressions, expressions, inclusive=st.just(True)),
    st.builds(
        MvApply,
        st.lists(st.tuples(items, st.sampled_from([None, "long", "string"])), min_size=1, max_size=2).map(tuple),
        _inner,
        st.just("") | NAMES.filter(bool),
        st.none() | expressions,
    ),
    st.builds(Partition, names, _inner),
)
"""Operators that group rows, some with a pipeline inside."""

sources = st.one_of(
    names,
    placeholders,
    searches,
    finds,
    st.builds(Print, lists),
    st.builds(Range, NAMES, expressions, expressions, expressions),
    st.builds(
        Union,
        st.lists(names, min_size=1, max_size=3).map(tuple),
        st.sampled_from(["", "inner"]),
        st.just("") | NAMES.filter(bool),
        st.booleans(),
    ),
)


def _pipelines(source: Expr | Operator, steps: list[Operator]) -> Expr:
    return source if isinstance(source, Expr) and not steps else Pipeline(source, tuple(steps))


simple: st.SearchStrategy[Expr] = st.builds(_pipelines, sources, st.lists(operators, max_size=3))
tables = simple.filter(lambda tree: isinstance(tree, Pipeline | Name))
joins = st.builds(Join, tables, columns, st.sampled_from(["", "inner", "leftouter", "rightanti"]))
unions = st.builds(Union, st.lists(tables, min_size=1, max_size=2).map(tuple))
members = st.builds(
    lambda op, value, table: Where(Among(op, value, (table,))), st.sampled_from(LISTS), expressions, tables
)
pipelines: st.SearchStrategy[Expr] = st.builds(
    _pipelines, sources, st.lists(operators | grouping | joins | unions | members, max_size=4)
)
lets = st.lists(st.builds(LetStatement, NAMES, expressions | tables), max_size=2).map(tuple)


options = st.lists(st.builds(Option, NAMES.filter(bool), st.sampled_from(["", "5", '"a"'])), max_size=1).map(tuple)
parameters = st.lists(st.builds(Parameter, NAMES, types), max_size=1).map(tuple)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Whole queries; a function of its own, so that a failing example is not described by the whole grammar."""
    before = draw(lets)
    body = draw(st.just(Nothing()) | pipelines if before else pipelines)
    return Query(body, before, draw(options), draw(parameters))


@st.composite
def scalars(draw: st.DrawFn) -> Expr:
    """Scalar expressions."""
    return draw(expressions)
