from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws import often
from workbench.analysis.entities import Reach, Window, enriched, every_enrichment
from workbench.base.errors import BadInput, UnknownName
from workbench.events.lookups import SHIPPED, Lookups, country_of, registered_domain

PUBLIC, NOWHERE = "8.8.8.8", "192.0.2.7"


def columns(values: list[Any], *names: str, reach: Reach | None = None) -> pl.DataFrame:
    return enriched(pl.Series("IP", values, dtype=pl.String), names, reach or Reach()).columns


@given(
    st.lists(
        st.none()
        | st.sampled_from([PUBLIC, NOWHERE, "1.1.1.1", "", "no address", "8[.]8[.]8[.]8"])
        | st.text(max_size=8)
    )
)
def test_rows_in_are_rows_out_in_their_order_and_nulls_stay_null(values: list[str | None]) -> None:
    found = columns(values, "geo")
    assert found.height == len(values)
    for value, country in zip(values, found["IP_country"], strict=True):
        if value in (None, "", "no address"):
            assert country is None
        elif value in (PUBLIC, "8[.]8[.]8[.]8"):
            assert country == "US"
        elif value == NOWHERE:
            assert country == "documentation"


def test_a_country_has_its_own_name_beside_every_other() -> None:
    """Names are matched to countries row by row, however often a country stands there."""
    found = columns(["8.8.8.8", "194.219.179.18", "8.8.4.4", "193.120.149.226", NOWHERE], "geo")
    held = list(zip(found["IP_country"], found["IP_country_name"], strict=True))
    names = SHIPPED.lookup("country_names")
    assert held == [
        (code, names.of(code))
        for code in country_of(pl.Series(["8.8.8.8", "194.219.179.18", "8.8.4.4", "193.120.149.226", NOWHERE]))
    ]


@given(st.lists(st.none() | st.from_regex(r"[a-z]{1,4}\.(example|co\.uk|com)", fullmatch=True), max_size=20))
def test_registered_domains_are_those_of_the_list_one_by_one(values: list[str | None]) -> None:
    found = columns(values, "domain")["IP_domain"].to_list()
    assert found == [registered_domain(value) if value else None for value in values]


def test_a_domain_is_read_out_of_urls_addresses_and_hosts() -> None:
    asked = ["hxxps://a.b[.]co[.]uk/x@y", "Billing@Mail.Pay.example", "mail.pay.example", "https://192.0.2.7/x"]
    assert columns(asked, "domain")["IP_domain"].to_list() == ["b.co.uk", "pay.example", "pay.example", "192.0.2.7"]


def test_lists_are_named_for_hosts_and_addresses() -> None:
    found = columns(["https://gmail.com/x", "a@mailinator.com", "nobody.example", None], "lists")["IP_lists"].to_list()
    assert "freemail" in found[0]
    assert "disposable_mail" in found[1]
    assert found[2:] == ["", None]


def test_what_is_not_held_is_null_and_said(window: Window) -> None:
    found = enriched(pl.Series("IP", [PUBLIC]), ["asn", "intel", "geo"], Reach(window))
    assert found.columns.row(0, named=True)["IP_network"] is None
    assert found.columns.row(0, named=True)["IP_country"] == "US"
    assert [note.partition(":")[0] for note in found.notes] == ["asn", "intel"]
    assert "does not ship" in found.notes[0]
    assert "no indicators are held" in found.notes[1]
    assert enriched(pl.Series("IP", [PUBLIC]), ["intel"], Reach()).notes


def test_networks_are_those_of_the_list_a_team_supplies(tmp_path: Path) -> None:
    (tmp_path / "networks.txt").write_text("# match: range\n8.8.8.0,8.8.8.255,AS64496 Northgate\n")
    found = columns([PUBLIC, NOWHERE, None], "asn", reach=Reach(None, Lookups(tmp_path)))
    assert found["IP_network"].to_list() == ["AS64496 Northgate", "documentation", None]


def test_an_unknown_enrichment_names_the_nearest_and_none_is_refused() -> None:
    with pytest.raises(UnknownName) as caught:
        columns([PUBLIC], "gea")
    assert "geo" in caught.value.nearest
    with pytest.raises(BadInput, match="geo"):
        columns([PUBLIC])
    with pytest.raises(BadInput, match="holds lists"):
        enriched(pl.Series("IP", [["a"]]), ["geo"], Reach())


def test_columns_of_any_type_and_of_no_rows_are_read() -> None:
    assert enriched(pl.Series("n", [1, None]), ["geo"], Reach()).columns["n_country"].to_list() == [None, None]
    assert enriched(pl.Series("n", [], dtype=pl.Null), ["geo"], Reach()).columns.shape == (0, 2)
    cats = pl.Series("n", [PUBLIC, PUBLIC], dtype=pl.Categorical)
    assert enriched(cats, ["geo"], Reach()).columns["n_country"].to_list() == ["US", "US"]


@pytest.mark.parametrize("name", sorted(every_enrichment()))
def test_every_enrichment_gives_the_columns_it_declares(window: Window, name: str) -> None:
    declared = every_enrichment()[name]
    found = enriched(
        pl.Series("IP", [PUBLIC, "a@b.example", None, "", "\u202e\x00"]), [name, name], Reach(window)
    ).columns
    assert dict(found.schema) == {f"IP_{column}": dtype for column, dtype in declared.columns.items()}
    assert found.height == 5


@pytest.mark.slow
@given(st.lists(st.none() | st.text(max_size=12), max_size=often(200)))
def test_no_text_breaks_any_enrichment(values: list[str | None]) -> None:
    assert columns(values, *every_enrichment()).height == len(values)
