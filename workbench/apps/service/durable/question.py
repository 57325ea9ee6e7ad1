"""What a run of a saved query asks is settled when the run is asked for: its parameters then hold text and window."""

from collections.abc import Mapping

from workbench.base.errors import UnknownName
from workbench.ledger.api import TRACKING
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Schedule, TrackedQuery

_MOST = 1_000


def named(ledger: Ledger, name: str) -> TrackedQuery:
    """The saved query of a name.

    Raises:
        UnknownName: there is none.
    """
    found = ledger.find(TrackedQuery, Search({"name": name}, limit=1))
    if not found:
        known = ledger.find(TrackedQuery, Search(order=("name",), limit=_MOST))
        raise UnknownName("saved query", name, [each.name for each in known])
    return found[0]


def settled(ledger: Ledger, playbook: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
    """The parameters with text and window of the saved query they name, unless a text is given.

    Raises:
        UnknownName: there is no saved query of that name.
    """
    if playbook != TRACKING or parameters.get("kql"):
        return parameters
    held = named(ledger, str(parameters.get("name", "")))
    return {**parameters, "kql": held.kql, "span": parameters.get("span") or held.span}


def rests(ledger: Ledger, schedule: Schedule) -> bool:
    """Whether a schedule is of a saved query that is switched off."""
    if schedule.playbook != TRACKING:
        return False
    where = {"name": str(schedule.parameters.get("name", "")), "enabled": False}
    return bool(ledger.find(TrackedQuery, Search(where, limit=1)))
