import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery


@pytest.mark.parametrize(
    "text",
    [
        "table('Mail') | count",
        "table('Mail', 'all') | count",
        "let f = (T:string) { table(T) | count }; f('Mail')",
        "workspace('workbench').Mail | count",
        "database('Workbench').Mail | count",
        "Clicks | where Id in ((table('Mail') | project Id)) | summarize c = count() + 3 - count() + 2",
    ],
)
def test_tables_are_found_by_a_text_and_in_this_place(text: str) -> None:
    assert rows(text) == [(5,)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("workspace('other').Mail", "Tables of another workspace are not here .*Write the table alone: Mail"),
        ("table('Nope')", "no table named 'Nope'"),
        ("table()", "takes the name of a table"),
        ("table(Sender)", "no name named 'Sender'"),
    ],
)
def test_other_places_are_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(BadQuery, match=fault):
        answer(text)


def test_the_time_of_ingestion_is_that_of_the_event_and_told() -> None:
    found = answer("Mail | where ingestion_time() > ago(3d) | extend ingestion_time()")
    assert found.columns[-1] == ("$IngestionTime", "datetime")
    assert found.frame["$IngestionTime"].equals(found.frame["Timestamp"])
    assert found.frame.height == 2
    assert "ingestion_time() is the time of the event here" in found.notes[0]
    assert columns("Clicks | project t = ingestion_time()") == [("t", "datetime")]
    assert rows("print t = ingestion_time()") == [(None,)]


def test_who_asks_is_nobody_here() -> None:
    text = "print current_principal(), current_principal_details(), current_principal_is_member_of('x')"
    assert columns(text) == [("print_0", "string"), ("print_1", "dynamic"), ("print_2", "bool")]
    assert rows(text) == [("", None, False)]
