from tests.events.query.conftest import column, rows

_MANY = "range i from 1 to 1000 step 1"


def test_random_numbers_lie_where_they_should_and_differ_from_row_to_row() -> None:
    found = column(f"{_MANY} | project rand()")
    assert len(set(found)) == 1000
    assert all(0 <= each < 1 for each in found)
    assert 0.4 < sum(found) / 1000 < 0.6
    assert set(column(f"{_MANY} | project rand(3)")) == {0.0, 1.0, 2.0}


def test_the_same_question_gives_the_same_numbers_and_two_calls_give_two() -> None:
    text = f"{_MANY} | project a = rand(), b = rand(), g = new_guid()"
    assert rows(text) == rows(text)
    assert all(a != b for a, b, _ in rows(text))
    assert len({guid for _, _, guid in rows(text)}) == 1000


def test_a_share_of_the_rows_can_be_drawn() -> None:
    assert 50 < len(column(f"{_MANY} | where rand() < 0.1")) < 150
