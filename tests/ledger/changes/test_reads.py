"""Rows are found by what their columns hold, a page at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from workbench.base.errors import NotFound, UnknownName
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Above, Below, Ledger, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models.ids import new_id

NOW = datetime(2026, 9, 18, 12, tzinfo=UTC)


def seven(unit: Unit) -> None:
    for number in range(7):
        values = {"playbook": f"p{number % 2}", "priority": number, "deadline_at": NOW + timedelta(hours=number)}
        unit.create(Run, values | ({"worker": "w1"} if number == 3 else {}))


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6]),
        ({"playbook": "p1"}, [1, 3, 5]),
        ({"playbook": "p1", "priority": Above(1)}, [3, 5]),
        ({"priority": {2, 5, 99}}, [2, 5]),
        ({"priority": []}, []),
        ({"state": ["queued", "running"], "deadline_at": Below(NOW + timedelta(hours=2))}, [0, 1]),
        ({"worker": "w1"}, [3]),
        ({"worker": None, "priority": Below(5)}, [0, 1, 2, 4]),
        ({"playbook": "' OR 1=1 --"}, []),
    ],
)
def test_conditions(where: dict, found: list[int], ledger: Ledger, ingrid: Actor) -> None:
    ledger.apply(ingrid, seven)
    search = Search(where, order=("priority",))
    assert [run.priority for run in ledger.find(Run, search)] == found
    assert ledger.number(Run, search) == len(found)


def test_pages_in_an_order(ledger: Ledger, ingrid: Actor) -> None:
    ledger.apply(ingrid, seven)
    order = ("playbook", "-priority")
    pages = [ledger.find(Run, Search(order=order, limit=3, offset=at)) for at in (0, 3, 6)]
    assert [[run.priority for run in page] for page in pages] == [[6, 4, 2], [0, 5, 3], [1]]


def test_what_is_not_there(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.get(Run, new_id())
    with pytest.raises(UnknownName, match="Did you mean playbook"):
        ledger.find(Run, Search({"playbok": "x"}))
    with pytest.raises(UnknownName):
        ledger.find(Run, Search(order=("-colour",)))
