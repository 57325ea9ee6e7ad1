from base64 import b64encode
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import check, value

FULL = "scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment"

CASES = [
    (
        f'parse_url("{FULL}")',
        {
            "Scheme": "scheme",
            "Host": "host",
            "Port": "1234",
            "Path": "/this/is/a/path",
            "Username": "username",
            "Password": "password",
            "Query Parameters": {"k1": "v1", "k2": "v2"},
            "Fragment": "fragment",
        },
    ),
    ('parse_url("https://[broken").Host', ""),
    ('parse_urlquery("k1=v1&k2=&k3=a%20b")', {"Query Parameters": {"k1": "v1", "k2": "", "k3": "a b"}}),
    ('parse_urlquery("?k1=v1")', {"Query Parameters": {"k1": "v1"}}),
    ('url_decode("https%3a%2f%2fwww.bing.com%2f")', "https://www.bing.com/"),
    ('url_decode("100%")', "100%"),
    ('url_encode("https://a b/")', "https%3a%2f%2fa+b%2f"),
    ('url_encode_component("https://www.bing.com/hello world")', "https%3a%2f%2fwww.bing.com%2fhello%20world"),
    ('parseurl("https://a.b/c").Host', "a.b"),
    ('parseurlquery("k=v")', {"Query Parameters": {"k": "v"}}),
    ('base64_decode_toarray("S3VzdG8=")', [75, 117, 115, 116, 111]),
    ('base64_decode_toarray("?")', None),
    ("base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))", "S3VzdG8="),
    ("base64_encode_fromarray(dynamic([300]))", ""),
    ("base64_encode_fromguid(guid(ae3133f2-6e22-49ae-b06a-16e6a9b212eb))", "8jMxriJurkmwahbmqbIS6w=="),
    ('base64_decode_toguid("8jMxriJurkmwahbmqbIS6w==")', "ae3133f2-6e22-49ae-b06a-16e6a9b212eb"),
    ('base64_decode_toguid("YQ==")', None),
    ('zlib_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=")', "Test string 123"),
    ('zlib_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cw")', ""),
    ('zlib_decompress_from_base64_string("not packed")', ""),
    (
        'gzip_decompress_from_base64_string(gzip_compress_to_base64_string("1234567890qwertyuiop"))',
        "1234567890qwertyuiop",
    ),
    ('zlib_decompress_from_base64_string(zlib_compress_to_base64_string("abc"))', "abc"),
    ('base64_encode_tostring("Kusto")', "S3VzdG8="),
    ('base64_decode_tostring("S3VzdG8=")', "Kusto"),
    ('base64_decode_tostring("not base64")', ""),
    ('base64_decode_tostring("/w==")', ""),
    ('base64_encodestring("a")', "YQ=="),
    ('base64_decodestring("YQ==")', "a"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_encodings_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


@given(st.text(max_size=20))
def test_encoding_and_decoding_give_the_text_back(text: str) -> None:
    assert value("base64_decode_tostring(base64_encode_tostring(t))", t=text) == text
    assert value("url_decode(url_encode_component(t))", t=text) == text
    assert value("url_decode(replace_string(url_encode(t), '+', '%20'))", t=text) == text


def test_packed_text_that_grows_beyond_every_measure_gives_nothing() -> None:
    bomb = b64encode(compress(b"0" * 20_000_000, 1)).decode()
    assert value("zlib_decompress_from_base64_string(t)", t=bomb) == ""
