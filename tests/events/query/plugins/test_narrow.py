from tests.events.query.conftest import columns, rows


def test_each_cell_has_a_row_with_its_number_name_and_text() -> None:
    text = "datatable(a:string, n:long) ['x', 1, 'y', long(null)] | evaluate narrow()"
    assert columns(text) == [("Row", "long"), ("Column", "string"), ("Value", "string")]
    assert rows(text) == [(0, "a", "x"), (0, "n", "1"), (1, "a", "y"), (1, "n", "")]
