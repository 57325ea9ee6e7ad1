import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import given
from traitlets import Int

from tests.apps.ui.reader import heard, junk, sent, tell, write
from workbench.apps.ui.widgets.part import Part, working
from workbench.base.errors import BadInput, UnknownName


class Counter(Part):
    """A widget that counts what it is told."""

    _esm = "export default {}"
    MESSAGES: ClassVar[Mapping[str, str]] = {"add": "add one", "refuse": "fail on purpose", "break": "fail by accident"}
    EVENTS: ClassVar[Mapping[str, str]] = {"added": "the count"}
    count = Int(0).tag(sync=True)

    def _got_add(self, _message: Mapping[str, Any]) -> None:
        self.update(count=self.count + 1)
        self.tell("added", self.count)

    def _got_refuse(self, _message: Mapping[str, Any]) -> None:
        raise BadInput("The value \u202e is odd", next_step="Give another.")

    def _got_break(self, _message: Mapping[str, Any]) -> None:
        raise ZeroDivisionError("secret text of a mail")


def test_a_known_message_reaches_its_method_and_the_handlers() -> None:
    counter = Counter()
    values = heard(counter, "added")
    tell(counter, "add")
    tell(counter, "add")
    assert (counter.count, counter.version, values) == (2, 2, [1, 2])


@given(junk)
def test_no_message_breaks_a_widget(content: object) -> None:
    counter = Counter()
    counter._handle_custom_msg(content, [])
    assert counter.count == 0


@pytest.mark.parametrize("kind", ["tell", "_got_add", "close", "__init__", ""])
def test_only_listed_kinds_are_methods_a_page_can_call(kind: str) -> None:
    counter = Counter()
    tell(counter, kind)
    assert (counter.count, counter.fault) == (0, "")


def test_traits_that_a_page_writes_are_dropped() -> None:
    counter = Counter()
    with sent(counter) as messages:
        write(counter, count=99, fault="<b>", _esm="alert(1)", version=-1, layout="IPY_MODEL_x")
    assert (counter.count, counter.fault, counter.version, messages) == (0, "", 0, [])
    assert counter._esm == "export default {}"


def test_an_error_of_ours_is_shown_with_its_advice_and_hidden_characters_visible() -> None:
    counter = Counter()
    tell(counter, "refuse")
    assert counter.fault == "The value ⟦U+202E⟧ is odd. Give another."


def test_an_unexpected_error_is_logged_and_its_text_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    counter = Counter()
    with caplog.at_level(logging.ERROR):
        tell(counter, "break")
    assert "ZeroDivisionError" in counter.fault
    assert "secret" not in counter.fault
    assert "secret text of a mail" in caplog.text


def test_a_handler_that_fails_shows_as_a_fault_and_the_next_message_clears_it() -> None:
    counter = Counter()
    counter.on("added", lambda count: 1 // (count - 1))
    tell(counter, "add")
    assert counter.fault
    tell(counter, "add")
    assert counter.fault == ""


def test_an_unknown_event_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean added"):
        Counter().on("add", print)


def test_an_update_is_one_message_with_one_version() -> None:
    counter = Counter()
    with sent(counter) as messages:
        counter.update(count=5, fault="x")
    (message, _), *rest = messages
    assert rest == []
    assert message["state"] == {"count": 5, "fault": "x", "version": 1}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("rows.csv", "rows.csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"\r\nb', "a_  b"),
        ("\u202efdp.exe", "_U_202E_fdp.exe"),
        ("...", "download"),
    ],
)
def test_a_file_name_is_cut_to_harmless_characters(name: str, kept: str) -> None:
    counter = Counter()
    with sent(counter) as messages:
        counter.deliver(name, b"data", "text/csv")
    (message, buffers), *_ = messages
    assert message["content"] == {"kind": "file", "name": kept, "mime": "text/csv"}
    assert buffers == [b"data"]


def test_parts_are_busy_while_a_block_runs_even_when_it_fails() -> None:
    one, other = Counter(), Counter()
    with pytest.raises(KeyError), working(one, other):
        assert one.busy
        raise KeyError
    assert not one.busy
    assert not other.busy
