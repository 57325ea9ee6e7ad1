import polars as pl
import pytest

from tests.apps.ui.reader import sent, tell
from workbench.apps.session.encoded import Form, encoded
from workbench.apps.ui.widgets import download
from workbench.apps.ui.widgets.download import Download, File, file_of, send
from workbench.base.errors import LimitReached

FRAME = pl.DataFrame({"n": [1, 2], "text": ["=1+1", None]})


@pytest.mark.parametrize("form", Form)
def test_a_frame_is_a_file_of_its_form(form: Form) -> None:
    file = file_of(FRAME, "rows", form)
    assert (file.name, file.data) == (f"rows.{form}", encoded(FRAME, (), form))


def test_pressing_the_button_sends_the_file_that_is_made_then() -> None:
    made: list[int] = []

    def make() -> File:
        made.append(1)
        return File(f"{len(made)}.txt", b"data", "text/plain")

    button = Download("Save", make)
    assert made == []
    with sent(button) as messages:
        tell(button, "download")
    names = [message["content"]["name"] for message, _ in messages if message["method"] == "custom"]
    assert names == ["1.txt"]


def test_a_file_too_large_for_a_page_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LARGEST", 3)
    button = Download("Save", lambda: File("x", b"data"))
    tell(button, "download")
    assert "4 bytes; a page saves at most 3" in button.fault
    with pytest.raises(LimitReached):
        send(button, File("x", b"data"))
