"""Parameters of content types and dispositions, as they are written in real mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.parameters import Typed, read_parameters


def parsed(header: str) -> Typed:
    return read_parameters(header, Faults(), "part 1")


@pytest.mark.parametrize(
    ("header", "value", "parameters"),
    [
        ("text/html", "text/html", {}),
        ("Text/HTML ; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('multipart/mixed; boundary="a b;c"', "multipart/mixed", {"boundary": "a b;c"}),
        ("multipart/mixed;boundary=--_=_swift_=_", "multipart/mixed", {"boundary": "--_=_swift_=_"}),
        ('attachment; filename="a\\"b.txt"', "attachment", {"filename": 'a"b.txt'}),
        ("attachment; filename=two words.txt", "attachment", {"filename": "two words.txt"}),
        ("attachment; filename*=utf-8''na%C3%AFve.pdf", "attachment", {"filename": "naïve.pdf"}),
        ("attachment; filename*=iso-8859-1'en'caf%E9", "attachment", {"filename": "café"}),
        ("a; n*0=one; n*1=two", "a", {"n": "onetwo"}),
        ("a; n*1=two; n*0=one", "a", {"n": "onetwo"}),
        ("a; n*0*=utf-8''%e2%82; n*1*=%ac; n*2=end", "a", {"n": "€end"}),
        ("a; filename*=%2e%2e%2fpasswd", "a", {"filename": "../passwd"}),
        ('a; name="=?utf-8?q?=C3=A4.txt?="', "a", {"name": "ä.txt"}),
        ("a;; ;charset=x", "a", {"charset": "x"}),
        ('a; name="open', "a", {"name": "open"}),
        ("a; x=1; x=2", "a", {"x": "1"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read(header: str, value: str, parameters: dict[str, str]) -> None:
    assert parsed(header) == Typed(value, parameters)


@pytest.mark.parametrize(
    "header", ["a" + "; b=c" * 12_000, 'a; b="' + '\\"' * 30_000, "a" + ";" * 60_000, "a; n*0" * 9_000]
)
def test_headers_made_to_be_slow_are_not(header: str) -> None:
    assert seconds(lambda: parsed(header)) < 1


@given(st.text("abn*01=;\"'\\%41 \t\r\n/é\x00", max_size=80))
def test_any_header_has_a_value_and_parameters(header: str) -> None:
    value, parameters = parsed(header)
    assert isinstance(value, str)
    assert all(isinstance(name, str) and isinstance(text, str) for name, text in parameters.items())
