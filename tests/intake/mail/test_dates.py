"""Dates of headers and stamps become UTC instants, or None with a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.mail.dates import read_date, read_stamp


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.quirk("raw mail", "years of two and three digits")
@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Tue, 19 Sep 2023 18:36:46 +0000", utc(2023, 9, 19, 18, 36, 46)),
        ("Tue, 19 Sep 2023 20:36:46 +0200 (CEST)", utc(2023, 9, 19, 18, 36, 46)),
        ("19 Sep 2023 18:36 GMT", utc(2023, 9, 19, 18, 36)),
        ("Tue, 19 Sep 23 18:36:46 EST", utc(2023, 9, 19, 23, 36, 46)),
        ("Thu, 22 Aug 102 12:36:23 +0000", utc(2002, 8, 22, 12, 36, 23)),
        ("2023-09-19T18:36:46Z", utc(2023, 9, 19, 18, 36, 46)),
        ("Tue, \u00c2\u00f1, 29 Jan 2023 17:21:28 +0000 (UTC)", utc(2023, 1, 29, 17, 21, 28)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", utc(2016, 12, 31, 23, 59, 59)),
    ],
)
def test_dates_of_many_kinds_are_read(text: str, instant: datetime) -> None:
    assert read_date(text).instant == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is none"),
        ("yesterday", "not a date"),
        ("Fri, 31 Dec 9999 23:59:59 -1200", "year 9999 cannot be"),
        ("Tue, 31 Feb 2023 10:00:00 +0000", "not a date that exists"),
        ("Tue, 19 Sep 2023 18:36:46 +9900", "the zone cannot be"),
        ("Tue, 19 Sep 1623 18:36:46 +0000", "year 1623 cannot be"),
    ],
)
def test_what_is_no_credible_date_is_none_with_a_reason(text: str, reason: str) -> None:
    assert read_date(text) == (None, reason)


def test_what_had_to_be_guessed_is_said() -> None:
    assert read_date("Tue, 19 Sep 2023 18:36:46").reason == "has no zone, read as UTC"
    assert "year of three digits" in read_date("Thu, 22 Aug 102 12:36:23 +0000").reason


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("19 Sep 2023 18:36:46.1231 (UTC)", utc(2023, 9, 19, 18, 36, 46, 123_100)),
        ("19 Sep 2023 18:36:46.1231984 (UTC)", utc(2023, 9, 19, 18, 36, 46, 123_198)),
        ("19 Sep 2023 18:36:46 (UTC)", utc(2023, 9, 19, 18, 36, 46)),
        ("19 Sep 2023 18:36:46.0000 (UTC) FILETIME=[C1E8B0F0:01D9EB2A]", utc(2023, 9, 19, 18, 36, 46)),
        ("31 Feb 2023 18:36:46 (UTC)", None),
        ("Tue, 19 Sep 2023 18:36:46 +0000", None),
        ("", None),
    ],
)
def test_the_stamps_of_exchange_are_read(text: str, instant: datetime | None) -> None:
    assert read_stamp(text) == instant


@given(st.text("TueSpJan 0129:+-.(UTC),GMT", max_size=50))
def test_any_text_is_an_aware_instant_or_none(text: str) -> None:
    for instant in (read_date(text).instant, read_stamp(text)):
        assert instant is None or instant.utcoffset() is not None
