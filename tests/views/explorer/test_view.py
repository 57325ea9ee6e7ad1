"""Views as data: every name in them means something, and the list of properties is whole."""

from collections import Counter
from typing import get_args

import pytest

from tests.views.explorer.mail import NOW, Held
from workbench.analysis.entities.placement import LATEST
from workbench.apps.ui.widgets.cells import Kind
from workbench.base.errors import UnknownName
from workbench.base.text.indicators import KINDS
from workbench.events.query import bind, parse, quote
from workbench.events.tables import tables
from workbench.views import explorer
from workbench.views.explorer import EMPTY, View, tabs, views

ALL_VIEWS = list(views().values())
PROPERTIES = {
    "Basic": "Sender address|Recipient|Sender domain|Recipient domain|Subject|Sender display name|Sender mail-from address|"
    "Sender mail-from domain|Return path|Return-path domain|Malware family|Delivery action|Additional action|"
    "Directionality|Detection technology|Original location|Latest location|Organisation override action|"
    "User override action|Organisation override|User override|Policy type|Policy action|Email size (bytes)|"
    "Phish confidence|Threat type|Distribution list",
    "Advanced": "Internet message ID|Network message ID|Sender IP|Attachment SHA-256|Cluster ID|Alert ID|Body fingerprint|Connector",
    "URLs": "URL count|URL domain|URL domain and path|URL|URL path|URL source|Click action|Clicked through|"
    "URL threat at a click",
    "Files": "Attachment count|Attachment name|Attachment type|Attachment extension|Attachment size (bytes)",
    "Authentication": "SPF|DKIM|DMARC|CompAuth",
}
"""What the product of 2024 filters mail by, as far as the declared tables can answer it."""


def test_there_is_a_view_of_all_mail() -> None:
    assert "all_email" in views()


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_columns_and_pivots_name_fields_of_the_table_itself(view: View) -> None:
    for name in (*(shown.field for shown in view.columns), *view.pivots):
        assert not view.field(name).table, f"{name} is of another table, so a message may have many"


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_names_and_labels_are_unique(view: View) -> None:
    for names in (
        [f.name for f in view.fields],
        [f.label for f in view.fields],
        [c.field for c in view.columns],
        view.pivots,
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_pasted_indicators_have_a_field_of_their_kind(view: View) -> None:
    assert {kind for field in view.fields for kind in field.indicators} <= set(KINDS)
    assert all(field.group for field in view.fields if field.indicators or field.prose)


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_every_field_is_an_expression_of_its_table_with_the_kind_it_says(view: View) -> None:
    kinds = {
        "text": {"string", "datetime"}, "ip": {"string"}, "list": {"string"}, "integer": {"int", "long"},
        "boolean": {"bool"}, "time": {"datetime"},
    }  # fmt: skip
    for field in view.fields:
        assert {field.table or view.table, *view.also} <= set(tables())
        table = f"{field.table or view.source}{LATEST if field.moved else ''}"
        text = f"{table} | project Value = {field.kql}, Said = {field.spoken or quote('')}"
        found = dict(bind(parse(text), Held(), now=NOW).columns)
        assert found["Value"] in kinds[field.kind], field.name
        assert found["Said"] == "string"


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_what_holds_the_values_of_a_list_is_a_column(view: View) -> None:
    for field in view.fields:
        assert field.kind == "list" or not field.held
        assert field.kind != "list" or field.held or field.kql.isidentifier(), field.name
        for place in field.held:
            table, _, column = place.partition(".")
            assert column in tables()[table].types


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_columns_are_of_kinds_a_grid_draws(view: View) -> None:
    assert {shown.kind for shown in view.columns} <= set(get_args(Kind))
    assert view.columns[0].default, "the first column of a grid cannot be hidden"


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.name)
def test_what_a_view_names_is_there(view: View) -> None:
    columns = {shown.field for shown in view.columns}
    assert view.subject in columns
    assert {view.field(name).table for name in view.ties} == {""}
    joined = {field.table for field in view.fields if field.table}
    assert all(view.key in tables()[name].types for name in (view.table, *view.also, *joined))
    assert set(view.tabs) <= set(tabs())
    assert view.opens == "row" or "NetworkMessageId" in columns | set(view.ties)


def test_the_views_stand_in_one_order() -> None:
    places = [view.place for view in ALL_VIEWS]
    assert places == sorted(set(places))


@pytest.mark.parametrize("group", PROPERTIES)
def test_every_property_that_the_tables_can_answer_is_there(group: str) -> None:
    there = {field.label for field in views()["all_email"].fields if field.group == group}
    assert set(PROPERTIES[group].split("|")) <= there


def test_lists_about_the_mail_itself_offer_what_is_missing_last() -> None:
    own = [field for field in views()["all_email"].fields if field.kind == "list" and not field.table]
    assert [field.name for field in own if field.values[-1] != EMPTY] == ["EmailDirection"]


def test_an_unknown_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean SenderFromDomain"):
        views()["all_email"].field("SenderFromDomian")


def test_the_room_offers_its_views_after_they_were_read_as_before() -> None:
    assert views()
    assert explorer.views is views
