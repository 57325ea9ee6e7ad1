from workbench.events.query.functions import families
from workbench.events.query.operators import ELSEWHERE, operators
from workbench.events.query.reference import markdown


def test_every_operator_function_and_aggregate_is_listed_with_its_parameters() -> None:
    page = markdown()
    for kind in operators():
        assert all(f"`{word}`" in page for word in kind.words)
        assert kind.meaning in page
    for family in families().values():
        for each in (*family.functions, *family.aggregates):
            if each.name.isidentifier() and not getattr(each, "infix", "") and each.name not in ("and", "or"):
                assert f"`{each.name}{each.takes}`".replace("|", "\\|") in page
            assert all(f"`{alias}`" in page for alias in each.aliases)
    assert all(f"| `{name}` |" in page for name in ELSEWHERE)


def test_every_operator_has_an_example_and_every_row_as_many_cells_as_its_head() -> None:
    width = 0
    for line in markdown().splitlines():
        if line.startswith("|---"):
            assert line.count("|") == width
        width = line.replace("\\|", "").count("|")
    for kind in operators():
        assert "``" in (kind.tree.__doc__ or ""), kind.words
