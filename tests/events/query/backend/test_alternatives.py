import pytest

from tests.events.query.conftest import NOW, Frames, answer, column, rows, tables
from workbench.events.query import bind, parse
from workbench.events.query.backend.alternatives import gathered
from workbench.events.query.plan import Apply, Filter

TEXTS = ["North America", "amer", "a.b+c", "", "ſtraße K", "x\ny", "STRASSE k", "d1x, d2x", "d12x", "Kim@evil.com"]
NEEDLES = ["amer", "America", "A.B", "", "@evil", "K", "d1x", "s", "y", "(", "d2x", "a.b+c"]
PLAIN = ("has", "hasprefix", "hassuffix", "contains", "startswith", "endswith")
OPERATORS = [
    *(f"{sign}{name}{case}" for sign in ("", "!") for name in PLAIN for case in ("", "_cs")),
    "==",
    "!=",
    "=~",
    "!~",
]


def held() -> Frames:
    documents = ['{"k":"North America"}', '{"k":null}', '{"k":5}', None, '"amer"']
    found = Frames().add("T", {"t": "string"}, [(each,) for each in TEXTS])
    return found.add("D", {"d": "dynamic"}, [(each,) for each in documents])


CASES = [("T | extend v = t", op) for op in OPERATORS]
CASES += [(f"D | extend v = {way}", op) for way in ("d", "d.k") for op in ("has", "!contains", "==", "!=", "=~", "!~")]


@pytest.mark.parametrize(("source", "op"), CASES)
def test_a_chain_answers_as_its_links_do(source: str, op: str) -> None:
    word = " and " if op.startswith("!") else " or "
    links = [f"v {op} '{needle}'" for needle in NEEDLES]
    alone = ", ".join(f"c{number} = {link}" for number, link in enumerate(links))
    numbered = f"{source} | serialize n = row_number() | extend {alone}"
    parted = word.join(f"c{number}" for number in range(len(links)))
    for chain, whole in ((links[:2], "c0" + word + "c1"), (links, parted)):
        found = rows(f"{numbered} | project n, x = {whole}, y = {word.join(chain)}", held())
        assert [row[1] for row in found] == [row[2] for row in found]
        kept = column(f"{numbered} | where {word.join(chain)} | project n", held())
        assert kept == [row[0] for row in found if row[1]]


def chain(condition: str) -> tuple[int, list[tuple[str, int]]]:
    plan = bind(parse(f"Mail | where {condition}"), tables(), now=NOW)
    assert isinstance(plan.root, Filter)
    assert isinstance(plan.root.predicate, Apply)
    rest, many = gathered(plan.root.predicate)
    return len(rest), [(each.function, len(each.texts)) for each in many]


def test_what_is_looked_for_in_one_column_is_looked_for_at_once() -> None:
    assert chain('Subject has "a" or Sender has "b" or (Subject has "c" or Urls == 1) or Subject contains "d"') == (
        3,
        [("has", 2)],
    )
    assert chain('Subject !has "a" and Subject !has "b" and Subject has "c" and Subject has "d"') == (2, [("!has", 2)])
    assert chain('Subject == "a" or Subject == "b"') == (2, [])
    assert chain(" or ".join(f'Id == "m{number}"' for number in range(9))) == (0, [("==", 9)])
    assert chain('Subject has Sender or Subject has Recipient or "x" has "a" or "x" has "b"') == (4, [])


def test_a_chain_is_kept_as_it_was_written() -> None:
    asked = 'Mail | where Subject has "invoice" or Subject has "lunch" or Sender has "evil" | project Id'
    assert column(asked) == ["m1", "m1", "m2", "m3", "m4"]
    assert answer(asked).kql.count(" has ") == 3
