import time

import pytest

from tests.events.query.conftest import tables
from workbench.events.query.complete import Word, begun, complete
from workbench.events.tables import table


def offered(text: str, kind: str) -> list[str]:
    return [word.text for word in complete(text, len(text), tables()) if word.kind == kind]


def words(text: str) -> list[str]:
    return [word.text for word in complete(text, len(text), tables())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Mail"),
        ("Ma", "Mail"),
        ("Mail | wh", "where"),
        ("Mail | project-a", "project-away"),
        ("Mail | where Sub", "Subject"),
        ("Mail | where sub", "Subject"),
        ("Mail | where TimeG", "TimeGenerated"),
        ("Mail | where Subject ha", "has_any"),
        ("Mail | extend x = tol", "tolower"),
        ("Mail | summarize dc", "dcount"),
        ("Mail | join kind=inner (Cl", "Clicks"),
        ("Mail | join kind=inner (Clicks) on I", "Id"),
        ("union Mail, Cl", "Clicks"),
        ("let x = 5; Ma", "Mail"),
        ("_GetW", "_GetWatchlist"),
    ],
)
def test_what_fits_is_offered(text: str, expected: str) -> None:
    assert expected in words(text)


def test_aggregates_are_offered_in_summarize_only() -> None:
    assert "dcount" not in words("Mail | where dc")


def test_columns_of_other_tables_are_not_offered() -> None:
    assert "Url" not in words("Mail | where U")


def test_completion_is_fast() -> None:
    text = "Mail | where Subject has 'x' | summarize count() by "
    started = time.perf_counter()
    for _ in range(20):
        words(text)
    assert (time.perf_counter() - started) / 20 < 0.1


def test_retired_tables_are_offered_with_their_columns() -> None:
    signs = tables().add("EntraIdSignInEvents", dict(table("EntraIdSignInEvents").types), [], "Timestamp")
    found = complete("AADSign", 7, signs)
    assert [word.text for word in found] == ["AADSignInEventsBeta"]
    assert "EntraIdSignInEvents" in found[0].meaning
    text = "AADSignInEventsBeta | where AadDev"
    assert [word.text for word in complete(text, len(text), signs)] == ["AadDeviceId"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Mail | summarize n = count() by Sender | where ", ["Sender", "n"]),
        ("Mail | project Id, Subject | extend ", ["Id", "Subject"]),
        ("Mail | project Id | join kind=inner (Clicks | project Id, Url) on ", ["Id", "Url"]),
        (
            "Mail | project Id | join kind=leftouter hint.strategy=broadcast (Clicks | project-away Url) on $right.",
            ["Id", "Account"],
        ),
        ("Mail | join (Clicks | project Url | where ", ["Url"]),
        ("Mail | where Id in ((Clicks | project Account | where ", ["Account"]),
        ("let few = Mail | project Id; few | where ", ["Id"]),
        ("let f = (x:string) { Mail | project Id | where ", ["Id"]),
        ("let a = 1;\nlet b = Mail | project Subject\n| where (Subject == 'x' or ", ["Subject"]),
        ("print a = 1 | extend b = ", ["a"]),
        ("union Mail, Clicks | project Url, Subject | where ", ["Url", "Subject"]),
        ("Mail | project Id | where nonsense() | extend made = 1 | where ", ["Id", "made"]),
    ],
)
def test_columns_are_those_of_that_point_of_the_pipeline(text: str, columns: list[str]) -> None:
    found = [name for name in offered(text, "column") if name not in ("Timestamp", "TimeGenerated", "TenantId", "Type")]
    assert found == columns


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Mail | join kind=left", ["leftouter", "leftsemi", "leftanti", "leftantisemi"]),
        ("Mail | lookup kind = ", ["leftouter", "inner"]),
        ("Mail | mv-expand kind=", ["bag", "array"]),
        ("union kind=in", ["inner"]),
        ("Mail | render pie", ["piechart"]),
        ("Mail | evaluate bag", ["bag_unpack"]),
        ("Mail | parse kind=re", ["regex", "relaxed"]),
        ("search kind=case_s", ["case_sensitive"]),
        ("Mail | render timechart with (title='x', kind=st", ["stacked", "stacked100"]),
    ],
)
def test_after_a_parameter_stand_the_words_it_takes(text: str, values: list[str]) -> None:
    assert words(text) == values


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("Mail | join k", "kind="),
        ("Mail | mv-expand k", "kind="),
        ("Mail | render timechart with (yt", "ytitle="),
    ],
)
def test_parameters_are_offered_where_they_may_stand(text: str, parameter: str) -> None:
    assert parameter in words(text)


@pytest.mark.parametrize("text", ['Mail | where Subject has "Se', "Mail // whe", "Mail | where x = 'a\nMail | wh"])
def test_nothing_is_offered_in_a_string_or_a_comment(text: str) -> None:
    assert words(text) == []


def test_after_an_operand_stand_infix_operators_and_no_columns() -> None:
    assert offered("Mail | where Subject ", "column") == []
    assert {"has", "startswith", "in"} <= set(offered("Mail | where Subject ", "infix"))
    assert offered("Mail | where Subject ", "word") == ["and", "or"]
    assert offered("Mail | where Subject has ", "infix") == []


def test_names_of_let_statements_and_parameters_are_offered() -> None:
    text = "let bad = 'x'; Mail | where Subject == "
    found = complete(text, len(text), tables(), given=("domain",))
    assert [word.text for word in found if word.kind == "let"] == ["domain", "bad"]


def test_a_function_says_how_it_is_called_and_a_column_its_type() -> None:
    [found] = complete("Mail | extend x = iff", 21, tables())
    assert found == Word("iff", "function", found.meaning, "iff(condition, then, otherwise)")
    assert complete("Mail | where Thre", 17, tables())[0] == Word("Threat", "column", "bool")


@pytest.mark.parametrize(
    ("text", "word"),
    [("Mail | project-a", "project-a"), ("Mail | where a-b", "b"), ("Mail | where Sub", "Sub"), ("Mail | ", "")],
)
def test_the_word_that_is_replaced_is_known(text: str, word: str) -> None:
    assert begun(text, len(text)) == word


def test_a_pipeline_in_brackets_that_works_on_each_row_knows_the_columns_around_it() -> None:
    text = "Mail | project Id, d = dynamic([1]) | mv-apply x = d on ("
    assert "where" in offered(text, "operator")
    assert offered(f"{text} extend y = 1 | where ", "column") == ["Id", "d", "x", "y"]
