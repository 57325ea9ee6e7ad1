import pytest

from tests.events.query.conftest import check
from workbench.events.query.functions.hashes import xxhash64

CASES = [
    ('hash("World")', 1846988464401551951),
    ('hash("World", 100)', 51),
    ('hash(datetime("2015-01-01"))', 1380966698541616202),
    ('hash_md5("World")', "f5a7924e621e84c9280a9a27e1bcb7f6"),
    ('hash_sha1("World")', "70c07ec18ef89c5309bbb0937f3a6342411e1fdd"),
    ('hash_sha256("World")', "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524"),
    ("hash_sha256(datetime(2020-01-01))", "ba666752dc1a20eb750b0eb64e780cc4c968bc9fb8813461c1d7e750f302d71d"),
    ('hash_xxhash64("World")', 1846988464401551951),
    ('hash("")', -1205034819632174695),
    ("hash(5)", -8521361153450682051),
    ('hash("12345678901234567890123456789012345")', -5174975475920052569),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_hashes_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0xEF46DB3751D8E999),
        ("a", 0xD24EC4F1A98C6E5B),
        ("abc", 0x44BC2CF5AD770999),
        ("xxhash", 0x32DD38952C4BC720),
        ("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1),
    ],
)
def test_the_hash_is_xxhash64_as_others_compute_it(text: str, expected: int) -> None:
    assert xxhash64(text.encode()) % 2**64 == expected
