from tests.events.query.conftest import NOW, tables
from workbench.events.query import bind, parse
from workbench.events.query.binder.sight import MOST_GUESSES, Sight, most_guesses
from workbench.events.query.plan import Node, Texts
from workbench.events.query.running import looking

UNPACKED = "Every | evaluate bag_unpack(d) | where Port == 1 and User == 'x'"


def test_the_data_is_looked_at_once_however_often_the_query_is_bound() -> None:
    looks: list[Node] = []
    look = looking(parse(UNPACKED), tables(), now=NOW)

    def counted(node: Node) -> Texts:
        looks.append(node)
        return look(node)

    plan = bind(parse(UNPACKED), tables(), now=NOW, look=counted)
    assert [name for name, _ in plan.columns][-4:] == ["a", "l", "Port", "User"]
    assert len(looks) == 1
    assert plan.shown == ((("a", "dictionary"), ("l", "array")),) or set(plan.shown[0]) == {
        ("a", "dictionary"),
        ("l", "array"),
    }


def test_what_was_shown_binds_again_without_a_look() -> None:
    first = bind(parse(UNPACKED), tables(), now=NOW, look=looking(parse(UNPACKED), tables(), now=NOW))
    assert bind(parse(UNPACKED), tables(), now=NOW, shown=first.shown) == first


def test_columns_on_trust_have_an_end() -> None:
    sight = Sight(None)
    sight.open = True
    for number in range(MOST_GUESSES):
        sight.missing = (f"c{number}", "")
        assert sight.trusted()
        assert not sight.trusted()
    sight.missing = ("more", "")
    assert not sight.trusted()


def test_a_long_query_takes_fewer_on_trust() -> None:
    assert most_guesses("") == most_guesses("x" * 5_000) == MOST_GUESSES
    assert most_guesses("x" * 250_000) == 8
