"""``bag_unpack``: a column for each key of a bag (documentation page "bag_unpack plugin")."""

import json
from collections.abc import Iterable, Mapping

from workbench.events.query.binder import Binder
from workbench.events.query.binder.calls import as_type
from workbench.events.query.plan import (
    Aggregate,
    Bound,
    Const,
    Expand,
    Expansion,
    Limit,
    Node,
    Path,
    Ref,
    apply,
    extended,
    kept,
    like,
    projected,
)
from workbench.events.query.plugins._declare import MOST_COLUMNS, Plugin, Schema, Usage, column, guesses, words
from workbench.events.query.types import TYPES
from workbench.events.tables import KqlType

_PAIR = "pair"
_CONFLICTS = ("error", "replace_source", "keep_source")
_MOST_KINDS = 6
"""Types that the values of one key may have: five plain ones, and what is a bag, an array or null."""


def _bind(use: Usage, source: Node, binder: Binder) -> Node:
    given = column(use.args["Column"], source, binder)
    bag = as_type(given, "dynamic", use.tree, binder)
    prefix = words(use.args.get("OutputColumnPrefix"), binder, "The prefix")
    others = [name for name in source.types if name != given.name]
    if use.schema:
        items = _declared(use.schema, source.types, (bag, prefix, given.name), use, binder)
        names = [*(others if use.schema.star else ()), *dict(use.schema.columns)]
    else:
        kinds = _kinds(bag, source, (prefix, given.name), use, binder)
        items, names = _items(bag, kinds, prefix, use, binder), [*others, *kinds]
    return kept(extended(source, tuple(items.items())), {name: name for name in names})


def _declared(
    schema: Schema, types: Mapping[str, KqlType], own: tuple[Bound, str, str], use: Usage, binder: Binder
) -> dict[str, Bound]:
    """The declared columns: those of the source as what they are declared to be, all others from the bag."""
    bag, prefix, given = own
    made = {name: kind for name, kind in schema.columns if name not in types or name == given}
    there = [(name, kind) for name, kind in schema.columns if name not in made]
    cast = {name: as_type(Ref(name, type=types[name]), kind, use.tree, binder) for name, kind in there}
    return cast | _items(bag, made, prefix, use, binder)


def _kinds(bag: Bound, source: Node, own: tuple[str, str], use: Usage, binder: Binder) -> dict[str, KqlType]:
    """The columns that the bags make, and those that the query names further on."""
    prefix, given = own
    found = {f"{prefix}{key}": kind for key, kind in _keys(bag, source, use, binder).items()}
    found = _settled(found, source, given, use, binder)
    named = guesses({**source.types, **found}, "no bag has such a key", binder)
    return {**found, **dict.fromkeys(named, binder.sight.kind)}


def _items(bag: Bound, kinds: Mapping[str, KqlType], prefix: str, use: Usage, binder: Binder) -> dict[str, Bound]:
    """The columns, each the value at the key that its name without the prefix is."""
    return {
        name: as_type(_member(bag, name.removeprefix(prefix)), kind, use.tree, binder) for name, kind in kinds.items()
    }


def _member(bag: Bound, step: str | int) -> Path:
    return Path(bag, (step,), type="dynamic", size=bag.size + 1, depth=bag.depth + 1, reach=bag.reach)


def _keys(bag: Bound, source: Node, use: Usage, binder: Binder) -> dict[str, KqlType]:
    """The keys that the bags have, each with the one type of its values, or dynamic where they differ."""
    binder.sight.open = True
    shown = binder.sight.rows(_listing(bag, source))
    if shown is None:
        binder.note("bag_unpack makes columns of the data: until it is asked, only those named here are known.")
    kinds: dict[str, set[KqlType]] = {}
    for (text,) in shown or ():
        kind, _, key = text.partition(" ")
        kinds.setdefault(key, set()).update(each for each in TYPES if each == kind)
    if len(kinds) > MOST_COLUMNS:
        what = f"The bags have more than {MOST_COLUMNS:,} different keys"
        raise binder.error(use.tree, what, "Declare those you want: evaluate bag_unpack(x) : (*, a:string).")
    ignored = _ignored(use, binder)
    return {key: _only(kinds[key]) for key in sorted(kinds) if key and key not in ignored}


def _only(kinds: Iterable[KqlType]) -> KqlType:
    each = list(kinds)
    return each[0] if len(each) == 1 else "dynamic"


def _ignored(use: Usage, binder: Binder) -> frozenset[str]:
    tree = use.args.get("ignoredProperties")
    if tree is None:
        return frozenset()
    held = json.loads(str(binder.constant(tree, ("dynamic",), "What is ignored").value))
    return frozenset(map(str, held if isinstance(held, list) else [held]))


def _settled(found: Mapping[str, KqlType], source: Node, own: str, use: Usage, binder: Binder) -> dict[str, KqlType]:
    """The columns to make where some names are there already."""
    direction = words(use.args.get("columnsConflict"), binder, "The direction") or _CONFLICTS[0]
    if direction not in _CONFLICTS:
        raise binder.error(use.tree, f"A conflict of columns is settled by one of {', '.join(_CONFLICTS)}")
    clashes = [name for name in found if name in source.types and name != own]
    if clashes and direction == "error":
        advice = "Give the new ones a prefix, or say columnsConflict='replace_source' or 'keep_source'."
        raise binder.error(use.tree, f"The column {clashes[0]!r} is there already", advice)
    return {name: kind for name, kind in found.items() if direction == "replace_source" or name not in clashes}


def _listing(bag: Bound, source: Node) -> Node:
    """Each type that the values of a key have, before the key, once; found by the different shapes of bags, of which
    there are few.
    """
    shapes = _distinct(projected(source, ((_PAIR, apply("bag kinds", (bag,), "string")),)))
    parts = apply("split", (Ref(_PAIR, type="string"), Const("\0", type="string")), "dynamic")
    item = Expansion(_PAIR, Ref(_PAIR, type="dynamic"), "string")
    split = projected(shapes, ((_PAIR, parts),))
    once = _distinct(Expand(split, (item,), False, "", None, columns=((_PAIR, "string"),)))
    return Limit(once, (MOST_COLUMNS + 1) * _MOST_KINDS, **like(once))


def _distinct(source: Node) -> Aggregate:
    return Aggregate(source, ((_PAIR, Ref(_PAIR, type="string")),), (), columns=((_PAIR, "string"),))


PLUGIN = Plugin(
    "bag_unpack",
    ("Column", "OutputColumnPrefix?", "columnsConflict?", "ignoredProperties?"),
    "A column for each key of a bag, in place of the bag.",
    _bind,
    declares=True,
)
