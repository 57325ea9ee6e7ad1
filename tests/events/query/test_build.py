"""Questions built without text ask what the text would ask, and hold foreign values as data."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import NOW, answer, tables
from workbench.events.query import bind, build, parse, text_of
from workbench.events.query.build import call, col, lit, table

PAIRS = [
    (table("Mail").where(col("Subject").has("invoice")), 'Mail | where Subject has "invoice"'),
    (table("Mail").where((col("Urls") > 1) & (col("Id") == "m1")), 'Mail | where Urls > 1 and Id == "m1"'),
    (table("Mail").where((col("Urls") > 1) | ~(col("Id") != "m1")), 'Mail | where Urls > 1 or not(Id != "m1")'),
    (table("Mail").where(col("Id").among("m1", "m2")), 'Mail | where Id in ("m1", "m2")'),
    (table("Mail").where(col("Urls").between(1, 3)), "Mail | where Urls between (1 .. 3)"),
    (table("Mail").extend(x=call("strlen", col("Id")) + 1), "Mail | extend x = strlen(Id) + 1"),
    (table("Mail").project("Id", n=col("Urls") * 2), "Mail | project Id, n = Urls * 2"),
    (table("Mail").project_away("Subject"), "Mail | project-away Subject"),
    (
        table("Mail").summarize(n=call("count"), by={"h": call("bin", col("Timestamp"), timedelta(hours=1))}),
        "Mail | summarize n = count() by h = bin(Timestamp, 1h)",
    ),
    (table("Mail").distinct("Id").sort("Id asc").take(3), "Mail | distinct Id | sort by Id asc | take 3"),
    (table("Mail").top(2, by="Timestamp").count(), "Mail | top 2 by Timestamp | count"),
    (
        table("Mail").join(table("Clicks"), "Id", ("Recipient", "Account")),
        "Mail | join kind=inner (Clicks) on Id, $left.Recipient == $right.Account",
    ),
    (table("Mail").union(table("Clicks")), "Mail | union Clicks"),
    (build.tables("Mail", "Clicks", source="T"), "union withsource=T Mail, Clicks"),
    (table("Every").mv_expand("x", col("d")["l"], "long"), 'Every | mv-expand x = d["l"] to typeof(long)'),
    (table("Mail").let("w", "m1").where(col("Id") == col("w")), 'let w = "m1"; Mail | where Id == w'),
]


@pytest.mark.parametrize(("built", "text"), PAIRS, ids=[text for _, text in PAIRS])
def test_a_built_question_asks_what_its_text_asks(built: build.Question, text: str) -> None:
    assert bind(built.query, tables(), now=NOW).root == bind(parse(text), tables(), now=NOW).root
    assert bind(parse(built.text), tables(), now=NOW).root == bind(parse(text), tables(), now=NOW).root


@given(st.text())
def test_foreign_text_stays_data(text: str) -> None:
    question = table("Mail").extend(x=lit(text)).take(1).project("x")
    assert answer(question.query).frame["x"].item() == answer(question.text).frame["x"].item()
    assert parse(text_of(question.query)) == question.query
