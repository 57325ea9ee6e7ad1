from tests.views.explorer.mail import ALL, WEEK, answer, mails, one
from workbench.views.explorer import Question
from workbench.views.explorer.values import values

HELD = mails(
    {"NetworkMessageId": "a", "SenderFromAddress": "x@a.example"},
    {"NetworkMessageId": "b", "SenderFromAddress": "y@a.example", "Subject": "wanted"},
    {"NetworkMessageId": "c", "SenderFromAddress": "y@a.example", "Subject": "wanted"},
    {"NetworkMessageId": "d", "SenderFromAddress": ""},
    EmailUrlInfo=[
        {"NetworkMessageId": "a", "Url": "http://one.example/"},
        {"NetworkMessageId": "b", "Url": "http://two.example/"},
        {"NetworkMessageId": "b", "Url": 'http://two.example/"'},
    ],
)


def asked(name: str, most: int = 9, **more: object) -> list[tuple[str, int]]:
    tree = one("Subject", "any_of", "wanted") if more.pop("wanted", False) else {"op": "all", "items": []}
    text = values(Question(ALL, WEEK, tree), name, most, **more)  # type: ignore[arg-type]
    return answer(HELD, text).rows()


def test_the_most_frequent_come_first_and_none_is_empty() -> None:
    assert asked("SenderFromAddress") == [("y@a.example", 2), ("x@a.example", 1)]
    assert asked("SenderFromAddress", 1) == [("y@a.example", 2)]


def test_values_of_another_table_are_those_of_the_rows_that_match() -> None:
    assert asked("Url", wanted=True) == [("http://two.example/", 1), ('http://two.example/"', 1)]


def test_rows_can_be_named_by_their_key() -> None:
    assert asked("Url", keys=["a", "' or true"]) == [("http://one.example/", 1)]
    assert asked("SenderFromAddress", keys=["c"]) == [("y@a.example", 1)]
    assert asked("SenderFromAddress", keys=[]) == []
