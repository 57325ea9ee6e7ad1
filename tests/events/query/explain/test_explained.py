"""What ``explain`` says is what is done: the columns that the engine reads, the files that a window leaves."""

import re

import pytest

from tests.events.query.conftest import NOW, tables
from tests.events.store.conftest import START, mails
from workbench.base.span import Span
from workbench.events.query import Limits, StoreCatalog, bind, explain, parse, run
from workbench.events.query.backend import pages
from workbench.events.query.running import lazy
from workbench.events.store import Batch, Store

FILES, ROWS = 3, 24 * 31
COLUMNS = (
    "EmailEvents | where Subject has 'hello' | project Timestamp, NetworkMessageId",
    "EmailEvents | extend a = strcat(Subject, 'x'), b = SenderFromDomain | project a",
    "EmailEvents | summarize count() by tolower(RecipientEmailAddress)",
    "EmailEvents | where Subject has 'hello' | count",
    "EmailEvents | project s = Subject, t = Timestamp | where s has 'hello' | project t",
    "EmailEvents | where Timestamp > datetime(2026-02-03 05:30) | project Subject",
    "EmailEvents | where Timestamp > datetime(2026-02-03 05:30) and Subject != '' | project SenderFromDomain",
    "EmailEvents | sort by Timestamp desc | project Subject",
    "EmailEvents | summarize arg_max(Timestamp, Subject) by NetworkMessageId | project Subject",
    "EmailEvents | extend d = parse_json(AuthenticationDetails) | project x = tostring(d.DMARC), y = tostring(d.other)",
    "EmailEvents | project DMARC = tostring(parse_json(AuthenticationDetails).DMARC)",
    "EmailEvents | mv-expand t = split(ThreatTypes, ',') | project t, Subject",
    "EmailEvents | distinct SenderFromDomain",
    "EmailEvents | make-series n = count() on Timestamp step 1d by SenderFromDomain",
    "EmailEvents | partition by SenderFromDomain (top 1 by Timestamp | project Subject)",
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> StoreCatalog:
    """Three months of mail, a file each."""
    store = Store(tmp_path_factory.mktemp("explained") / "store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.events.store.write.LEAST_ROWS", 1)
        for number in range(FILES):
            rows = mails(ROWS, first=number * ROWS)
            store.write("EmailEvents", rows, Batch("test", number))
    return StoreCatalog(store, accelerators=False)


def said(catalog: StoreCatalog, text: str, span: Span | None = None) -> str:
    return explain(bind(parse(text), catalog, now=NOW), catalog, span=span).text


@pytest.mark.parametrize("text", COLUMNS)
def test_as_many_columns_are_named_as_the_engine_reads(catalog: StoreCatalog, text: str) -> None:
    plan = lazy(bind(parse(text), catalog, now=NOW), catalog).explain(engine="streaming")
    read = re.findall(r"PROJECT (\S+)/\d+ COLUMNS", plan)
    told = re.findall(r"columns: (\d+) of", said(catalog, text))
    assert [number.replace("*", str(len(catalog.types("EmailEvents")))) for number in read] == told


def test_series_and_groups_are_said_in_words(catalog: StoreCatalog) -> None:
    text = said(catalog, "EmailEvents | make-series n = count() on Timestamp step 1d by SenderFromDomain")
    assert "make-series n on Timestamp step 1d by SenderFromDomain" in text
    kql = "EmailEvents | partition by SenderFromDomain (top 3 by Subject | extend r = row_number(), (a, b) = series_stats(range(1, 2)))"
    text = said(catalog, kql)
    assert "take 3 of each #key1" in text
    assert "r = row_number() in each #key1" in text
    assert "b = series_stats(range(1, 2))[1]" in text


def test_a_window_leaves_files_and_is_no_condition(catalog: StoreCatalog) -> None:
    text = said(catalog, "EmailEvents | where Timestamp < datetime(2026-02-02) and Subject has 'hello' | count")
    opened, held = map(int, re.findall(r"files: (\d+) of (\d+)", text)[0])
    assert opened < held
    assert "window: before 2026-02-02T00:00:00+00:00" in text
    assert 'conditions: Subject has "hello"' in text
    assert "Timestamp <" not in text


def test_a_span_cuts_every_table(catalog: StoreCatalog) -> None:
    span = Span(START, START.replace(day=31))
    assert f"window: {span}" in said(catalog, "EmailEvents | count", span)


def test_no_moment_fits(catalog: StoreCatalog) -> None:
    text = said(catalog, "EmailEvents | where Timestamp < datetime(2026-02-02) and Timestamp > datetime(2026-02-03)")
    assert "nothing is read" in text


def test_a_table_used_twice_has_its_name_and_is_shown_once(catalog: StoreCatalog) -> None:
    text = said(
        catalog,
        """let ids = EmailUrlInfo | where UrlDomain == "evil.example" | distinct NetworkMessageId;
        EmailEvents | where NetworkMessageId in (ids) | join kind=leftanti (ids) on NetworkMessageId""",
    )
    assert text.count("EmailUrlInfo") == 1
    assert "\n\nids:\n  distinct NetworkMessageId\n" in text
    assert "conditions: NetworkMessageId in (ids)" in text


def test_a_table_inside_an_expression_has_a_number(catalog: StoreCatalog) -> None:
    text = said(catalog, "EmailEvents | where Timestamp > toscalar(EmailEvents | summarize min(Timestamp))")
    assert "toscalar([1])" in text
    assert "\n\n[1]:\n" in text


def test_indexes_and_counts_are_named(catalog: StoreCatalog) -> None:
    with_them = StoreCatalog(catalog.store)
    assert "index: NetworkMessageId" in said(with_them, "EmailEvents | where NetworkMessageId == 'm1'")
    assert "index: NetworkMessageId" in said(with_them, "EmailEvents | extend a=1 | where NetworkMessageId in ('m1')")
    assert "index" not in said(with_them, "EmailEvents | where NetworkMessageId has 'm1'")
    assert "index" not in said(with_them, "EmailEvents | take 5 | where NetworkMessageId == 'm1'")
    assert "index" not in said(catalog, "EmailEvents | where NetworkMessageId == 'm1'")


def test_a_first_page_comes_newest_first(catalog: StoreCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGE", 1)
    assert "order: newest first, until 10 rows" in said(
        catalog, "EmailEvents | where Subject != '' | top 10 by Timestamp"
    )
    assert "order" not in said(catalog, "EmailEvents | top 10 by Subject")


def test_a_run_is_measured(catalog: StoreCatalog) -> None:
    plan = bind(parse("EmailEvents | where NetworkMessageId == 'm1'"), catalog, now=NOW)
    found = explain(plan, catalog, limits=Limits()).measured
    assert found is not None
    assert found.rows == run(plan, catalog).frame.height == 1
    assert explain(plan, catalog).measured is None


def test_long_lists_and_texts_are_cut_and_hostile_text_is_escaped() -> None:
    found = tables()
    names = ", ".join(f"'name {number}'" for number in range(500))
    text = f"Mail | where Sender in ({names}) or Subject == '{'x' * 5000}' or Subject == 'a\\u001b[31m\\u202e'"
    told = explain(bind(parse(text), found, now=NOW), found).text
    assert "and 492 more" in told
    assert len(told) < 1000
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert all(line.isprintable() for line in told.splitlines())
