import json
import re

import pytest

from workbench.base.errors import UnknownName
from workbench.events.tables import VIRTUAL, families, successor, table, tables, views

BOTH_TIMES = {"Timestamp", "TimeGenerated"}


def test_every_table_has_its_time_column_and_key_columns() -> None:
    for each in tables().values():
        assert not each.time or each.types[each.time] == "datetime", each.name
        assert set(each.key) <= set(each.types), each.name
        assert each.needs <= set(each.types), each.name


def test_what_tells_the_later_of_two_states_is_declared_and_no_part_of_the_key() -> None:
    for each in tables().values():
        told = {*each.version, *(name for pair in each.progress for name in pair), *(name for name, _ in each.grades)}
        assert told <= set(each.types), each.name
        assert not told & set(each.key), each.name
        assert each.key or not told, each.name


def test_tables_without_a_time_say_how_things_stand_and_are_kept_in_one_folder_under_a_key() -> None:
    timeless = {each.name for each in tables().values() if not each.time}
    assert {"ExposureGraphNodes", "DeviceTvmSoftwareInventory"} < timeless
    assert all(not BOTH_TIMES & set(table(name).types) for name in timeless)
    for each in tables().values():
        assert (each.partition == "none") == (each.name in timeless), each.name
        assert each.key or each.name not in timeless, each.name


def test_column_names_are_unique_and_meanings_are_written() -> None:
    for each in tables().values():
        assert len(each.types) == len(each.columns), each.name
        for column in each.columns:
            assert _says_more_than(column.name, column.meaning), f"{each.name}.{column.name}: {column.meaning!r}"


def _says_more_than(name: str, meaning: str) -> bool:
    """Whether a meaning is not the name with spaces."""
    return bool(meaning) and re.sub(r"\W", "", meaning).casefold() != name.casefold().strip("_")


def test_tables_belong_to_one_family() -> None:
    names = [each.name for family in families().values() for each in (*family.tables, *family.views)]
    assert len(names) == len(set(names))


def test_every_table_with_a_time_answers_to_both_names_of_it() -> None:
    for each in tables().values():
        answers = {name for name in VIRTUAL if each.type_of(name)}
        assert answers == set(VIRTUAL) - (set() if each.time else BOTH_TIMES), each.name


def test_unknown_table_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="EmailEvents"):
        table("EmailEvent")


def test_retired_tables_are_views_over_columns_that_their_successors_have() -> None:
    assert set(views()) == {"AADSignInEventsBeta", "AADSpnSignInEventsBeta"}
    for view in views().values():
        held = table(view.successor).types
        assert {name: held[source] for name, source in view.sources.items()} == dict(view.types)
        assert successor(view.name) is table(view.successor)


def test_every_published_table_is_declared_as_published(shared) -> None:
    published = _published(shared)
    assert set(published) == {name for name in tables() if not name.startswith("Workbench")}
    for name, columns in published.items():
        shown = {column: kind for column, kind in columns.items() if not _is_virtual(name, column)}
        assert list(table(name).types.items()) == list(shown.items()), name


def _published(shared) -> dict[str, dict[str, str]]:
    hunting = json.loads((shared / "spec/hunting_tables.json").read_text())["tables"]
    workspace = json.loads((shared / "spec/workspace_tables.json").read_text())["tables"]
    found = {name: {each["name"]: each["type"] for each in said["columns"]} for name, said in hunting.items()}
    return found | workspace


def _is_virtual(name: str, column: str) -> bool:
    """Whether a column of a log workspace is one that every table answers to; a table's own Type stays."""
    return column in VIRTUAL and column != table(name).time and column not in table(name).types


def test_retired_tables_have_the_published_columns(shared) -> None:
    said = json.loads((shared / "spec/workspace_tables.json").read_text())
    for name, new in said["retired_aliases"].items():
        assert views()[name].successor == new
        assert dict(views()[name].types) == said["retired_tables"][name]
        assert list(views()[name].types) == list(said["retired_tables"][name])
