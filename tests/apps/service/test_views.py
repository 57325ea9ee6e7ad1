"""What may be kept as a view, and what is said of one that is there."""

import pytest

from workbench.apps.service.views import Facts, facts_of, fitting
from workbench.base.errors import BadInput, UnknownName
from workbench.ledger.api import SavedViewChange, SavedViewNew
from workbench.ledger.models import SavedView


def test_what_is_not_given_stays_ungiven() -> None:
    assert fitting(SavedViewChange(version=1, note="n")).changes == {"note": "n"}
    assert set(fitting(SavedViewChange(version=1, text="view: phish")).changes) == {"text"}


def test_a_name_of_the_product_is_not_given_again() -> None:
    with pytest.raises(BadInput, match="a view of its own"):
        fitting(SavedViewNew(name="malware", text="view: phish"))
    with pytest.raises(UnknownName, match="Did you mean phish"):
        fitting(SavedViewNew(name="mine", text="view: phsh"))


def test_a_view_says_what_it_shows_or_why_it_cannot() -> None:
    assert facts_of(SavedView(text="view: phish\nspan: 30d")) == Facts("Phish", "30d")
    tree = "{op: all, items: [{property: Subject, operator: contains, values: [invoice]}]}"
    assert facts_of(SavedView(text=f"filter: {tree}")) == Facts("All email", "7d", "Subject contains invoice")
    assert "There is no view named 'phsh'" in facts_of(SavedView(text="view: phsh")).fault
