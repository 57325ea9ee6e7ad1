from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.apps.ui.stores import mail, opened, put
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer import counts
from workbench.apps.ui.explorer.counts import Counts
from workbench.base.span import Span
from workbench.views.explorer import Question, views

WEEK = Span(datetime(2026, 9, 12, tzinfo=UTC), datetime(2026, 9, 19, tzinfo=UTC))
ALL = Question(views()["all_email"], WEEK)
LINKED = ALL.where(
    {"op": "all", "items": [{"property": "UrlDomain", "operator": "any_of", "values": ["evil.test"]}]},
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that are put to workspaces."""
    put_to, found = Workbench.kql, list[str]()

    def kql(workbench: Workbench, text: str, **more: Any) -> Any:
        found.append(text)
        return put_to(workbench, text, **more)

    monkeypatch.setattr(Workbench, "kql", kql)
    return found


def test_rows_are_counted_once_until_a_table_that_is_asked_changes(tmp_path: Path, asked: list[str]) -> None:
    workbench = opened(tmp_path, EmailEvents=[mail(1), mail(2)])
    known = Counts(workbench)
    assert [known.of(ALL), known.of(LINKED), known.of(ALL), known.of(LINKED)] == [2, 0, 2, 0]
    assert len(asked) == 2
    link = {
        "Timestamp": mail(1)["Timestamp"],
        "NetworkMessageId": "m1",
        "UrlDomain": "evil.test",
        "Url": "http://evil.test",
    }
    put(workbench, "later", EmailUrlInfo=[link])
    assert [known.of(ALL), known.of(LINKED)] == [2, 1]


def test_a_count_that_came_with_another_answer_is_not_asked_for(tmp_path: Path, asked: list[str]) -> None:
    known = Counts(opened(tmp_path, EmailEvents=[mail(1)]))
    known.know(known.key(ALL), 1)
    assert known.of(ALL) == 1
    assert not asked


def test_a_table_that_changes_while_it_is_counted_is_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench, put_to = opened(tmp_path, EmailEvents=[mail(1)]), Workbench.kql

    def kql(asked: Workbench, text: str, **more: Any) -> Any:
        found = put_to(asked, text, **more)
        monkeypatch.undo()
        put(workbench, "later", EmailEvents=[mail(2)])
        return found

    known = Counts(workbench)
    monkeypatch.setattr(Workbench, "kql", kql)
    assert [known.of(ALL), known.of(ALL)] == [1, 2]


def test_the_oldest_counts_are_forgotten(tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "KEPT", 1)
    known = Counts(opened(tmp_path, EmailEvents=[mail(1)]))
    assert [known.of(ALL), known.of(LINKED), known.of(ALL)] == [1, 0, 1]
    assert len(asked) == 3
