"""What interfaces and event hubs wrap rows in, and the rows inside.

Opened are: lists of rows (``records`` of an event hub, ``results`` or ``Results`` of hunting interfaces, ``value`` of
Graph), answers of Log Analytics (``tables`` with ``columns`` and ``rows``), single events with a ``category`` and
``properties``, as Defender and the diagnostic settings of Entra stream them, and resources with ``properties``.
"""

from collections.abc import Mapping
from types import MappingProxyType

_TIMES = frozenset({"Timestamp", "TimeGenerated"})
_LISTS = ("records", "results", "Results", "value")
_MARKS = frozenset({*_LISTS, "tables", "properties", "preview"})
_HUNTING = "AdvancedHunting-"
_DIAGNOSTIC: Mapping[str, str] = MappingProxyType(
    {
        "SignInLogs": "SigninLogs",
        "NonInteractiveUserSignInLogs": "AADNonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs": "AADServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs": "AADManagedIdentitySignInLogs",
        "ADFSSignInLogs": "ADFSSignInLogs",
        "AuditLogs": "AuditLogs",
        "ProvisioningLogs": "AADProvisioningLogs",
        "RiskyUsers": "AADRiskyUsers",
        "UserRiskEvents": "AADUserRiskEvents",
        "MicrosoftGraphActivityLogs": "MicrosoftGraphActivityLogs",
    }
)
"""Categories of the diagnostic settings of Entra, and the workspace table each fills."""

_INNER = MappingProxyType({"location": "LocationDetails", "timeGenerated": "TimeGenerated"})
"""Names inside ``properties`` whose column is called otherwise."""

Inner = tuple[dict[str, object], str]
"""A row and the table that its envelope names."""


def is_suspect(names: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether an object with these names may be an envelope."""
    return not _MARKS.isdisjoint(names)


def listed(values: dict[str, object]) -> list[dict[str, object]] | None:
    """The rows of an envelope, if it is one and all that it lists are rows."""
    if values.keys() & _TIMES:
        return None
    for name in _LISTS:
        inner = values.get(name)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return inner
    return _answer(values.get("tables"))


def event(values: dict[str, object]) -> Inner:
    """What a single event wraps: the category tells the table, the properties are the row. Others stay as they are."""
    if isinstance(found := values.get("result"), dict) and "preview" in values:
        return found, ""
    category, properties = values.get("category"), values.get("properties")
    if not isinstance(properties, dict):
        return values, ""
    if not isinstance(category, str):
        return (_flat(values, properties), "") if "/" in str(values.get("type")) else (values, "")
    if category in _DIAGNOSTIC:
        return _diagnostic(values, properties), _DIAGNOSTIC[category]
    return properties, category.removeprefix(_HUNTING)


def _flat(values: dict[str, object], properties: dict[str, object]) -> dict[str, object]:
    """A resource of a management interface, with its properties under the names they have in a table of it."""
    outer = {name: value for name, value in values.items() if name != "properties"}
    return {**outer, **{f"properties.{name}": value for name, value in properties.items()}}


def _diagnostic(values: dict[str, object], properties: dict[str, object]) -> dict[str, object]:
    """Both levels together: the outer one has the time, operation and result, the inner one the details."""
    outer = {name: value for name, value in values.items() if name not in ("properties", "category", "time")}
    inner = {_INNER.get(name, name): value for name, value in properties.items()}
    return {"TimeGenerated": values.get("time"), "Category": values["category"], **outer, **inner}


def _answer(tables: object) -> list[dict[str, object]] | None:
    """The rows of an answer of Log Analytics; None where it is none or a row does not fit its columns."""
    if not isinstance(tables, list) or not tables:
        return None
    rows: list[dict[str, object]] = []
    for table in tables:
        names, cells = _columns(table)
        if not names or not all(isinstance(row, list) and len(row) == len(names) for row in cells):
            return None
        rows += [dict(zip(names, row, strict=True)) for row in cells]
    return rows or None


def _columns(table: object) -> tuple[list[str], list[list[object]]]:
    if not isinstance(table, dict):
        return [], []
    columns, rows = table.get("columns"), table.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return [], []
    names = [each.get("name") or each.get("ColumnName") for each in columns if isinstance(each, dict)]
    whole = len(names) == len(columns) == len(set(map(str, names))) and all(isinstance(name, str) for name in names)
    return ([str(name) for name in names], rows) if whole else ([], [])
