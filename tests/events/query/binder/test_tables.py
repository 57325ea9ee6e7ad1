"""Retired tables: their successor's rows under the old names, in every way a table can be named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.base.errors import BadQuery
from workbench.base.span import Span
from workbench.events.query import ask, bind, parse
from workbench.events.query.catalog import StoreCatalog
from workbench.events.store import Batch, Store
from workbench.events.tables import table, views

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> StoreCatalog:
    store = Store(tmp_path_factory.mktemp("retired"))
    rows = pl.DataFrame(
        {
            "Timestamp": [START + timedelta(days=day) for day in range(90)],
            "RequestId": [f"r{day}" for day in range(90)],
            "EntraIdDeviceId": [f"d{day % 7}" for day in range(90)],
            "AccountUpn": ["kim@corp.example"] * 90,
            "ErrorCode": pl.Series([0, 50126, 0] * 30, dtype=pl.Int32),
            "EndpointCall": ["OAuth2"] * 90,
        }
    )
    store.write("EntraIdSignInEvents", rows, Batch("test", 1))
    return StoreCatalog(store)


def rows(kql: str, catalog: StoreCatalog) -> list[tuple[object, ...]]:
    return ask(catalog, kql, now=START + timedelta(days=90)).frame.rows()


@pytest.mark.parametrize("name", views())
def test_a_retired_table_has_exactly_its_columns(name: str, tmp_path: Path) -> None:
    plan = bind(parse(name), StoreCatalog(Store(tmp_path)), now=START)
    assert list(plan.columns) == list(views()[name].types.items())


def test_its_rows_are_those_of_its_successor(catalog: StoreCatalog) -> None:
    new = "EntraIdSignInEvents | where EntraIdDeviceId == 'd3' and Timestamp < datetime(2026-10-01) | project RequestId"
    old = "AADSignInEventsBeta | where AadDeviceId == 'd3' and Timestamp < datetime(2026-10-01) | project RequestId"
    assert rows(old, catalog) == rows(new, catalog) != []
    assert rows("AADSignInEventsBeta | summarize countif(TimeGenerated > ago(10d)), dcount(AadDeviceId)", catalog) == [
        (9, 7)
    ]


def test_its_columns_that_the_successor_renamed_or_added_are_unknown_under_the_new_names(catalog: StoreCatalog) -> None:
    for name in ("EntraIdDeviceId", "EndpointCall"):
        with pytest.raises(BadQuery, match=name):
            rows(f"AADSignInEventsBeta | where {name} == ''", catalog)


def test_it_stands_wherever_a_table_can(catalog: StoreCatalog) -> None:
    assert rows("union AADSignInEventsBeta, EntraIdSignInEvents | count", catalog) == [(180,)]
    assert rows("union isfuzzy=true AADSignInEventsBeta, NoSuchTable | count", catalog) == [(90,)]
    joined = "AADSignInEventsBeta | join kind=inner (AADSignInEventsBeta | where AadDeviceId == 'd1') on RequestId"
    assert rows(f"{joined} | count", catalog) == [(13,)]
    among = (
        "EntraIdSignInEvents | where RequestId in ((AADSignInEventsBeta | where ErrorCode != 0 | project RequestId))"
    )
    assert rows(f"{among} | count", catalog) == [(30,)]


def test_patterns_do_not_count_its_rows_twice(catalog: StoreCatalog) -> None:
    assert rows("union *SignInEvents* | count", catalog) == [(90,)]


def test_an_unknown_name_offers_it(catalog: StoreCatalog) -> None:
    with pytest.raises(BadQuery, match="AADSignInEventsBeta"):
        rows("AADSignInEventBeta | count", catalog)


def test_conditions_on_its_time_open_only_the_files_of_that_time(
    catalog: StoreCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Span | None] = []
    scan = catalog.scan
    monkeypatch.setattr(catalog, "scan", lambda name, span: asked.append(span) or scan(name, span))
    rows("AADSignInEventsBeta | where Timestamp between (datetime(2026-09-03) .. 1d) | where ErrorCode == 0", catalog)
    assert [each and (each.start, each.end.date()) for each in asked] == [
        (datetime(2026, 9, 3, tzinfo=UTC), datetime(2026, 9, 4).date())
    ]
    asked.clear()
    rows("EntraIdSignInEvents | project When = Timestamp, RequestId | where When > datetime(2026-11-20)", catalog)
    assert asked[0] is not None
    assert asked[0].start.date() == datetime(2026, 11, 20).date()


def test_the_successor_is_told_in_its_purpose() -> None:
    assert table("EntraIdSignInEvents").name in views()["AADSignInEventsBeta"].purpose
