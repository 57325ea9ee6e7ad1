"""What ``explain`` gives: the plan and its tables as text, and with ``run`` what it took."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.base.span import Span
from workbench.events.query.backend.frame import Runner, Source, Used
from workbench.events.query.backend.nodes import build
from workbench.events.query.catalog import Catalog
from workbench.events.query.explain.tree import Step, Tree
from workbench.events.query.explain.words import listed
from workbench.events.query.limits import Limits
from workbench.events.query.plan import Plan
from workbench.events.query.running import run, used


@dataclass(frozen=True)
class Measured:
    """What a run of the question took: rows of the answer, seconds, and what indexes and counts were used."""

    rows: int
    seconds: float
    used: tuple[Used, ...] = ()


@dataclass(frozen=True)
class Explained:
    """A plan as steps, from the answer down to the tables.

    ``shared`` are tables with a name: those that several steps read, and those inside conditions. ``measured`` is None
    where the question was not run.
    """

    root: Step
    shared: tuple[tuple[str, Step], ...]
    span: Span | None
    measured: Measured | None = None

    @property
    def text(self) -> str:
        """The whole as lines for people; texts of the question are escaped as KQL escapes them."""
        parts = [_drawn(self.root), *(f"{name}:\n{_drawn(step, '  ')}" for name, step in self.shared)]
        if self.measured:
            parts.append("\n".join(_said(self.measured)))
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return self.text


def explain(plan: Plan, catalog: Catalog, *, span: Span | None = None, limits: Limits | None = None) -> Explained:
    """How a bound plan is run over these tables. No row is read to say so; with ``limits`` it is run, and measured.

    Raises:
        LimitReached: the run took too long or too much memory.
    """
    tree = Tree(plan, Runner(Source(catalog, span, build, plan.root, reads=False)))
    measured = _measured(plan, catalog, span, limits) if limits else None
    return Explained(tree.whole(), tuple(tree.shared()), span, measured)


def _measured(plan: Plan, catalog: Catalog, span: Span | None, limits: Limits) -> Measured:
    answer = run(plan, catalog, span=span, limits=limits)
    return Measured(answer.frame.height, answer.seconds, used(plan, catalog, span))


def _drawn(step: Step, indent: str = "") -> str:
    return "\n".join(f"{indent}{line}" for line in _lines(step, "", ""))


def _lines(step: Step, mark: str, rest: str) -> Iterator[str]:
    """A step, its facts under it, then the steps below with lines that lead to them."""
    yield f"{mark}{step.title}"
    under = f"{rest}{'│ ' if step.below else '  '}"
    yield from (f"{under}  {name}: {text}" for name, text in step.facts)
    for number, below in enumerate(step.below, start=1):
        last = number == len(step.below)
        yield from _lines(below, f"{rest}{'└─' if last else '├─'} ", f"{rest}{'   ' if last else '│  '}")


def _said(measured: Measured) -> Iterator[str]:
    rows = f"{measured.rows:,} row{'' if measured.rows == 1 else 's'}"
    yield f"{rows} in {measured.seconds:.3g} s"
    for each in measured.used:
        by = listed(list(each.by))
        if each.how == "index":
            yield f"{each.table}: the index of {by} left {each.opened:,} of {each.files:,} files to open"
        else:
            yield f"{each.table}: counts by {by}; {each.opened:,} of {each.files:,} files opened"
