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
    ('url_encode("https://a b/")', "https%3A%2F%2Fa%20b%2F"),
    ('base64_encode_tostring("Kusto")', "S3VzdG8="),
    ('base64_decode_tostring("S3VzdG8=")', "Kusto"),
    ('base64_decode_tostring("not base64")', ""),
    ('base64_decode_tostring("/w==")', ""),
    ('base64_encodestring("a")', "YQ=="),
    ('hash_sha256("World")', "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524"),
    ("hash_sha256(datetime(2020-01-01))", "ba666752dc1a20eb750b0eb64e780cc4c968bc9fb8813461c1d7e750f302d71d"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_encodings_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


@given(st.text(max_size=20))
def test_encoding_and_decoding_give_the_text_back(text: str) -> None:
    assert value("base64_decode_tostring(base64_encode_tostring(t))", t=text) == text
    assert value("url_decode(url_encode(t))", t=text) == text
