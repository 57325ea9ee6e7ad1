import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.apps.ui.reader import heard, sent, tell
from workbench.apps.session.encoded import Form
from workbench.apps.session.export import Exported, Target, export
from workbench.apps.ui.widgets import export_line
from workbench.apps.ui.widgets.export_line import ExportLine
from workbench.base.errors import Refused, WorkbenchError


class Rows:
    """An export of a few pieces, each of which waits until it is let go."""

    def __init__(self, folder: Path, *, free: threading.Event | None = None, error: str = "") -> None:
        self.folder, self.free, self.error, self.given_up = folder, free, error, 0
        self.begun = threading.Event()

    total = 6

    def target(self, form: Form) -> Target:
        return Target(self.folder, "rows", form)

    def write(self, target: Target, tell: Callable[[int], None]) -> Exported:
        def pieces() -> object:
            for at in range(3):
                self.begun.set()
                assert self.free is None or self.free.wait(30)
                tell(at * 2)
                yield pl.DataFrame({"n": [at, at]})
            if self.error:
                raise WorkbenchError(self.error)

        return export(pieces(), (("n", "long"),), target, {})  # type: ignore[arg-type]

    def give_up(self) -> None:
        self.given_up += 1


def files(line: ExportLine, work: Rows, form: Form = Form.csv) -> list[tuple[str, bytes]]:
    with sent(line) as messages:
        line.begin(work, form)
    return [(m["content"]["name"], b[0]) for m, b in messages if m.get("method") == "custom"]


def test_a_small_file_is_given_to_the_browser_and_lies_in_the_folder(tmp_path: Path) -> None:
    line = ExportLine()
    assert line.layout.display == "none"
    ends = heard(line, "end")
    [(name, data)] = files(line, Rows(tmp_path))
    assert (name, data) == ("rows.csv", (tmp_path / "rows.csv").read_bytes())
    assert (line.state, line.done, line.total, line.path) == ("done", 6, 6, str(tmp_path / "rows.csv"))
    assert line.said == "6 rows, 31 B written; query and SHA-256 lie beside, in .json."
    assert [each.rows for each in ends] == [6]
    tell(line, "dismiss")
    assert (line.state, line.layout.display) == ("", "none")


def test_a_large_file_is_only_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_line, "SMALL", 10)
    line = ExportLine()
    assert files(line, Rows(tmp_path)) == []
    assert "Too large for a browser" in line.said
    assert Path(line.path).is_file()


def test_what_fails_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    line = ExportLine()
    assert files(line, Rows(tmp_path, error="no room \u202e")) == []
    assert (line.state, line.said) == ("failed", "no room ⟦U+202E⟧.")
    assert list(tmp_path.iterdir()) == []


def test_in_a_kernel_it_is_cancelled_in_the_midst_of_it_and_nothing_is_left(tmp_path: Path) -> None:
    free, line = threading.Event(), ExportLine()
    work = Rows(tmp_path, free=free)

    async def page() -> None:
        line.begin(work, Form.parquet)
        assert await asyncio.to_thread(work.begun.wait, 30)
        assert line.state == "running"
        with pytest.raises(Refused, match="An export is being written"):
            line.begin(Rows(tmp_path), Form.csv)
        tell(line, "dismiss")
        tell(line, "cancel")
        assert (line.state, work.given_up) == ("cancelled", 1)
        line.begin(Rows(tmp_path), Form.csv)
        free.set()
        while line.state == "running" or any(path.suffix == ".part" for path in tmp_path.iterdir()):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(page(), 60))
    assert (line.state, line.done) == ("done", 6)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "rows.csv.json"]


def test_a_file_that_is_whole_when_it_is_cancelled_goes_too(tmp_path: Path) -> None:
    line = ExportLine()

    async def page() -> None:
        line.begin(Rows(tmp_path), Form.csv)
        while not (tmp_path / "rows.csv").exists():
            pass
        line.cancel()
        while list(tmp_path.iterdir()):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(page(), 60))
    assert line.state == "cancelled"


def test_nothing_is_cancelled_where_nothing_runs() -> None:
    line = ExportLine()
    tell(line, "cancel")
    assert (line.state, line.fault) == ("", "")
