from workbench.base.errors import BadQuery, UnknownName, WorkbenchError, nearest


def test_message_says_what_where_and_what_to_do_next() -> None:
    error = WorkbenchError("The file is empty", where="mail.eml", next_step="Export it again.")
    assert str(error) == "The file is empty (mail.eml). Export it again."


def test_message_without_place_and_advice_is_one_sentence() -> None:
    assert str(WorkbenchError("Nothing was read")) == "Nothing was read."


def test_unknown_name_offers_the_nearest_in_reading_order() -> None:
    error = UnknownName("table", "EmailEvent", ["EmailEvents", "EmailUrlInfo", "AlertInfo"])
    assert error.nearest[0] == "EmailEvents"
    assert "Did you mean EmailEvents" in str(error)


def test_unknown_name_far_from_all_others_gives_no_advice() -> None:
    assert UnknownName("table", "zzz", ["EmailEvents"]).next_step == ""


def test_nearest_ignores_case_and_keeps_the_known_spelling() -> None:
    assert nearest("emailEVENTS", ["EmailEvents"]) == ("EmailEvents",)


def test_bad_query_carries_its_position() -> None:
    assert BadQuery("Unexpected )", position=17).position == 17
