from pathlib import Path

from workbench.views.charts import theme

PAGE = (Path(__file__).parents[3] / "docs" / "look.md").read_text("utf-8")


def colours() -> str:
    lines = ["| token | light | dark | used for |", "|---|---|---|---|"]
    lines += [f"| `{token.name}` | {token.light} | {token.dark} | {token.meaning} |" for token in theme.TOKENS]
    return "\n".join(lines)


def words() -> str:
    lines = ["| kind | word | colour | shape |", "|---|---|---|---|"]
    for kind, marks in theme.VOCABULARIES.items():
        lines += [f"| {kind} | {mark.word} | `{mark.token}` | {mark.shape} |" for mark in marks.values()]
    return "\n".join(lines)


def sizes() -> str:
    lines = ["| token | value |", "|---|---|", *(f"| `{name}` | {value} |" for name, value in theme.SIZES.items())]
    return "\n".join(lines)


def test_the_table_of_colours_is_that_of_the_theme() -> None:
    assert colours() in PAGE, colours()


def test_the_table_of_words_is_that_of_the_theme() -> None:
    assert words() in PAGE, words()


def test_the_table_of_sizes_is_that_of_the_theme() -> None:
    assert sizes() in PAGE, sizes()
