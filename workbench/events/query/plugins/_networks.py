"""What the plugins that look addresses up share."""

from workbench.events.query.binder import Binder
from workbench.events.query.kql.syntax import Expr, Literal
from workbench.events.query.operators._pairs import joined
from workbench.events.query.plan import Located, Node
from workbench.events.query.plugins._declare import Usage, column, flag


def located(use: Usage, source: Node, binder: Binder, *, version: int) -> Node:
    """The columns of both tables, as ``lookup`` gives them; the rows whose address lies in a network of the second."""
    table = binder.table(use.args["LookupTable"])
    address = column(use.args[f"SourceIPv{version}Key"], source, binder)
    network = column(use.args[f"IPv{version}LookupKey"], table, binder)
    if {address.type, network.type} != {"string"}:
        raise binder.error(use.tree, "Addresses and networks are text", "Convert them first with tostring().")
    extra, unmatched = _rest(use)
    names = tuple((column(tree, source, binder).name, column(tree, table, binder).name) for tree in extra)
    whole = joined(source, table, "inner", names, frozenset(name for _, name in names))
    outer = flag(unmatched, binder, "return_unmatched")
    return Located(
        source,
        table,
        address.name,
        network.name,
        version,
        names,
        outer,
        tuple(each for each in whole.output if each[0] in whole.types),
        columns=whole.columns,
    )


def _rest(use: Usage) -> tuple[tuple[Expr, ...], Expr | None]:
    """Further keys, and whether rows without a network are wanted: by name, or by a truth value in the last place."""
    last = use.more[-1] if use.more else None
    if isinstance(last, Literal) and last.type == "bool":
        return use.more[:-1], last
    return use.more, use.args.get("return_unmatched")
