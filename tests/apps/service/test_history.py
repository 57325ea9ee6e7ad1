"""Versions of a row, and two texts line by line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.service.conftest import Site
from tests.laws import often
from workbench.apps.service.history import MOST, Line, compared, history
from workbench.ledger.audit import SYSTEM
from workbench.ledger.models import TrackedQuery

texts = st.lists(st.sampled_from(["T", "| count", "@@ -1,1 +1,1 @@", "--- a", "+x", "", " b"]), max_size=9)


@given(texts, texts)
@settings(max_examples=often(200), deadline=None)
def test_what_is_gone_was_there_and_what_is_added_is_there(before: list[str], after: list[str]) -> None:
    lines = compared("\n".join(before), "\n".join(after))
    old, new = "\n".join(before).splitlines(), "\n".join(after).splitlines()
    gone, added = ([each.text for each in lines if each.mark == mark] for mark in ("gone", "added"))
    assert all(gone.count(each) <= old.count(each) for each in gone)
    assert all(added.count(each) <= new.count(each) for each in added)
    assert len(old) - len(gone) == len(new) - len(added)
    assert (lines == ()) == (old == new)


def test_parts_that_lie_apart_are_told_apart_and_long_texts_are_not_compared() -> None:
    before = [f"line {number}" for number in range(30)]
    after = ["first", *before[1:-1], "last"]
    lines = compared("\n".join(before), "\n".join(after))
    assert [each.text for each in lines if each.mark == "place"] == ["…"]
    assert lines[0] == Line("gone", "line 0")
    assert compared("a\n" * 3_000, "b\n" * 3_000) == ()


def test_versions_come_newest_first_with_who_and_what(site: Site) -> None:
    made = site.ledger.create(SYSTEM, TrackedQuery, {"name": "q", "kql": "T\n| count"})
    for number in range(MOST):
        made = site.ledger.edit(SYSTEM, made, {"kql": f"T\n| take {number}"}, reason="again")
    site.ledger.remove(SYSTEM, made)
    found = history(site.ledger, TrackedQuery, made.id)
    assert len(found) == MOST
    assert [each.verb for each in found[:2]] == ["remove", "edit"]
    assert (found[1].by, found[1].reason) == (SYSTEM.name, "again")
    (field,) = found[1].fields
    assert (field.name, field.lines[-1]) == ("kql", Line("added", f"| take {MOST - 1}"))
    assert found[0].fields == ()
