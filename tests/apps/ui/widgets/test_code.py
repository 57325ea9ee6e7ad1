from tests.apps.ui.reader import write
from workbench.apps.ui.widgets.code import Code


def test_it_shows_both_texts_and_stays_folded() -> None:
    code = Code("EmailEvents | count", "w.mail.count()")
    assert (code.kql, code.python, code.opened) == ("EmailEvents | count", "w.mail.count()", False)


def test_other_texts_leave_the_fold_as_the_reader_has_it() -> None:
    code = Code("a", opened=True)
    code.show("b", "c")
    assert (code.kql, code.python, code.opened) == ("b", "c", True)
    code.show("d", opened=False)
    assert (code.python, code.opened) == ("", False)


def test_a_page_cannot_change_the_query() -> None:
    code = Code("a")
    write(code, kql="EmailEvents | where 1 == 1")
    assert code.kql == "a"
