import gzip
import io
import zipfile

import pytest

from workbench.base.errors import BadInput
from workbench.events.lookups import records
from workbench.events.lookups.records import fields, objects, unpacked


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        (b'a,"b, c"\n\n"two\nlines",x\n', "csv", [["a", "b, c"], ["two\nlines", "x"]]),
        (b'a|"b|c"', "psv", [["a", "b|c"]]),
        (b'a\t"b', "tsv", [["a", '"b']]),
        (b"\xef\xbb\xbfone, two\r\n\r\n\xff", "txt", [["one, two"], ["\ufffd"]]),
        (b"a\nb", "raw", [["a\nb"]]),
        (b"", "csv", []),
    ],
)
def test_fields(content: bytes, form: str, found: list[list[str]]) -> None:
    assert list(fields(content, form)) == found


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        (b'{"a":1}\n\n{"a":2}', "json", [{"a": 1}, {"a": 2}]),
        (b'{"a":\n1}\n{"a":2}', "json", [{"a": 1}, {"a": 2}]),
        (b'[{"a":1},{"a":2}]', "multijson", [{"a": 1}, {"a": 2}]),
        (b'{"a":1} {"a":2}\n[3]', "multijson", [{"a": 1}, {"a": 2}, 3]),
        (b'{"a":1}', "singlejson", [{"a": 1}]),
        (b" ", "multijson", []),
    ],
)
def test_objects(content: bytes, form: str, found: list[object]) -> None:
    assert list(objects(content, form)) == found


@pytest.mark.parametrize("content", [b"{", b"[1", b"x", b"[" * 100_000])
def test_what_is_no_json_is_told(content: bytes) -> None:
    with pytest.raises(BadInput, match="no JSON"):
        list(objects(content, "multijson"))


def test_compression_is_taken_off_and_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a" * 1000)
        archive.writestr("b.txt", "b" * 1000)
    assert unpacked(gzip.compress(b"x")) == b"x"
    assert unpacked(packed.getvalue(), "*.txt") == b"b" * 1000
    assert unpacked(b"plain") == b"plain"
    with pytest.raises(BadInput, match="cannot be decompressed"):
        unpacked(gzip.compress(b"x" * 50)[:-9])
    with pytest.raises(BadInput, match="cannot be decompressed"):
        unpacked(packed.getvalue()[:-5])
    monkeypatch.setattr(records, "LARGEST", 1500)
    for content in (packed.getvalue(), gzip.compress(b"x" * 2000)):
        with pytest.raises(BadInput, match="more than"):
            unpacked(content)
