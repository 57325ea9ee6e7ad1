"""KQL's types: their names, which values widen to which, and what two of them have in common."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from workbench.events.tables import KqlType

TYPES: tuple[KqlType, ...] = (
    "bool",
    "datetime",
    "decimal",
    "dynamic",
    "guid",
    "int",
    "long",
    "real",
    "string",
    "timespan",
)

SPELLINGS: Mapping[str, KqlType] = MappingProxyType(
    {name: name for name in TYPES}
    | {"boolean": "bool", "date": "datetime", "time": "timespan", "double": "real", "uniqueid": "guid"}
)
"""Every word that names a type, to the type."""

NET: Mapping[KqlType, str] = MappingProxyType(
    {
        "bool": "System.SByte",
        "datetime": "System.DateTime",
        "decimal": "System.Data.SqlTypes.SqlDecimal",
        "dynamic": "System.Object",
        "guid": "System.Guid",
        "int": "System.Int32",
        "long": "System.Int64",
        "real": "System.Double",
        "string": "System.String",
        "timespan": "System.TimeSpan",
    }
)
"""What ``getschema`` shows as DataType."""

_WIDTH: Mapping[KqlType, int] = MappingProxyType({"int": 0, "long": 1, "real": 2, "decimal": 3})

INTEGERS: frozenset[KqlType] = frozenset({"int", "long"})
NUMBERS: frozenset[KqlType] = frozenset(_WIDTH)
SUMMABLE: frozenset[KqlType] = NUMBERS | {"timespan", "datetime"}
ORDERABLE: frozenset[KqlType] = SUMMABLE | {"string", "bool"}


def widest(types: Iterable[KqlType]) -> KqlType:
    """The widest of some number types."""
    return max(types, key=_WIDTH.__getitem__)


def widened(left: KqlType, right: KqlType) -> KqlType:
    """The type of arithmetic on two numbers: at least long, as in Kusto."""
    return widest((left, right, "long"))


def common(types: Iterable[KqlType]) -> KqlType | None:
    """The type that values of all these types can take without losing meaning; None where there is none.

    A dynamic takes the type of its companions, as in ``iff(f, d.x, "a")``.
    """
    kinds = dict.fromkeys(types)
    solid = [kind for kind in kinds if kind != "dynamic"]
    if not solid:
        return "dynamic"
    if len(solid) == 1:
        return solid[0]
    return widest(solid) if NUMBERS.issuperset(solid) else None


def comparable(left: KqlType, right: KqlType) -> bool:
    """Whether ``==`` between the two means anything. Text compares with everything: the other side as text."""
    if left == right or "dynamic" in (left, right) or "string" in (left, right):
        return True
    return NUMBERS.union({"bool"}).issuperset((left, right))
