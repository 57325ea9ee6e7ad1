from tests.events.query.conftest import columns, rows

DAYS = """datatable(t:datetime, n:long, k:string) [
    datetime(2026-01-01), 1, "a", datetime(2026-01-02), 2, "a", datetime(2026-01-02 03:00), 9, "b",
    datetime(2026-01-04), 4, "a"
] | evaluate """


def test_each_bin_has_the_percentile_of_its_window() -> None:
    text = f"{DAYS} rolling_percentile(n, 50, t, 1d, 2) | sort by t asc"
    assert columns(text) == [("t", "datetime"), ("rolling_2_percentile_n_50", "long")]
    assert [value for _, value in rows(text)] == [1, 2, 2, 4]


def test_dimensions_are_kept_apart() -> None:
    text = f"{DAYS} rolling_percentile(n, 99.5, t, 1d, 2, k)"
    assert [name for name, _ in columns(text)] == ["t", "k", "rolling_2_percentile_n_99.5"]
    assert {value for _, key, value in rows(text) if key == "b"} == {9}
