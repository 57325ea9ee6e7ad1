from tests.analysis.verdict.test_calculus import case, missing


def test_files_of_a_message_known_to_have_none_are_not_missing() -> None:
    unread = missing(case(features=None, attachment_count=0))
    assert {name for name in unread if name.startswith("file.")} == {"file.smuggling"}
    assert "file.macros" in missing(case(features=None, attachment_count=1))
