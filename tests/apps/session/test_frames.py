from collections.abc import Iterator

import polars as pl
import pytest

import workbench as wb
from workbench.analysis.entities import Notice
from workbench.apps.session import current
from workbench.apps.session.frames import as_polars
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, UnknownName

pd = pytest.importorskip("pandas")


@pytest.fixture(autouse=True)
def opened(northgate: Workspace) -> Iterator[None]:
    wb.open(northgate.home)
    yield
    current.forget()


ROWS = {"n": [3, 1, 2], "ip": ["8.8.8.8", None, "192.0.2.7"]}


def test_polars_in_polars_out_lazy_ones_too() -> None:
    frame = pl.DataFrame(ROWS)
    found = wb.enrich(frame, "ip", "geo")
    assert found.select("n", "ip").equals(frame)
    assert found["ip_country"].to_list() == ["US", None, "NL"]
    assert wb.enrich(frame.lazy(), "ip", "geo").equals(found)
    assert wb.enrich(found, "ip", "geo").equals(found)


def test_pandas_in_pandas_out_with_its_index() -> None:
    frame = pd.DataFrame(ROWS, index=["c", "a", "c"])
    found = wb.enrich(frame, "ip", "geo")
    assert list(found.index) == ["c", "a", "c"]
    assert list(found["ip_country"].fillna("-")) == ["US", "-", "NL"]
    assert list(frame.columns) == ["n", "ip"]
    assert list(found["n"]) == ROWS["n"]


def test_what_cannot_be_asked_is_null_and_a_notice_says_why() -> None:
    with pytest.warns(Notice, match=r"asn: .*workbench lookups refresh networks"):
        assert wb.enrich(pl.DataFrame(ROWS), "ip", "asn")["ip_network"].null_count() == 3


def test_an_unknown_column_names_the_nearest() -> None:
    for frame in (pl.DataFrame(ROWS), pd.DataFrame(ROWS)):
        with pytest.raises(UnknownName) as caught:
            wb.enrich(frame, "ipp", "geo")
        assert caught.value.nearest == ("ip",)


def test_without_a_workbench_the_lists_that_ship_are_asked() -> None:
    current.forget()
    assert wb.enrich(pl.DataFrame(ROWS), "ip", "geo")["ip_country"][0] == "US"
    with pytest.warns(Notice, match="intel"):
        wb.enrich(pl.DataFrame(ROWS), "ip", "intel")


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(BadInput, match="A list is no frame"):
        wb.enrich([1], "ip", "geo")
    assert as_polars(pl.LazyFrame(ROWS)).height == as_polars(pd.DataFrame(ROWS)).height == 3
