"""A view of the Explorer as a text: to read, compare, keep under version control, send, and run without a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from workbench.apps.explore.filter_values import Held, Property
from workbench.apps.explore.filters import EMPTY, Tree, read_filter, sentence
from workbench.apps.explore.rows import Sort
from workbench.apps.session import Workbench
from workbench.base.errors import BadInput, UnknownName
from workbench.base.render import visible
from workbench.base.span import Span, parse_span
from workbench.base.yaml_text import mapping_of
from workbench.views.explorer import (
    Field,
    Question,
    Spellings,
    Tab,
    View,
    crossing,
    histogram,
    questions,
    spellings_of,
    tabs,
    views,
    vocabulary,
    width,
)
from workbench.views.explorer import cross as cross_table
from workbench.views.explorer.pictures import AUTO

ROWS = "rows"
"""The list of the rows themselves, among the lists of a view."""
KEYS = ("view", "span", "filter", "by", "bins", "compare", "cross", "list", "columns", "sort", "kql")
LONGEST = 1_000_000
"""Characters of such a text."""
DEEPEST = 20
"""Levels in it: five groups inside each other need half of that."""
_HEAD = """\
# A view of the Explorer. Open it: wb.explorer(w, file="FILE"). Ask it: workbench explore run FILE
# The KQL follows from what stands above it and is made anew.
"""


@dataclass(frozen=True)
class Shape:
    """All that a reader chose: view, window, filter, pivot, list, columns and order; ``sort`` None is the usual one.

    ``bins`` is the width of the chart's bars, ``compare`` whether the time before is drawn too; ``cross`` are the
    fields of rows and columns of the table that stands in place of the chart, None for the chart.
    """

    view: View
    span: str
    tree: Tree
    by: str
    list: str = ROWS
    columns: tuple[str, ...] = ()
    sort: Sort | None = None
    bins: str = AUTO
    compare: bool = False
    cross: tuple[str, str] | None = None

    @property
    def tab(self) -> Tab | None:
        """The list beside that of the rows, if it is one."""
        return None if self.list == ROWS else tabs()[self.list]


@dataclass(frozen=True)
class Vocabulary:
    """What a view can be filtered by in a workspace: its properties, and the spellings that lists have in the data."""

    properties: tuple[Property, ...]
    spellings: Spellings

    @property
    def known(self) -> Mapping[str, Property]:
        """The properties by name."""
        return {each.name: each for each in self.properties}


def words(workbench: Workbench, view: View) -> Vocabulary:
    """The properties of a view with the values that its lists have in the data."""
    raw: dict[str, list[str]] = {}
    for name, value in workbench.kql(vocabulary(view)).frame.select("Field", "Value").sort("Field", "Value").rows():
        raw.setdefault(name, []).append(value)
    grouped = spellings_of(raw, {field.name: field.values for field in view.fields})
    found = [_property(field, grouped.get(field.name, {})) for field in view.fields if field.group]
    return Vocabulary(tuple(found), grouped)


def spelled(workbench: Workbench, view: View) -> Held:
    """Looks values of the lists of a view up in the data of a workspace, for those that no vocabulary has."""

    def held(name: str, text: str) -> str:
        found = workbench.kql(questions.spelling(view, name, text)).frame["Value"]
        return str(found[0]) if len(found) else ""

    return held


def written(shape: Shape, workbench: Workbench) -> str:
    """The text of a view, its query below; the query is for people and is not read back."""
    lines = query(shape, workbench).splitlines()
    return f"{_HEAD}{outline(shape)}kql: |\n" + "".join(f"  {line}\n" for line in lines)


def outline(shape: Shape) -> str:
    """The text of a view without its query, which is another one every time it is asked: what is kept by name."""
    sort = {"column": shape.sort.column, "descending": shape.sort.descending} if shape.sort else None
    told = {
        "view": shape.view.name,
        "span": shape.span,
        "by": shape.by,
        "bins": shape.bins if shape.bins != AUTO else None,
        "compare": shape.compare,
        "cross": dict(zip(("rows", "columns"), shape.cross, strict=True)) if shape.cross else None,
        "list": shape.list,
        "columns": list(shape.columns),
        "sort": sort,
        "filter": shape.tree if shape.tree["items"] else None,
    }
    whole = {key: value for key, value in told.items() if value}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def read(text: str, workbench: Workbench) -> Shape:
    """The view that a text describes.

    Raises:
        BadInput: it is no such text, or a value in it does not fit.
        UnknownName: a view, property, column or list that there is not; the error carries the nearest.
    """
    return _read(text, workbench.now, lambda view: (words(workbench, view).known, spelled(workbench, view)))


def declared(text: str, now: datetime) -> Shape:
    """The view that a text describes, held against what views declare: values of lists are taken as they are written.

    Raises as ``read``, but for values that the data do not have: those may come, or may have been.
    """
    return _read(text, now, lambda view: (_declared(view), lambda _name, value: value))


def filtered(shape: Shape) -> str:
    """The filter of a view as people say it; empty for one that keeps every row."""
    return sentence(shape.tree, _declared(shape.view))


def _read(text: str, now: datetime, known: Callable[[View], tuple[Mapping[str, Property], Held]]) -> Shape:
    given = _mapping(text)
    view = _named("view", given.get("view", "all_email"), views())
    for key in given:
        _one_of("part of a view's text", key, KEYS)
    by = _one_of("pivot", given.get("by", view.pivots[0]), view.pivots)
    chosen = _one_of("list", given.get("list", ROWS), (ROWS, *view.tabs))
    shown = _names(given.get("columns"), [each.field for each in view.columns])
    span = str(given.get("span", "7d"))
    bins = read_bins(given.get("bins"), parse_span(span, now))
    compare, cross = _flag("compare", given.get("compare")), _crossing(given.get("cross"), view)
    tree = read_filter(given.get("filter", dict(EMPTY)), *known(view))
    sort = _sort(given.get("sort"), view, chosen)
    return Shape(view, span, tree, by, chosen, shown, sort, bins, compare, cross)


def kept(path: Path) -> str:
    """The text of a file.

    Raises:
        BadInput: there is none, or it is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{visible(path)} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{visible(path)} is no text of a view: it is not UTF-8") from None


def question(shape: Shape, workbench: Workbench) -> Question:
    """What a view asks in a workspace, as of now."""
    span: Span = parse_span(shape.span, workbench.now)
    return Question(shape.view, span, shape.tree, words(workbench, shape.view).spellings)


def query(shape: Shape, workbench: Workbench) -> str:
    """The KQL of the list of a view."""
    return listing(question(shape, workbench), shape)


def listing(asked: Question, shape: Shape) -> str:
    """The KQL of the list of a view under a question that is known."""
    order = {"order": shape.sort.column, "descending": shape.sort.descending} if shape.sort else {}
    if shape.tab is not None:
        return questions.beside(asked, shape.tab, **order)  # type: ignore[arg-type]  # a name and a truth value
    shown = shape.columns or [each.field for each in shape.view.columns if each.default]
    return questions.rows(asked, shown, **order)  # type: ignore[arg-type]


def counting(asked: Question, shape: Shape) -> str:
    """The KQL of the picture over the list of a view, under a question that is known.

    Raises:
        BadInput: the window would have too many bars.
    """
    if shape.cross:
        return cross_table(asked, *shape.cross)
    return histogram(asked, shape.by, width(shape.bins, asked.span), compare=shape.compare)


def read_bins(given: object, span: Span) -> str:
    """The width of the bars of a chart over a window.

    Raises:
        UnknownName: there is no such width.
        BadInput: it does not fit the window.
    """
    bins = visible(AUTO if given in (None, "") else given, 80)
    width(bins, span)
    return bins


def _declared(view: View) -> Mapping[str, Property]:
    return {field.name: _property(field, {}) for field in view.fields if field.group}


class _Dumper(yaml.SafeDumper):
    """Writes texts that a plain or single-quoted scalar would not keep (lines of a kind of their own) with escapes."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if value.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _property(field: Field, spelled: Mapping[str, Any]) -> Property:
    values = tuple(dict.fromkeys([*field.values, *spelled]))
    return Property(
        field.name,
        field.label,
        field.kind,
        field.group,
        values,
        field.help,
        first=field.first,
        prose=field.prose,
        indicators=field.indicators,
    )


def _mapping(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadInput(f"A view's text of {len(text):,} characters is not read", next_step=f"At most {LONGEST:,} are.")
    try:
        given = mapping_of(text, deepest=DEEPEST)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadInput(f"This is no text of a view: {visible(' '.join(str(error).split()), 300)}") from None
    if not isinstance(given, dict):
        raise BadInput(
            "This is no text of a view", next_step=f"It has lines such as view: phish. Keys: {', '.join(KEYS)}."
        )
    return given


def _named(kind: str, name: object, known: Mapping[str, View]) -> View:
    return known[_one_of(kind, name, tuple(known))]


def _one_of(kind: str, name: object, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UnknownName(kind, visible(name, 80), known)
    return str(name)


def _names(given: object, known: list[str]) -> tuple[str, ...]:
    listed = given if isinstance(given, list) else []
    return tuple(_one_of("column", name, tuple(known)) for name in listed)


def _sort(given: object, view: View, chosen: str) -> Sort | None:
    if not isinstance(given, dict):
        return None
    columns = [each.field for each in view.columns]
    known = columns if chosen == ROWS else [each.name for each in tabs()[chosen].columns]
    down = _flag("descending", given.get("descending"))
    return Sort(_one_of("column", given.get("column", ""), tuple(known)), down)


def _flag(name: str, given: object) -> bool:
    text = str(given if given is not None else "no").casefold()
    if text not in ("true", "yes", "1", "false", "no", "0"):
        raise BadInput(f"{name} is yes or no, not {visible(text, 40)!r}")
    return text in ("true", "yes", "1")


def _crossing(given: object, view: View) -> tuple[str, str] | None:
    if given is None:
        return None
    sides = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    if sides.keys() != {"rows", "columns"}:
        raise BadInput("cross has no rows and columns", next_step="Write {rows: Subject, columns: UrlCount}.")
    return crossing(view, visible(sides["rows"], 80), visible(sides["columns"], 80))
