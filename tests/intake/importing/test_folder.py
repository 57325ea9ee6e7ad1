import os
import time
from pathlib import Path

import pytest

from workbench.intake.importing.folder import Known, Stamp, being_written, look, stamp_of
from workbench.intake.importing.log import IntakeLog


def names(folder: Path) -> list[str]:
    return [os.path.relpath(path, folder) for path in look(folder).files]


@pytest.mark.quirk("folders and standard input", "files at any depth; half-written names are waited for")
def test_data_at_any_depth_is_seen_and_what_is_none_is_not(tmp_path: Path) -> None:
    for name in (
        "b.eml",
        "sub/deep/a.csv",
        "README.md",
        ".hidden",
        ".git/x.eml",
        "x.eml.part",
        "y.CRDOWNLOAD",
        "z~",
        "t.tmp",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == ["b.eml", "sub/deep/a.csv"]


@pytest.mark.quirk("folders and standard input", "files at any depth; half-written names are waited for")
def test_a_maildir_is_read_without_what_is_in_the_making(tmp_path: Path) -> None:
    for name in ("cur/1", "new/2", "tmp/3", ".Junk/cur/4", ".Junk/new/5", "tmp2/6"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path) == [".Junk/cur/4", ".Junk/new/5", "cur/1", "new/2", "tmp2/6"]


def test_a_folder_that_cannot_be_listed_is_said_to_be(tmp_path: Path) -> None:
    assert list(look(tmp_path / "gone").unlisted.values()) == ["No such file or directory"]


def test_a_stamp_changes_with_content_name_and_rights(tmp_path: Path) -> None:
    path = tmp_path / "a"
    seen = set()
    for change in (path.touch, lambda: path.write_text("x"), lambda: path.write_text("y"), lambda: path.chmod(0o600)):
        time.sleep(0.02)
        change()
        seen.add(stamp_of(str(path)))
    assert len(seen) == 4
    assert stamp_of(str(tmp_path)) is stamp_of("nowhere") is None


@pytest.mark.quirk("folders and standard input", "a file that is still being written")
def test_a_file_open_for_writing_is_told_from_one_open_for_reading(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("read", "written", "closed")]
    for path in paths:
        Path(path).touch()
    with Path(paths[0]).open(), Path(paths[1]).open("a"):
        assert being_written(paths) == {paths[1]}
    assert being_written(paths) == frozenset()


def test_what_was_read_is_known_at_the_next_start_and_forgotten_once_it_is_gone(tmp_path: Path) -> None:
    log = IntakeLog(tmp_path / "intake.db")
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/in/\xff%_.eml")
    inside, beside = str(tmp_path / "in" / "a"), str(tmp_path / "in2" / "a")
    files = dict.fromkeys((odd, inside, beside), Stamp(1, 2))
    Known(log, tmp_path / "in").add(files, lasting=True)
    again = Known(log, tmp_path / "in")
    assert list(again.new(files)) == [beside]
    assert list(again.new({inside: Stamp(1, 3)})) == [inside]
    again.forget({inside: Stamp(1, 2)})
    assert list(Known(log, tmp_path / "in").new(files)) == [odd, beside]
    assert list(Known(log, tmp_path / "in2").new(files)) == [odd, inside]


def test_what_was_not_read_to_its_end_is_tried_at_the_next_start_only(tmp_path: Path) -> None:
    log, files = IntakeLog(tmp_path / "intake.db"), {str(tmp_path / "a"): Stamp(1, 2)}
    known = Known(log, tmp_path)
    known.add(files, lasting=False)
    assert known.new(files) == {}
    assert Known(log, tmp_path).new(files) == files


@pytest.mark.quirk("folders and standard input", "ten thousand files that are known already")
def test_a_look_at_ten_thousand_known_files_is_cheap(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.eml").touch()
    known = Known(IntakeLog(tmp_path / ".intake.db"), tmp_path)
    known.add(look(tmp_path).files, lasting=True)
    best = min(_seconds(known, tmp_path) for _ in range(5))
    assert best < 0.5, f"{best:.2f} s"


def _seconds(known: Known, folder: Path) -> float:
    began = time.process_time()
    assert known.new(look(folder).files) == {}
    return time.process_time() - began
