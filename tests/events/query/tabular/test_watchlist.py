from pathlib import Path

import pytest

from tests.events.conftest import pinned
from tests.events.query.conftest import NOW, Frames, answer, columns, referring, rows
from workbench.base.errors import BadQuery
from workbench.events.lookups import Feeds


@pytest.fixture
def catalog(tmp_path: Path) -> Frames:
    for name, content in (
        ("VIP", b"User,SearchKey,Level\nkim,kim@corp.example,1\n"),
        ("Nets", b"Net\n10.0.0.0/8\n"),
        ("Twice", b"a,a\n"),
    ):
        pinned(tmp_path / "feeds", f"watchlist:{name}", content)
    return referring(Feeds(tmp_path / "feeds"))


def test_a_watchlist_has_its_columns_and_those_all_have(catalog: Frames) -> None:
    found = answer("_GetWatchlist('VIP')", catalog)
    assert found.frame.columns == ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey", "User", "Level"]
    assert found.frame.row(0) == ("", NOW, "kim@corp.example", "kim", "1")
    assert "The watchlist VIP is read from list.csv of" in found.notes[0]


def test_the_first_column_is_the_key_where_none_is_called_so(catalog: Frames) -> None:
    assert rows("_GetWatchlist('Nets') | project SearchKey, Net", catalog) == [("10.0.0.0/8", "10.0.0.0/8")]


def test_it_stands_where_tables_stand(catalog: Frames) -> None:
    among = "Mail | where Recipient in ((_GetWatchlist('VIP') | project SearchKey)) | count"
    assert rows(among, catalog) == [(3,)]
    assert rows("let vips = _GetWatchlist('VIP'); Mail | join kind=leftsemi vips on $left.Recipient == $right.SearchKey "
                "| count", catalog) == [(3,)]  # fmt: skip


def test_one_that_is_not_pinned_binds_by_the_names_the_query_uses_and_is_refused_when_it_runs() -> None:
    text = "_GetWatchlist('Other') | where Level == '1' | project SearchKey, Level"
    assert columns(text) == [("SearchKey", "string"), ("Level", "string")]
    with pytest.raises(BadQuery, match="workbench lookups pin 'watchlist:Other' FILE"):
        answer(text)


def test_a_file_without_names_of_columns_is_refused(catalog: Frames) -> None:
    with pytest.raises(BadQuery, match="must name its columns, each once"):
        answer("_GetWatchlist('Twice')", catalog)


@pytest.mark.parametrize("text", ["_GetWatchlistAlias", "_GetWatchlistAlias() | where WatchlistAlias != ''"])
def test_the_names_of_watchlists_are_listed(catalog: Frames, text: str) -> None:
    assert rows(text, catalog) == [("Nets",), ("Twice",), ("VIP",)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("_Im_Dns(starttime=ago(1d)) | take 1", "'_Im_Dns' is not there .*ASIM"),
        ("imAuthentication | take 1", "'imAuthentication' is not there .*ASIM"),
        ("ASimDnsMicrosoft | take 1", "ASIM"),
        ("DeviceFromIP('192.0.2.1', now())", "Ask DeviceNetworkInfo"),
        ("_GetWatchlist()", r"Write _GetWatchlist\('name'\)"),
        ("FileProfile(SHA1)", r"Write T \| invoke FileProfile"),
    ],
)
def test_functions_of_the_services_that_are_not_here_are_refused_with_advice(text: str, fault: str) -> None:
    with pytest.raises(BadQuery, match=fault):
        answer(text)
