"""One column of one file is read one way, however the file is cut, and when a record of it is read again."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import pytest

from workbench.base.config import Workspace
from workbench.base.text.slashed import DayFirst, EitherWay
from workbench.events.store import Store
from workbench.intake.activity import Context
from workbench.intake.importing import Report, import_paths
from workbench.intake.importing.log import IntakeLog
from workbench.intake.importing.retry import retry
from workbench.intake.importing.taking import Task, take
from workbench.intake.sources import Block, Kind, Record, Row, kinds

Form = Callable[[list[str]], bytes]


def as_csv(times: list[str]) -> bytes:
    rows = [f'"{time}",m{at},a@northgate.example\r\n' for at, time in enumerate(times)]
    return "".join(["Timestamp,NetworkMessageId,RecipientEmailAddress\r\n", *rows]).encode()


def rows_of(times: list[str]) -> list[dict[str, str]]:
    return [
        {"Timestamp": time, "NetworkMessageId": f"m{at}", "RecipientEmailAddress": "a@northgate.example"}
        for at, time in enumerate(times)
    ]


def as_lines(times: list[str]) -> bytes:
    return "\n".join(map(json.dumps, rows_of(times))).encode()


def as_array(times: list[str]) -> bytes:
    return json.dumps(rows_of(times)).encode()


FORMS = {"EmailEvents.csv": as_csv, "EmailEvents.ndjson": as_lines, "EmailEvents.json": as_array}


CASES = {
    "day": ["01/02/2026 10:00", "31/12/2025 10:00", "05/05/2026 10:00"],
    "either": ["01/02/2026 10:00", "03/04/2026 10:00", "05/05/2026 10:00"],
    "mixed": ["31/12/2025 10:00", "30/12/2025 10:00", "12/29/2025 10:00", "01/02/2026 10:00"],
}
ODD = "Timestamp is read with the day first, as the file begins, and this has the other order: '12/29/2025 10:00'"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("home")
    (home / "workbench.toml").touch()
    return Workspace(home)


@pytest.fixture(scope="module")
def report(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The account of all cases in all forms; each file names its messages after itself."""
    folder = tmp_path_factory.mktemp("given")
    for name, form in FORMS.items():
        for case, times in CASES.items():
            (folder / f"{case}_{name}").write_bytes(form(times))
    for path in folder.iterdir():
        path.write_bytes(re.sub(rb"\bm(\d)", rb"%s \1" % path.name.encode(), path.read_bytes()))
    return import_paths(workspace, [folder])


def days(workspace: Workspace, file: str) -> list[str]:
    rows = Store(workspace.store).scan("EmailEvents").select("NetworkMessageId", "Timestamp").collect()
    return [f"{moment:%Y-%m-%d}" for name, moment in sorted(rows.iter_rows()) if name.startswith(f"{file} ")]


def faults(report: Report, file: str) -> list[tuple[str, str, int]]:
    return [(where, why, count) for (of, where, why), count in report.faults.items() if of == file]


@pytest.mark.quirk("any export", "dates with slashes, day or month first")
@pytest.mark.parametrize("name", FORMS)
def test_a_column_with_a_day_that_is_no_month_has_the_day_first(
    workspace: Workspace, report: Report, name: str
) -> None:
    file = f"day_{name}"
    told = ("column Timestamp", "is read with the day first, as other dates of the column have it", 1)
    assert faults(report, file) == [told]
    assert days(workspace, file) == ["2026-02-01", "2025-12-31", "2026-05-05"]


@pytest.mark.quirk("any export", "dates with slashes, day or month first")
@pytest.mark.parametrize("name", FORMS)
def test_a_column_that_does_not_tell_has_the_month_first_and_the_account_says_so(
    workspace: Workspace, report: Report, name: str
) -> None:
    file = f"either_{name}"
    assert [(why[-25:], count) for _, why, count in faults(report, file)] == [("read with the month first", 2)]
    assert days(workspace, file) == ["2026-01-02", "2026-03-04", "2026-05-05"]


@pytest.mark.parametrize("name", FORMS)
def test_of_dates_that_exclude_each_other_the_fewer_are_set_aside(
    workspace: Workspace, report: Report, name: str
) -> None:
    file = f"mixed_{name}"
    assert ODD in [why for _, why, _ in faults(report, file)]
    assert days(workspace, file) == ["2025-12-31", "2025-12-30", "2026-02-01"]


def test_what_was_set_aside_stays_so_when_it_is_read_again(workspace: Workspace, report: Report) -> None:
    asides = IntakeLog(workspace.intake).quarantine(limit=9)
    assert len(asides) == report.quarantined == len(FORMS)
    assert retry(workspace, [each.id for each in asides]).still == {each.id: ODD for each in asides}


def split(kind: Kind, content: bytes) -> list[Block | Record]:
    return list(kind.split(io.BufferedReader(io.BytesIO(content))))


def cells(kind: Kind, block: Block | Record) -> list[object]:
    assert isinstance(block, Block)
    return [row.values["Timestamp"] for row in kind.read(block) if isinstance(row, Row)]


@pytest.mark.parametrize(("name", "form"), [("csv_rows", as_csv), ("json_rows", as_lines), ("json_rows", as_array)])
def test_every_part_of_a_file_is_read_as_the_whole(name: str, form: Form) -> None:
    kind = kinds()[name]
    for first, mark in (("31/12/2025 10:00", DayFirst), ("03/04/2025 10:00", EitherWay), ("12/31/2025 10:00", str)):
        (block,) = split(kind, form([first, "01/02/2026 10:00"]))
        assert isinstance(block, Block)
        assert {type(cell) for cell in cells(kind, block)} == {mark}
        assert {type(cell) for part in kind.parts(block) for cell in cells(kind, part)} == {mark}


def test_text_in_which_no_date_stands_stays_as_it_is() -> None:
    kind = kinds()["csv_rows"]
    (block,) = split(kind, as_csv(["2026-01-02T10:00:00Z", "see https://x.example/1/2/2026"]))
    assert isinstance(block, Block)
    assert block.context.startswith(b"Timestamp,")
    assert {type(cell) for cell in cells(kind, block)} == {str}


def test_the_beginning_of_a_file_decides_and_a_later_row_that_contradicts_it_does_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for room in ("_dates", "csv_rows"):
        monkeypatch.setattr(f"workbench.intake.sources.{room}.BLOCK_BYTES", 1_000)
    content = as_csv(["01/31/2026 10:00", *["01/02/2026 10:00"] * 300, "31/01/2026 10:00"])
    blocks = [piece for piece in split(kinds()["csv_rows"], content) if isinstance(piece, Block)]
    assert len(blocks) > 9
    taken = take([Task("csv_rows", "EmailEvents", (each,)) for each in blocks], datetime.now(UTC), Context())
    (refusal,) = (refusal for each in taken for refusal in each.refusals)
    assert "month first, as the file begins" in refusal.reason
    assert not [each.faults for each in taken if each.faults]


class _Torn(io.RawIOBase):
    """Bytes, then damage."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        if not self._left:
            raise EOFError
        view = cast("memoryview", buffer)
        piece, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def test_what_was_read_before_a_file_turns_out_damaged_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.intake.sources.csv_rows.BLOCK_BYTES", 1_000)
    stream = io.BufferedReader(_Torn(as_csv(["31/12/2025 10:00"] * 100)), 256)
    found: list[Block | Record] = []
    with pytest.raises(EOFError):
        found.extend(kinds()["csv_rows"].split(stream))
    assert found
    assert all(piece.context.startswith(b"#DATES") for piece in found if isinstance(piece, Block))


@pytest.mark.parametrize("line", [b"#DATES x\n", b"#DATES []\n", b'#DATES {"A":"day","B":7}\n', b"#DATES "])
def test_a_line_that_only_begins_like_ours_costs_nothing(line: bytes) -> None:
    kind = kinds()["csv_rows"]
    for piece in split(kind, line + b"A,B\n31/12/2025 10:00,x\n"):
        assert not isinstance(piece, Block) or [type(row) for row in kind.read(piece)] in ([Row], [])
