import pytest

from workbench.base.text.slashed import Order, order_of, order_of_all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/12/2025 10:00", Order.day),
        ("12/31/2025, 10:00:00.000 AM", Order.month),
        ("01/02/2026 10:00", Order.either),
        (" 1/2/2026", Order.either),
        ("05/05/2026 10:00", None),
        ("2026-02-01 10:00", None),
        ("/path/1/2/2026", None),
        ("1/2/20267", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_a_date_tells_its_order_where_only_one_gives_a_date(text: object, expected: Order | None) -> None:
    assert order_of(text) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["01/02/2026", "31/12/2025"], Order.day),
        (["01/02/2026", "12/31/2025"], Order.month),
        (["01/02/2026", "03/03/2026"], Order.either),
        (["03/03/2026", "x", None], None),
        (["31/12/2025", "30/12/2025", "12/31/2025"], Order.day),
        (["31/12/2025", "12/31/2025"], Order.month),
        ([], None),
    ],
)
def test_dates_of_a_column_tell_it_together(texts: list[object], expected: Order | None) -> None:
    assert order_of_all(texts) is expected
