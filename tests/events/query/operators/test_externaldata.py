"""Rules: documentation page "externaldata operator"."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.events.conftest import pinned
from tests.events.query.conftest import Frames, answer, columns, referring, rows
from workbench.base.errors import BadQuery
from workbench.events.lookups import Feeds
from workbench.events.query import parse, text_of


@pytest.fixture
def catalog(tmp_path: Path) -> Frames:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "zip.example\n")
        archive.writestr("b.txt", "other.example\n")
    for name, content in {
        "list.csv": b'\xef\xbb\xbfHost,Score,Day\n"a,b",7,2026-01-02\nevil.example,x\n\n',
        "list.txt.gz": gzip.compress(b"# head\n192.0.2.1\n\n192.0.2.2 x,y\n"),
        "list.zip": packed.getvalue(),
        "list.tsv": b'a\t"b\n',
        "lines.json": b'{"a": 1, "b": {"c": "z"}}\n{"a": "x"}\n',
        "all.json": b'[{"a": 1, "b": {"c": "z"}}, {"a": "x"}]',
        "bad.json": b"{",
    }.items():
        pinned(tmp_path / "feeds", f"https://x.example/{name}", content)
    return referring(Feeds(tmp_path / "feeds"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "externaldata(Host:string, Score:long, Day:datetime, More:string) [@'https://x.example/list.csv'] "
            "with (format='csv', ignoreFirstRecord=True) | project Host, Score, year = datetime_part('year', Day), More",
            [("a,b", 7, 2026, ""), ("evil.example", None, None, "")],
        ),
        (
            "externaldata(L:string)[h@'https://x.example/list.txt.gz']",
            [("# head",), ("192.0.2.1",), ("192.0.2.2 x,y",)],
        ),
        ("externaldata(L:string)['https://x.example/list.zip'] with (zipPattern='*.csv')", [("zip.example",)]),
        ("externaldata(a:string, b:string)['https://x.example/list.tsv']", [("a", '"b')]),
        ("externaldata(a:long, b:dynamic)['https://x.example/lines.json']", [(1, {"c": "z"}), (None, None)]),
        ("externaldata(a:dynamic)['https://x.example/all.json'] with (format=multijson)", [(1,), ("x",)]),
        (
            "let u = 'https://x.example/all.json'; externaldata(v:string)[u] with (format='multijson', ingestionMapping="
            """'[{"column": "v", "Properties": {"path": "$.b[\\'c\\']"}}]')""",
            [("z",), ("",)],
        ),
        (
            "externaldata(Day:string)['https://x.example/list.csv'] with (ignorefirstrecord=true, ignorelastrecord=true,"
            """ingestionMapping='[{"Column": "Day", "Properties": {"Ordinal": 2}}]')""",
            [("2026-01-02",)],
        ),
        ("externaldata(a:string)['https://x.example/list.tsv', 'https://x.example/list.tsv'] | count", [(2,)]),
    ],
)
def test_pinned_files_are_read(catalog: Frames, text: str, found: list[tuple[object, ...]]) -> None:
    assert rows(text, catalog) == found


def test_what_is_read_is_told_with_its_day_size_and_digest(catalog: Frames) -> None:
    (note,) = answer("externaldata(a:string)['https://x.example/list.tsv']", catalog).notes
    assert "https://x.example/list.tsv is read from list.csv of 20" in note
    assert "5 bytes, SHA-256 " in note


def test_an_address_that_is_not_pinned_binds_and_is_refused_when_it_runs() -> None:
    text = "Mail | where Sender in ((externaldata(a:string)['https://x.example/other.csv']))"
    assert len(columns(text)) == 7
    with pytest.raises(
        BadQuery, match=r"not pinned \(line 1, column 26\). .*lookups pin 'https://x.example/other.csv'"
    ):
        answer(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("externaldata(a:string)['u'] with (format=parquet)", "does not read the format 'parquet'"),
        ("externaldata(a:string)['u'] with (ingestionMapping='[')", "ingestionMapping cannot be read"),
        ("externaldata(a:string)['u'] with (ingestionMappingReference='m')", "Mappings by name"),
        ("externaldata(a:string, a:long)['u']", "same name"),
        ("externaldata()['u']", "at least one column"),
        ("externaldata(a:string)[strcat(Sender)]", "no name named 'Sender'"),
        ("externaldata(a:string)['https://x.example/bad.json'] with (format=json)", "no JSON"),
        ("externaldata(a:string)['../../organisation.yml']", "not pinned"),
    ],
)
def test_what_cannot_be_read_is_told(catalog: Frames, text: str, fault: str) -> None:
    with pytest.raises(BadQuery, match=fault):
        answer(text, catalog)


def test_the_text_comes_back() -> None:
    text = "externaldata (['a b']:string) ['https://x.example/a'] with (format=csv, ignoreFirstRecord=true) | take 1"
    assert parse(text_of(parse(text))) == parse(text)
