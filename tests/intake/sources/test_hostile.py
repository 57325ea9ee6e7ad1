"""Kinds of input under hostile and damaged bytes: everything is read or named, nothing raises, nothing is silent."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.sources.test_kinds import read, values, write
from tests.laws import often
from workbench.intake.importing.pieces import DAMAGED
from workbench.intake.sources import (
    Broken,
    Item,
    Message,
    Passed,
    Refused,
    Row,
    Unreadable,
    files_below,
    items_in,
)

MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: hi\nDate: Mon, 14 Sep 2026 10:00:00 +0000\n\nhello\n"


@pytest.mark.quirk("containers and encodings", "byte-order marks, UTF-16, two encodings in one file")
def test_json_lines_in_utf16_are_lines(tmp_path: Path) -> None:
    text = '{"a":"ü"}\r\n{"a":2}\r\n{"a":\r\n'
    records = read(write(tmp_path, "a.ndjson", text.encode("utf-16")))
    assert values(records) == [{"a": "ü"}, {"a": 2}]
    assert [record.where for record in records if isinstance(record, Broken)] == ["line 3"]


@pytest.mark.parametrize("depth", [251, 600, 950, 990, 1000, 1100])
@pytest.mark.parametrize("end", ["\n", ""])
def test_json_nested_too_deep_to_be_written_again_is_set_aside(tmp_path: Path, depth: int, end: str) -> None:
    text = '{"a":' + "[" * depth + "]" * depth + "}" + end
    (found,) = read(write(tmp_path, "a.ndjson", text.encode()))
    assert isinstance(found, Broken)


def test_many_brackets_side_by_side_are_not_deep(tmp_path: Path) -> None:
    row = {"a": [[n] for n in range(400)], "b": "[" * 400}
    assert values(read(write(tmp_path, "a.ndjson", json.dumps(row).encode()))) == [row]


@pytest.mark.quirk("hunting export: JSON", "numbers beyond 64 bits, deep nesting")
def test_whole_numbers_beyond_64_bits_keep_their_digits_wherever_they_stand(tmp_path: Path) -> None:
    row = {"a": 2**70, "b": {"c": [-(2**80)]}, "d": 1.5}
    assert values(read(write(tmp_path, "a.ndjson", json.dumps(row).encode()))) == [row]


def test_a_long_array_is_read_piece_by_piece(tmp_path: Path) -> None:
    rows = [{"number": number, "text": "x" * (number % 3000)} for number in range(3000)]
    assert values(read(write(tmp_path, "a.json", json.dumps(rows, indent=1).encode()))) == rows


@pytest.mark.quirk("hunting export: JSON", "an element longer than a block")
def test_a_value_longer_than_a_piece_is_whole(tmp_path: Path) -> None:
    row = {"text": "]" * 5_000_000, "n": -12.5}
    assert values(read(write(tmp_path, "a.json", json.dumps([row, row]).encode()))) == [row, row]


@pytest.mark.quirk("hunting export: JSON", "text behind the end of an array")
def test_what_stands_behind_an_array_is_named(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.json", b'[{"a":1}] {"a":2}'))
    assert [type(record) for record in records] == [Row, Broken]


@pytest.mark.quirk("hunting export: event hub", "category AdvancedHunting-(table) and properties")
def test_event_hub_envelopes_are_opened_and_tell_the_table(tmp_path: Path) -> None:
    event = {"time": "t", "category": "AdvancedHunting-EmailEvents", "properties": {"Subject": "s"}}
    one = read(write(tmp_path, "one.json", json.dumps(event).encode()))
    many = read(write(tmp_path, "many.json", json.dumps({"records": [event, event]}).encode()))
    assert [(record.table, record.values) for record in (*one, *many) if isinstance(record, Row)] == [
        ("EmailEvents", {"Subject": "s"})
    ] * 3
    assert [record.where for record in many] == ["line 1, record 1", "line 1, record 2"]


@pytest.mark.quirk("hunting export: API answer", "results of a search index")
def test_results_of_a_search_index_are_opened(tmp_path: Path) -> None:
    line = json.dumps({"preview": False, "offset": 0, "result": {"_raw": "{}", "_time": "t"}})
    assert values(read(write(tmp_path, "a.json", f"{line}\n{line}".encode()))) == [{"_raw": "{}", "_time": "t"}] * 2


@pytest.mark.quirk("hunting export: API answer", "Schema/Results, schema/results, tables with columns and rows")
def test_answers_of_query_interfaces_are_opened(tmp_path: Path) -> None:
    answer = {"schema": [{"name": "a"}], "results": [{"a": 1}, {"a": 2}]}
    assert values(read(write(tmp_path, "a.json", json.dumps(answer, indent=1).encode()))) == [{"a": 1}, {"a": 2}]


def test_a_row_with_a_column_named_like_an_envelope_stays_a_row(tmp_path: Path) -> None:
    row = {"Timestamp": "t", "records": [{"a": 1}]}
    assert values(read(write(tmp_path, "a.json", json.dumps(row).encode()))) == [row]


@pytest.mark.quirk("hunting export: CSV", "a quote that is never closed")
def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    text = b'A,B\n1,"x\n2,y\n3,z\n'
    records = read(write(tmp_path, "a.csv", text))
    assert [type(record) for record in records] == [Broken, Row, Row]
    assert values(records) == [{"A": "2", "B": "y"}, {"A": "3", "B": "z"}]


def test_a_quote_that_another_row_closes_costs_no_row_between(tmp_path: Path) -> None:
    text = b'A,B,C\n1,"x,c\n2,y,c\n3,"z",c\n4,w,c\n'
    records = read(write(tmp_path, "a.csv", text))
    assert [each["A"] for each in values(records)] == ["2", "3", "4"]
    assert [type(record) for record in records].count(Broken) == 1


def test_a_quote_open_in_the_last_line_is_not_taken_for_a_row(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.csv", b'A,B\n1,2\n3,"cut of'))
    assert [type(record) for record in records] == [Row, Broken]


@pytest.mark.quirk("hunting export: CSV", "two columns of one name")
def test_columns_of_one_name_are_all_kept(tmp_path: Path) -> None:
    assert values(read(write(tmp_path, "a.csv", b"A,B,A\n1,2,3\n"))) == [{"A": "1", "B": "2", "A (2)": "3"}]


def test_a_cell_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    (found,) = values(read(write(tmp_path, "a.csv", b"A,B\n1," + b"x" * 10_000_000 + b"\n")))
    assert len(found["B"]) == 10_000_000


def test_a_paragraph_that_begins_with_from_parts_no_mailbox_whose_separators_have_dates(tmp_path: Path) -> None:
    separator = b"From a@b.example Mon Sep 14 10:00:00 2026\n"
    inner = MAIL + b"\nFrom here on we walk.\n\nFrom 10:00 on too.\n"
    records = read(write(tmp_path, "a.mbox", separator + inner + b"\n" + separator + MAIL))
    assert records == [Message("message 1", inner), Message("message 2", MAIL)]


@pytest.mark.quirk("raw mail", "mailboxes with and without dates in their separators")
def test_mailboxes_without_dates_in_separators_are_split_all_the_same(tmp_path: Path) -> None:
    box = b"From a@b.example\n" + MAIL + b"\nFrom c@d.example\r\n" + MAIL
    assert [record.where for record in read(write(tmp_path, "a.mbox", box))] == ["message 1", "message 2"]


def test_records_longer_than_the_limit_are_cut_while_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("mbox", "json_rows", "raw_mail"):
        monkeypatch.setattr(f"workbench.intake.sources.{kind}.LONGEST_RECORD", 2_000)
    separator = b"From a@b.example Mon Sep 14 10:00:00 2026\n"
    long = MAIL + b"x\n" * 5_000
    box = read(write(tmp_path, "a.mbox", separator + long + b"\n" + separator + MAIL))
    assert [type(record) for record in box] == [Broken, Message]
    assert len(box[0].raw) < 2_100
    lines = read(write(tmp_path, "a.ndjson", b'{"a":1}\n{"a":"' + b"x" * 9_000 + b'"}\n{"a":2}\n'))
    assert [type(record) for record in lines] == [Row, Broken, Row]
    assert type(read(write(tmp_path, "a.eml", long))[0]) is Broken


@pytest.mark.quirk("folders and standard input", "Maildir folders begin with a dot")
def test_maildir_folders_are_read_though_their_names_begin_with_a_dot(tmp_path: Path) -> None:
    for folder in (".Sent", ".Junk", ".git"):
        for name in ("cur", "new", "tmp") if folder != ".git" else ("objects",):
            (tmp_path / folder / name).mkdir(parents=True)
    (tmp_path / ".Sent" / "cur" / "1.host:2,S").write_bytes(MAIL)
    found = list(files_below([tmp_path]))
    assert [path.name for path in found if isinstance(path, Path)] == ["1.host:2,S"]
    assert Passed(".git") in found


@pytest.mark.quirk("folders and standard input", "pipes, devices, links to nothing or in circles")
def test_pipes_links_to_nothing_and_links_in_circles_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "gone.eml").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(".")
    reasons = {each.name: each.reason for each in files_below([tmp_path]) if isinstance(each, Unreadable)}
    assert set(reasons) == {"pipe.eml", "gone.eml", "loop"}
    assert "pipe" in reasons["pipe.eml"]
    assert "leads back" in reasons["loop"]


@pytest.mark.quirk("containers and encodings", "damaged, cut and false archives")
def test_a_tar_that_was_cut_short_says_so(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in ("a.eml", "b.eml"):
            info = tarfile.TarInfo(name)
            info.size = len(MAIL)
            archive.addfile(info, io.BytesIO(MAIL))
    whole = (tmp_path / "a.tar").read_bytes()
    assert len(read(tmp_path / "a.tar")) == 2
    for length in (1024, 1024 + 100, 2048):
        found = read(write(tmp_path, "cut.tar", whole[:length]))
        assert isinstance(found[-1], Unreadable), length


@pytest.mark.quirk("containers and encodings", "a file that unpacks without end")
def test_many_members_that_grow_little_each_are_stopped_together(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{number}.bin", bytes(40 * 2**20))
    reasons = []
    for item in items_in(tmp_path / "a.zip"):
        if isinstance(item, Unreadable):
            reasons.append(item.reason)
            continue
        with suppress(Refused):
            while item.stream.read(2**20):
                pass
    assert reasons == ["grows too much; the rest is not read"]


def archives() -> list[tuple[str, bytes]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.eml", MAIL * 20)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for number in range(3):
            info = tarfile.TarInfo(f"{number}.eml")
            info.size = len(MAIL)
            archive.addfile(info, io.BytesIO(MAIL))
    whole = tar.getvalue()
    return [
        ("a.zip", packed.getvalue()),
        ("a.tar", whole),
        ("a.tar.gz", gzip.compress(whole)),
        ("a.tar.xz", lzma.compress(whole)),
        ("a.tar.zst", zstandard.compress(whole)),
        ("a.tar.bz2", bz2.compress(whole)),
    ]


@pytest.mark.quirk("containers and encodings", "damaged, cut and false archives")
@settings(max_examples=often(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(archives()),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=6),
    st.integers(0, 2**16),
)
def test_damaged_archives_are_read_or_named_and_raise_nothing_unforeseen(
    tmp_path: Path, archive: tuple[str, bytes], changes: list[tuple[int, int]], length: int
) -> None:
    name, content = archive
    damaged = bytearray(content)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    path = write(tmp_path, name, bytes(damaged[: max(1, length % (len(damaged) * 2))]))
    for item in items_in(path):
        if isinstance(item, Item):
            with suppress(*DAMAGED):
                item.stream.read()
