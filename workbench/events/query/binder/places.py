"""Tables by a name that is a text, and tables of other places: ``table("T")``, ``workspace("x").T``."""

from typing import TYPE_CHECKING

from workbench.events.query.kql.syntax import Call, Expr, Member, Name

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

HERE = "workbench"
"""The name under which this workspace is itself a place."""

_PLACES = ("workspace", "database", "cluster", "app", "resource")


def table_name(tree: Call, binder: "Binder") -> Name:
    """The table that ``table("T")`` names; a second argument, the scope of the data, means nothing here."""
    if not 1 <= len(tree.args) <= 2:
        raise binder.error(tree, "'table' takes the name of a table in quotes", 'Write table("EmailEvents").')
    return Name(str(binder.constant(tree.args[0], ("string",), "The name of a table").value), at=tree.at)


def is_place(tree: Expr) -> bool:
    """Whether it names a place, so that its member is a table there."""
    if isinstance(tree, Member):
        return is_place(tree.base)
    return isinstance(tree, Call) and tree.name in _PLACES


def within(tree: Member, binder: "Binder") -> Name:
    """The table of a place.

    Raises:
        BadQuery: the place is another one than this workspace.
    """
    base: Expr = tree.base
    while isinstance(base, Member):
        base = base.base
    if isinstance(base, Call):
        said = [str(binder.constant(each, ("string",), "The name of a place").value) for each in base.args]
        if [each.casefold() for each in said] != [HERE]:
            advice = f"Write the table alone: {tree.name}."
            raise binder.error(tree, f"Tables of another {base.name} are not here", advice)
    return Name(tree.name, at=tree.at)
