import json
from pathlib import Path

import pytest

from workbench.base.errors import BadInput
from workbench.events.lookups.foreign import incoming


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", r"line 2 holds the control character U\+001A"),
        (b"evil.example\nb\xfcr.example\n", "line 2 holds the byte 0xFC"),
        (b"evil.example\r\n\x1b[31mx.example\n", r"line 2 holds the control character U\+001B"),
        ("a.example\nb.example\nx\u009b31m.example\n".encode(), r"line 3 holds the control character U\+009B"),
        (json.dumps({"list": ["a.example", "b\x1b.example"]}).encode(), r"Entry 2 .* U\+001B"),
        (b"# match: string\na\0\n", r"line 2 holds the control character U\+0000"),
        ("a.example\n".encode("utf-16"), "line 1 holds"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "given.txt"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said) as refused:
        incoming(path, "own")
    assert "UTF-8" in refused.value.next_step


def test_text_in_any_alphabet_with_tabs_and_line_ends_is_text(tmp_path: Path) -> None:
    path = tmp_path / "given.txt"
    path.write_bytes("# match: string\r\nbür\u00a0о.example\tx\r\n日本.example\n".encode())
    assert incoming(path, "own").entries.to_list() == ["bür\u00a0о.example\tx", "日本.example"]
