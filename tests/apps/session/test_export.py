import json
import os
import resource
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.session.encoded import Form
from workbench.apps.session.export import (
    ABANDONED,
    Exported,
    Target,
    export,
    facts_of,
    safe_stem,
    target_of,
)
from workbench.base.errors import WorkbenchError

COLUMNS = (("n", "long"), ("text", "string"))


def pieces(many: int, rows: int = 2) -> Iterator[pl.DataFrame]:
    for at in range(many):
        yield pl.DataFrame({"n": range(at * rows, (at + 1) * rows), "text": [f"row {at} \u00e9"] * rows})


def written(folder: Path, name: str = "rows", form: Form = Form.csv) -> Exported:
    return export(pieces(3), COLUMNS, Target(folder, name, form), {"kql": "T | take 6"})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", Form)
def test_the_sidecar_says_what_the_file_holds(tmp_path: Path, form: Form) -> None:
    made = written(tmp_path / "deep" / "exports", form=form)
    data, told = made.path.read_bytes(), json.loads(made.sidecar.read_text("utf-8"))
    assert (made.rows, made.size, made.sha256) == (6, len(data), sha256(data).hexdigest())
    assert (told["rows"], told["bytes"], told["sha256"]) == (6, len(data), made.sha256)
    assert (told["file"], told["kql"]) == (f"rows.{form}", "T | take 6")
    assert told["columns"] == [{"name": "n", "type": "long"}, {"name": "text", "type": "string"}]
    assert names(made.path.parent) == [f"rows.{form}", f"rows.{form}.json"]


def test_nobody_else_may_read_what_was_taken_away(tmp_path: Path) -> None:
    made = written(tmp_path / "exports")
    modes = [path.stat().st_mode & 0o777 for path in (made.path.parent, made.path, made.sidecar)]
    assert modes == [0o700, 0o600, 0o600]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "rows-2.csv").write_text("mine")
    assert [written(tmp_path).path.name for _ in range(3)] == ["rows.csv", "rows-3.csv", "rows-4.csv"]
    assert (tmp_path / "rows-2.csv").read_text() == "mine"
    assert json.loads((tmp_path / "rows-3.csv.json").read_text())["file"] == "rows-3.csv"
    assert len(names(tmp_path)) == 7


def test_many_exports_at_once_have_a_name_each(tmp_path: Path) -> None:
    made: list[Exported] = []
    threads = [threading.Thread(target=lambda: made.append(written(tmp_path))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({each.path for each in made}) == 8
    assert {sha256(each.path.read_bytes()).hexdigest() for each in made} == {made[0].sha256}
    assert len(names(tmp_path)) == 16


def test_a_named_file_is_replaced_once_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("before")

    def failing() -> Iterator[pl.DataFrame]:
        yield from pieces(1)
        assert path.read_text() == "before"
        raise WorkbenchError("the question failed")

    with pytest.raises(WorkbenchError, match="the question failed"):
        export(failing(), COLUMNS, target_of(path, Form.csv), {})
    assert names(tmp_path) == ["mine.csv"]
    made = export(pieces(1), COLUMNS, target_of(path, Form.csv), {})
    assert (made.path, path.read_bytes()[:3]) == (path, b"\xef\xbb\xbf")
    assert names(tmp_path) == ["mine.csv", "mine.csv.json"]


@pytest.mark.parametrize("form", Form)
def test_an_export_that_is_given_up_leaves_nothing(tmp_path: Path, form: Form) -> None:
    class Enough(Exception):
        pass

    def given_up() -> Iterator[pl.DataFrame]:
        yield from pieces(2)
        raise Enough

    with pytest.raises(Enough):
        export(given_up(), COLUMNS, Target(tmp_path, "rows", form), {})
    assert names(tmp_path) == []


@pytest.mark.parametrize(("form", "limit"), [(Form.csv, 20_000), (Form.parquet, 100)])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, form: Form, limit: int) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(WorkbenchError, match="The export cannot be written") as caught:
            export(pieces(9, 5_000), COLUMNS, Target(tmp_path, "rows", form), {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Is there room on the disk" in str(caught.value)
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file")
    with pytest.raises(WorkbenchError, match="The export cannot be written: File exists"):
        written(tmp_path / "exports")


def test_what_killed_exports_left_is_taken_away_and_what_is_being_written_stays(tmp_path: Path) -> None:
    for name in (".old.part", ".new.part"):
        (tmp_path / name).touch()
    before = time.time() - ABANDONED - 5
    os.utime(tmp_path / ".old.part", (before, before))
    written(tmp_path)
    assert names(tmp_path) == [".new.part", "rows.csv", "rows.csv.json"]


@given(st.text(max_size=200))
def test_any_name_is_that_of_a_file_in_the_folder(text: str) -> None:
    stem = safe_stem(text)
    assert 0 < len(stem) < 200
    assert Path("folder", stem).parent == Path("folder")
    assert not stem.startswith(".")
    assert stem.isprintable()


def test_facts_say_how_old_the_data_were() -> None:
    newest = datetime(2026, 1, 1, tzinfo=UTC)
    facts = facts_of("T", newest, newest)
    assert facts["newest_event"] == facts["now"] == "2026-01-01T00:00:00Z"
    assert isinstance(facts["age_seconds"], int)
    assert facts_of("T", newest, None)["age_seconds"] is None
