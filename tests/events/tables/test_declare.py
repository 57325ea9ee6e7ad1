import pytest

from workbench.base.errors import UnknownName
from workbench.events.tables import VIRTUAL, families, table, tables


def test_every_table_has_its_time_column_and_key_columns() -> None:
    for each in tables().values():
        assert each.types[each.time] == "datetime", each.name
        assert set(each.key) <= set(each.types), each.name
        assert each.needs <= set(each.types), each.name


def test_column_names_are_unique_and_meanings_are_written() -> None:
    for each in tables().values():
        assert len(each.types) == len(each.columns), each.name
        assert all(column.meaning and column.meaning != "TODO" for column in each.columns), each.name


def test_tables_belong_to_one_family() -> None:
    names = [each.name for family in families().values() for each in family.tables]
    assert len(names) == len(set(names))


def test_every_table_answers_to_both_time_columns() -> None:
    for each in tables().values():
        assert {name: each.type_of(name) for name in VIRTUAL} == dict(VIRTUAL)


def test_unknown_table_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="EmailEvents"):
        table("EmailEvent")


def test_own_facts_are_no_columns_of_published_tables(shared) -> None:
    import json

    published = json.loads((shared / "spec/hunting_tables.json").read_text())["tables"]
    for each in tables().values():
        if each.name in published:
            assert set(each.types) <= {column["name"] for column in published[each.name]["columns"]}, each.name
