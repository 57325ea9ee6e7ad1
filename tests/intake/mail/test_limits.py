"""The limits are the documented ones."""

import ast
import inspect
from pathlib import Path

from workbench.intake.mail import limits

PAGE = Path(__file__).parents[3] / "docs" / "mail.md"
BEGIN, END = "<!-- limits -->\n", "<!-- end of limits -->\n"


def described() -> dict[str, str]:
    """Each limit with the text that stands below it in the module."""
    body = ast.parse(inspect.getsource(limits)).body[1:]
    pairs = zip(body[::2], body[1::2], strict=True)
    return {assigned.targets[0].id: text.value.value for assigned, text in pairs}


def table() -> str:
    """The table of limits as the page has it."""
    rows = [f"| `{name}` | {getattr(limits, name):,} | {text} |" for name, text in described().items()]
    return "\n".join(("| limit | value | what it bounds |", "|---|---|---|", *rows, ""))


def test_every_limit_is_a_positive_number_with_a_description() -> None:
    names = [name for name in vars(limits) if name.isupper()]
    assert sorted(described()) == sorted(names)
    assert all(isinstance(getattr(limits, name), int) and getattr(limits, name) > 0 for name in names)


def test_the_page_lists_the_limits_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert BEGIN in text
    assert text.partition(BEGIN)[2].partition(END)[0] == table()


def test_a_cut_of_a_part_leaves_room_for_what_is_cut_from_it() -> None:
    assert limits.LONGEST_VALUE < limits.LONGEST_HEADER < limits.LONGEST_HEADER_BLOCK < limits.LONGEST_MESSAGE
    assert limits.LONGEST_HTML <= limits.LONGEST_SCANNED
    assert limits.FEWEST_WORDS < limits.MOST_WORDS
