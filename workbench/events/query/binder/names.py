"""The names of results: what Kusto calls a column whose expression has none, and no name twice."""

from collections.abc import Container, Iterable

from workbench.events.query.functions import aggregates, functions
from workbench.events.query.kql.syntax import Call, Expr, Index, Literal, Member, Name, Named

_WRITTEN_OUT = {"rand": "first"}
"""How results of functions are named that the binder says with others."""


def result_name(tree: Expr) -> str | None:
    """The name an expression lends its result; None where one has to be made up."""
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Named) and tree.names:
        return tree.names[0]
    if isinstance(tree, Member):
        return _joined(result_name(tree.base), tree.name)
    if isinstance(tree, Index):
        return _joined(result_name(tree.base), _key(tree.index))
    return _call_name(tree) if isinstance(tree, Call) else None


def looked_up(tree: Expr, columns: Container[str]) -> str | None:
    """The column that ``column_ifexists`` finds, which names its result; None for all else."""
    if not isinstance(tree, Call) or tree.name not in ("column_ifexists", "columnifexists") or not tree.args:
        return None
    name = tree.args[0].value if isinstance(tree.args[0], Literal) else None
    return name if isinstance(name, str) and name in columns else None


def aggregate_name(tree: Call) -> str | None:
    """``sum_x`` of ``sum(x)``; ``percentile_x_99_9`` names the rank too; None where a name has to be made up."""
    declared = aggregates()[tree.name]
    if declared.outputs == "ranks":
        return rank_names(tree)[0]
    first = result_name(tree.args[0]) if tree.args else None
    return first if declared.named == "first" else f"{declared.named}{first or ''}"


def rank_names(tree: Call) -> list[str]:
    """The names of the columns that percentiles give, one for each rank."""
    declared = aggregates()[tree.name]
    fixed = sum(not slot.constant for slot in declared.signature.slots)
    first = result_name(tree.args[0]) or ""
    return [f"{declared.named}{first}_{_rank(arg)}".rstrip("_") for arg in tree.args[fixed:]]


def _rank(arg: Expr) -> str:
    return str(arg.value).replace(".", "_") if isinstance(arg, Literal) else ""


class Namer:
    """Gives out names, each once: ``x``, ``x1``, ``x2``; and ``Column1``, ``Column2`` to what has none."""

    def __init__(self, avoid: Iterable[str] = (), *, replacing: bool = False) -> None:
        """Made-up names are not among those to ``avoid``. With ``replacing``, a name may be given out again."""
        self.taken: set[str] = set()
        self.given: set[str] = set()
        self._avoid, self._replacing, self._count = frozenset(avoid), replacing, 0

    def fresh(self, name: str | None) -> str:
        """A free name as near to this one as can be."""
        if name is None:
            return self._next()
        found, number = name, 0
        while found in self.taken and not self._replacing:
            number += 1
            found = f"{name}{number}"
        self.taken.add(found)
        return found

    def _next(self) -> str:
        self._count += 1
        while f"Column{self._count}" in self._avoid:
            self._count += 1
        return self.fresh(f"Column{self._count}")


def _joined(base: str | None, step: str | None) -> str | None:
    return step if base is None else f"{base}_{step or ''}"


def _key(index: Expr) -> str | None:
    if isinstance(index, Literal) and isinstance(index.value, str | int):
        return "" if isinstance(index.value, int) and index.value < 0 else str(index.value)
    return None


def _call_name(tree: Call) -> str | None:
    if tree.name in aggregates():
        made_up = not aggregates()[tree.name].named or aggregates()[tree.name].outputs == "ranks"
        return None if made_up else aggregate_name(tree)
    if tree.name == "ingestion_time":
        return "$IngestionTime"
    named = functions()[tree.name].named if tree.name in functions() else _WRITTEN_OUT.get(tree.name, "")
    if not named:
        return None
    first = result_name(tree.args[0]) if tree.args else None
    if named == "only":
        return first if len(tree.args) == 1 else None
    return first if named == "first" else f"{named}{first or ''}"
