"""A plan as the steps it is run in: what is shared has a name and is shown once, scans say what is pushed down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.base.span import Span
from workbench.events.query.backend import lookups, pages, path, rollups, sink, window
from workbench.events.query.backend.frame import Runner, Used
from workbench.events.query.backend.needs import needs, read, wants
from workbench.events.query.catalog import Stored, Walked
from workbench.events.query.explain.titles import title
from workbench.events.query.explain.words import listed, said
from workbench.events.query.kql.literals import FIRST, LAST
from workbench.events.query.plan import Aggregate, Bound, Filter, Limit, Node, Plan, Rows, Scan, Sort
from workbench.events.query.plan.walk import tables_in
from workbench.events.store.paths import Way, ways
from workbench.events.store.scan import covers
from workbench.events.store.snapshot import Snapshot
from workbench.events.tables import table

_COLUMNS = 12
"""Columns of a scan that are written out."""


@dataclass(frozen=True)
class Step:
    """One step: what it does, what is to be known of it, and the steps whose rows it takes."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    below: tuple["Step", ...] = ()


@dataclass(frozen=True)
class _Pushed:
    """What steps above a scan leave for it to do."""

    index: frozenset[str] = frozenset()
    newest: int | None = None


_LATER = ", cut further once the tables inside the conditions are read"
_NOTHING = _Pushed()


@dataclass
class Tree:
    """The steps of a plan. Nothing is read for them but what the store knows of its files."""

    plan: Plan
    runner: Runner
    names: dict[int, str] = field(default_factory=dict)
    """Names of tables that are used more than once, or stand inside an expression."""
    _sunk: dict[int, Node | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._needs = needs(self.plan.root)
        self._named = self._shared()

    def whole(self) -> Step:
        """The steps to the answer."""
        return self._step(self.plan.root, _NOTHING, top=True)

    def shared(self) -> list[tuple[str, Step]]:
        """The tables with a name, in the order in which they are needed first."""
        return [(self.names[id(node)], self._step(node, _NOTHING, top=True)) for node in self._named]

    def called(self, node: Node) -> str:
        """What a table inside an expression is called."""
        return self.names.get(id(node)) or title(node, self.called)

    def _shared(self) -> list[Node]:
        """Tables that several steps read, and those inside expressions; a bare table needs no name."""
        times: dict[int, int] = {}
        nodes: dict[int, Node] = {}
        for node, inside in self._uses():
            times[id(node)] = times.get(id(node), 0) + (2 if inside else 1)
            nodes.setdefault(id(node), node)
        found = [node for key, node in nodes.items() if times[key] > 1 and not isinstance(node, Scan | Rows)]
        written = {id(node): name for name, node in self.plan.tables}
        numbers = iter(range(1, len(found) + 1))
        self.names = {id(node): written.get(id(node)) or f"[{next(numbers)}]" for node in found}
        return found

    def _uses(self) -> Iterator[tuple[Node, bool]]:
        """Every use of a node by another, and whether it is inside an expression; each user is looked at once."""
        seen, open_ = {id(self.plan.root)}, [self.plan.root]
        while open_:
            for below, inside in self._read_by(open_.pop()):
                yield below, inside
                if id(below) not in seen:
                    seen.add(id(below))
                    open_.append(below)

    def _read_by(self, node: Node) -> list[tuple[Node, bool]]:
        sources, predicates = self._below(node), self._predicates(node)
        inside = [inner for each in predicates for inner in tables_in(each)] if predicates else tables_in(node)
        return [*((each, False) for each in sources), *((each, True) for each in inside)]

    def _below(self, node: Node) -> tuple[Node, ...]:
        """The nodes whose rows a step takes, once conditions are where they are checked."""
        if not isinstance(node, Filter):
            return node.below()
        source, _ = sink.stacked(node)
        lower = self._lower(node)
        return (lower,) if lower else (() if isinstance(source, Scan) else (source,))

    def _predicates(self, node: Node) -> list[Filter]:
        found = []
        while isinstance(node, Filter):
            found.append(node)
            node = node.source
        return found

    def _lower(self, node: Filter) -> Node | None:
        """The same rows with the conditions below a projection; None where they stay."""
        if id(node) not in self._sunk:
            self._sunk[id(node)] = sink.below(*sink.stacked(node), shared=self.runner.source.shared)
        return self._sunk[id(node)]

    def _step(self, node: Node, pushed: _Pushed, *, top: bool = False) -> Step:
        if not top and (name := self.names.get(id(node))):
            return Step(name)
        if isinstance(node, Scan):
            return self._scan(node, [], pushed)
        if isinstance(node, Filter):
            return self._filter(node, pushed)
        if isinstance(node, Aggregate) and (counts := rollups.used(node, self.runner)):
            return Step(title(node, self.called), (), (_counted(counts),))
        if isinstance(node, Limit) and pages.applies(node, self.runner):
            pushed = _Pushed(newest=node.count)
        handed = (_handed(node, pushed), *(_NOTHING for _ in node.below()[1:]))
        below = tuple(self._step(each, given) for each, given in zip(node.below(), handed, strict=False))
        return Step(title(node, self.called), (), below)

    def _filter(self, node: Filter, pushed: _Pushed) -> Step:
        if lower := self._lower(node):
            return self._step(lower, pushed)
        both = _Pushed(pushed.index | lookups.asked(node, self.runner.catalog), pushed.newest)
        source, predicates = sink.stacked(node)
        if isinstance(source, Scan):
            return self._scan(source, predicates, both)
        words = " and ".join(said(each, self.called) for each in predicates)
        return Step(f"where {words}", (), (self._step(source, both),))

    def _scan(self, node: Scan, predicates: Sequence[Bound], pushed: _Pushed) -> Step:
        found, rest = window.of(node.time, predicates, self.runner.span)
        if found is window.Whole.EMPTY:
            return Step(node.table, (("window", "empty: no moment fits all conditions, so nothing is read"),))
        span = found if isinstance(found, Span) else self.runner.span
        facts = [
            ("window", _window(span) + (_LATER if window.awaits(node.time, rest) else "")),
            ("conditions", " and ".join(said(each, self.called) for each in rest)),
            ("columns", self._columns(node, rest, span)),
            ("files", self._files(node, span)),
            ("index", listed(sorted(pushed.index))),
            ("order", f"newest first, until {pushed.newest:,} rows are found" if pushed.newest else ""),
        ]
        return Step(node.table, tuple((name, text) for name, text in facts if text))

    def _columns(self, node: Scan, rest: Iterable[Bound], span: Span | None) -> str:
        wanted = self._needs.get(id(node), set()) | wants(rest)
        names = read(node, wanted, self._ways(node, span), timed=self._cuts(node, span))
        return f"{len(names)} of {len(node.columns)}" + (f": {listed(names, _COLUMNS)}" if names else "")

    def _ways(self, node: Scan, span: Span | None) -> Mapping[Way, str]:
        """The members that the files of a window hold in columns of their own."""
        catalog, snapshot = self.runner.catalog, self._snapshot(node)
        if snapshot is None or not isinstance(catalog, Walked) or not catalog.ways(node.table):
            return {}
        return ways(table(node.table), snapshot.within(span))

    def _cuts(self, node: Scan, span: Span | None) -> bool:
        """Whether the time of each row has to be looked at, since the window ends within a file."""
        snapshot = self._snapshot(node)
        return span is not None and not (snapshot and covers(span, snapshot.within(span)))

    def _snapshot(self, node: Scan) -> Snapshot | None:
        catalog = self.runner.catalog
        return catalog.store.snapshot(node.table) if isinstance(catalog, Stored) else None

    def _files(self, node: Scan, span: Span | None) -> str:
        snapshot = self._snapshot(node)
        if snapshot is None:
            return "none: the table holds no rows" if isinstance(self.runner.catalog, Stored) else ""
        inside = snapshot.within(span)
        return f"{len(inside):,} of {len(snapshot.files):,}, {sum(file.rows for file in inside):,} rows"


def _window(span: Span | None) -> str:
    if span is None or (span.start == FIRST and span.end == LAST):
        return "all that is held"
    if span.end == LAST:
        return f"from {span.start.isoformat()} on"
    return f"before {span.end.isoformat()}" if span.start == FIRST else str(span)


def _handed(node: Node, pushed: _Pushed) -> _Pushed:
    """What a step leaves to the one below: an index finds rows below steps that let each row fare alone."""
    if path.below(node) is not None:
        return pushed
    return _Pushed(newest=pushed.newest) if isinstance(node, Sort | Limit) else _NOTHING


def _counted(counts: Used) -> Step:
    """A table whose rows are not read, since the store has counted them."""
    opened = f"{counts.opened:,} of {counts.files:,} opened, those without counts"
    by = listed(["hour", *counts.by])
    return Step(counts.table, (("counts", f"by {by}, in place of rows"), ("files", opened)))
