"""Transfer encodings are undone leniently."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.transfer import decode_transfer, encoding


def decoded(data: bytes, declared: str) -> tuple[bytes, str]:
    faults = Faults()
    return decode_transfer(data, declared, faults, "body"), "; ".join(fault.reason for fault in faults.kept())


@pytest.mark.quirk("raw mail", "misspelt transfer encodings (hexa, 8bit+)")
@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("base64    ", "base64"),
        ("BASE64; x", "base64"),
        ("base64-ish", "base64"),
        (" quoted-printable (as usual)", "quoted-printable"),
        ("8bit+", "8bit"),
        ("", ""),
    ],
)
def test_misspelt_encodings_are_what_they_mean(declared: str, name: str) -> None:
    assert encoding(declared) == name


@given(st.binary(max_size=200))
def test_base64_reads_back(data: bytes) -> None:
    assert decoded(base64.encodebytes(data).replace(b"\n", b"\r\n"), "base64") == (data, "")


def test_base64_survives_junk_and_lost_padding() -> None:
    coded = base64.b64encode(b"the quick brown fox!")
    assert decoded(b" -- " + coded.rstrip(b"=") + b"\x00\xff", "base64")[0] == b"the quick brown fox!"
    assert decoded(coded[:-3], "base64")[1] == "base64 of impossible length, the last character is dropped"


def test_base64_that_goes_on_after_its_end_is_read_on() -> None:
    coded = base64.b64encode(b"first") + b"\r\n" + base64.b64encode(b"second")
    assert decoded(coded, "base64") == (b"firstsecond", "base64 goes on after its end")


def test_quoted_printable_is_decoded() -> None:
    assert decoded(b"caf=C3=A9 =\r\nau lait=20", "quoted-printable")[0] == "café au lait ".encode()


def test_uuencode_is_decoded_up_to_the_line_that_breaks() -> None:
    lines = b"begin 644 a.txt\n" + binascii.b2a_uu(b"hello ") + binascii.b2a_uu(b"world")
    assert decoded(lines + b"`\nend\n", "x-uuencode") == (b"hello world", "")
    assert decoded(lines + b"\xff\xff\xff\n", "x-uuencode")[0] == b"hello world"


def test_an_unknown_encoding_leaves_the_bytes_and_is_noted() -> None:
    assert decoded(b"as is", "hexa") == (b"as is", "transfer encoding 'hexa' is not known, read as it is")
    assert decoded(b"as is", "8bit+") == (b"as is", "")


@given(st.binary(max_size=80), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "7bit", "nonsense"]))
def test_any_bytes_can_be_decoded(data: bytes, declared: str) -> None:
    assert isinstance(decoded(data, declared)[0], bytes)


def test_fifty_megabytes_are_decoded_in_time() -> None:
    coded = base64.encodebytes(b"x" * 36_000_000)
    assert seconds(lambda: decoded(coded, "base64")) < 3
