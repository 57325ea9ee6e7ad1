"""Times of messages whose hops and Date tell none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.mail.clues import NO_TIME, time_told
from workbench.intake.mail.headers import Header, Headers

MOMENT = datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC)


def told(*headers: tuple[str, str]) -> tuple[datetime, str]:
    return time_told(Headers([Header(place, name.lower(), value) for place, (name, value) in enumerate(headers)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Received", "by 2002:a05:1 with SMTP id x; Tue, 19 Sep 2023 11:36:44 -0700 (PDT)"),
        ("Delivery-Date", "Tue, 19 Sep 2023 20:36:44 +0200"),
        ("Resent-Date", "Tue, 19 Sep 2023 20:36:44 +0200"),
        ("ARC-Seal", "i=1; a=rsa-sha256; t=1695148604; cv=none; d=google.com; s=arc"),
        ("DKIM-Signature", "v=1; d=a.example; bh=47DEQpj8HBSa; t=1695148604"),
        ("Message-ID", "<1695148604@a.example>"),
        ("Message-ID", "<7.1.1695148604000.JavaMail.root@a.example>"),
        ("Message-ID", "<20230919183644.GA17@a.example>"),
        ("Content-Type", 'multipart/mixed; boundary="----=_Part_1_2.1695148604000"'),
        ("Content-Type", 'multipart/mixed; boundary="----=_NextPart_000_0001_01D9EB28.3D4E1A00"'),
    ],
)
def test_a_time_is_found_where_programs_write_it(name: str, value: str) -> None:
    moment, source = told((name, value))
    assert source == name
    assert abs((moment - MOMENT).total_seconds()) < 3_600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DKIM-Signature", "v=1; d=a.example; bt=1695148604x"),
        ("Message-ID", "<a1695148604b@a.example>"),
        ("Message-ID", "<31695148604@a.example>"),
        ("Message-ID", "<20231399999999@a.example>"),
        ("Message-ID", "<2695148604@a.example>"),
        ("X-Received", "by 2002:a05:1 with SMTP id x; soon"),
    ],
)
def test_other_numbers_are_no_times(name: str, value: str) -> None:
    assert told((name, value)) == (NO_TIME, "none")


def test_the_likeliest_place_counts_first_and_one_without_a_time_is_passed_over() -> None:
    seal, number = ("ARC-Seal", "i=1; t=1695148604"), ("Message-ID", "<1600000000@a.example>")
    assert told(number, seal) == (MOMENT, "ARC-Seal")
    assert told(number, ("ARC-Seal", "i=1; t=soon"))[1] == "Message-ID"


@given(st.sampled_from(["ARC-Seal", "Message-ID", "Content-Type", "X-Received"]), st.text(max_size=60))
def test_any_value_is_read(name: str, value: str) -> None:
    assert told((name, value))[0].tzinfo is UTC
