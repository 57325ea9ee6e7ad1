from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.apps.ui.asking.show import guess, show
from workbench.base.errors import UnknownName

FRAME = pl.DataFrame(
    {
        "Timestamp": [datetime(2026, 9, 18, tzinfo=UTC)],
        "SenderFromAddress": ["a@evil.example"],
        "Url": ["https://evil.example/x"],
        "Subject": ["<b>hello</b>\u202e"],
        "n": [5],
    }
)


@pytest.mark.parametrize(
    ("name", "dtype", "kind"),
    [
        ("Url", pl.String(), "url"), ("UrlChain", pl.List(pl.String), "url"), ("UrlDomain", pl.String(), "domain"),
        ("SenderFromAddress", pl.String(), "address"), ("RecipientEmailAddress", pl.String(), "mailbox"),
        ("SenderFromDomain", pl.String(), "domain"), ("SenderIPv4", pl.String(), "ip"), ("SHA256", pl.String(), "hash"),
        ("NetworkMessageId", pl.String(), "id"), ("Subject", pl.String(), "subject"),
        ("Severity", pl.String(), "severity"),
        ("DeliveryAction", pl.String(), "delivery"), ("FileSize", pl.Int64(), "bytes"),
        ("UrlCount", pl.Int64(), "number"),
        ("Timestamp", pl.Datetime("us", "UTC"), "time"), ("Took", pl.Duration("us"), "duration"),
        ("IsExternal", pl.Boolean(), "bool"),
        ("Tags", pl.List(pl.String), "list"), ("Anything", pl.String(), "text"),
    ],
)  # fmt: skip
def test_what_a_column_holds_is_read_off_its_type_and_name(name: str, dtype: pl.DataType, kind: str) -> None:
    assert guess(name, dtype) == kind


def test_a_frame_is_shown_defanged_and_with_hidden_characters_visible() -> None:
    grid = show(FRAME)
    assert grid.page["rows"][0] == [
        ["2026-09-18 00:00:00", "2026-09-18T00:00:00Z"],
        ["a@evil[.]example", "a@evil.example"],
        ["hxxps://evil[.]example/x", "https://evil.example/x"],
        ["<b>hello</b>⟦U+202E⟧", "<b>hello</b>\u202e"],
        "5",
    ]


def test_named_columns_come_first_and_the_others_can_be_switched_on() -> None:
    grid = show(FRAME, ["Subject", "n"])
    assert grid.page["columns"] == ["Subject", "n"]
    assert [column["name"] for column in grid.columns] == ["Subject", "n", "Timestamp", "SenderFromAddress", "Url"]


def test_lazy_and_pandas_frames_are_shown_alike() -> None:
    assert show(FRAME.lazy()).page == show(FRAME).page
    assert show(FRAME.select("Url", "n").to_pandas()).page == show(FRAME.select("Url", "n")).page


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean Subject"):
        show(FRAME, ["Subjct"])


def test_every_polars_type_can_be_shown() -> None:
    frame = pl.DataFrame(
        {
            "s": [{"a": 1}],
            "l": [[1, 2]],
            "d": [timedelta(1)],
            "b": [b"x"],
            "t": [datetime(2026, 1, 1).time()],
            "f": [float("nan")],
        }
    )
    assert len(show(frame).page["rows"][0]) == 6


def test_a_column_has_room_for_its_values_as_they_are_shown_and_longer_ones_take_what_is_left() -> None:
    frame = pl.DataFrame({"ClientIP": ["198.51.100.231"], "Parameters": ["x" * 200]})
    ip, long = show(frame).columns
    assert ip["width"] > len("198[.]51[.]100[.]231") * 7
    assert (ip["grows"], long["grows"]) == (False, True)
