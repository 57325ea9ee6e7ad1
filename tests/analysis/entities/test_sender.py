from datetime import UTC, datetime

from workbench.analysis.entities import Window, sender_history

LATE = datetime(2026, 9, 18, tzinfo=UTC)


def test_a_sender_never_seen_has_no_history(window: Window) -> None:
    history = sender_history(window, "nobody@never.example", LATE)
    assert (history.messages, history.of_domain, history.first_seen, history.replied_to) == (0, 0, None, 0)


def test_a_partner_has_messages_and_answers(window: Window) -> None:
    history = sender_history(window, "p.oldenburg@hansekai-terminal.example", LATE)
    assert history.messages > 0
    assert history.of_domain >= history.messages
    assert history.first_seen < LATE


def test_what_comes_later_is_not_history(window: Window) -> None:
    early = sender_history(window, "p.oldenburg@hansekai-terminal.example", datetime(2026, 9, 14, 12, tzinfo=UTC))
    late = sender_history(window, "p.oldenburg@hansekai-terminal.example", LATE)
    assert early is not None
    assert early.messages < late.messages


def test_with_too_little_earlier_mail_nothing_is_said(window: Window) -> None:
    assert sender_history(window, "anybody@a.example", datetime(2001, 1, 1, tzinfo=UTC)) is None
