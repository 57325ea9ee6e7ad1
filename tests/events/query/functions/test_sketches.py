from tests.events.query.conftest import column, rows

_ROWS = 'datatable(k:long, s:string)[1, "a", 1, "b", 1, "a", 2, "b", 2, "c"]'


def test_values_kept_by_parts_are_counted_as_one() -> None:
    parts = f"{_ROWS} | summarize h = hll(s) by k"
    assert column(f"{parts} | project dcount_hll(h)") == [2, 2]
    assert column(f"{parts} | summarize m = hll_merge(h) | project dcount_hll(m)") == [3]


def test_values_kept_under_a_condition() -> None:
    text = f'{_ROWS} | summarize a = hll_if(s, s != "a"), b = hll(k, 2), c = hll(s) by one = 1'
    assert rows(f"{text} | project dcount_hll(a), dcount_hll(b), dcount_hll(parse_json(tostring(c)))") == [(2, 2, 3)]
    assert column("print dcount_hll(dynamic(null))") == [None]
