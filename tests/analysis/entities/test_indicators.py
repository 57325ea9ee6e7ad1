import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.entities import indicators
from workbench.analysis.entities.indicators import TYPES
from workbench.base.config import Organisation
from workbench.base.text.defang import refang

OURS = Organisation(domains=("northgate.example",), egress=("203.0.113.0/29",))  # type: ignore[arg-type]


def test_values_are_typed_and_each_stands_once_in_its_normal_form() -> None:
    found = indicators(
        [
            ("url", pl.Series(["HTTPS://Pay.Example/x", "https://pay.example:443/x#top", None, ""])),
            ("domain", pl.Series(["Pay.Example", "pay[.]example"])),
            ("ip", pl.Series(["8.8.8.8", "::ffff:8.8.8.8"])),
            ("sender", pl.Series(["A@Pay.example", "a@pay.example"])),
            ("sha256", pl.Series(["AB" * 32, "ab" * 32])),
        ],
        OURS,
    )
    assert found.frame.rows() == [
        ("url", "https://pay.example/x", 2),
        ("domain", "pay.example", 2),
        ("ip", "8.8.8.8", 2),
        ("sender", "a@pay.example", 2),
        ("sha256", "ab" * 32, 2),
    ]
    assert found.notes == ()
    assert repr(found) == "<Indicators: 1 url, 1 domain, 1 ip, 1 sender, 1 sha256.>"


def test_what_is_ours_or_nobodys_or_nothing_is_left_out_and_said() -> None:
    found = indicators(
        [
            ("url", pl.Series(["https://www.northgate.example/x", "javascript:alert(1)"])),
            ("domain", pl.Series(["mail.northgate.example"])),
            ("ip", pl.Series(["203.0.113.1", "10.0.0.1", "127.0.0.1", "198.51.100.66"])),
            ("sender", pl.Series(["ingrid@northgate.example", "evil@northgate.example.evil.example"])),
        ],
        OURS,
    )
    assert found.frame["Value"].to_list() == ["198.51.100.66", "evil@northgate.example.evil.example"]
    assert found.notes == (
        "1 left out: no url.",
        "2 left out: not public addresses.",
        "4 left out: ours.",
    )
    assert "4 left out: ours." in repr(found)


def test_text_for_a_ticket_is_defanged_and_says_what_was_left_out() -> None:
    found = indicators([("url", pl.Series(["http://a.example/b.c", "http://northgate.example/"]))], OURS)
    assert found.text() == "hxxp://a[.]example/b.c\n# 1 left out: ours."
    assert found.defanged()["Value"].to_list() == ["hxxp://a[.]example/b.c"]


def test_lists_in_cells_are_looked_into() -> None:
    assert len(indicators([("domain", pl.Series([["a.example", "b.example"], [], None]))], OURS)) == 2


@given(st.lists(st.tuples(st.sampled_from(sorted(TYPES)), st.text(max_size=20)), max_size=20))
def test_every_value_is_kept_once_or_counted_as_left_out(values: list[tuple[str, str]]) -> None:
    found = indicators([(kind, pl.Series([text])) for kind, text in values], OURS)
    left = sum(int(note.partition(" ")[0]) for note in found.notes)
    assert found.frame["Rows"].sum() + left == sum(text != "" for _, text in values)
    assert found.frame.select("Type", "Value").is_duplicated().sum() == 0
    for kind, value, _ in found.defanged().iter_rows():
        assert kind == "sha256" or refang(value) in found.frame["Value"] or value not in found.frame["Value"]
