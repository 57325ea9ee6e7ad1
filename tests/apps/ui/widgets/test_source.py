import pytest

from tests.apps.ui.stores import mail, opened
from workbench.apps.explore.rows import Sort
from workbench.apps.session import Workbench
from workbench.apps.ui.widgets.source import QuerySource


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return opened(tmp_path_factory.mktemp("source"), EmailEvents=[mail(at) for at in range(60)])


@pytest.fixture
def source(workbench: Workbench) -> QuerySource:
    def text(sort: Sort | None) -> str:
        order = sort or Sort("Timestamp", descending=True)
        return (
            f"EmailEvents | sort by {order.column} {'desc' if order.descending else 'asc'} | project Subject, UrlCount"
        )

    return QuerySource(workbench, text, 60)


def test_a_page_holds_its_rows_in_order(source: QuerySource) -> None:
    page = source.page(20, 10, None)
    assert page.rows["Subject"].to_list() == [f"mail {at}" for at in range(20, 30)]
    assert len(set(page.ids)) == 10
    assert page.total == 60


def test_a_row_has_its_id_in_every_order_and_at_every_place(source: QuerySource) -> None:
    newest = source.page(0, 60, None)
    turned = source.page(0, 60, Sort("UrlCount", descending=True))
    assert newest.ids != turned.ids
    assert sorted(newest.ids) == sorted(turned.ids)
    assert source.page(10, 10, None).ids == newest.ids[10:20]


def test_rows_that_are_alike_have_ids_of_their_own(workbench: Workbench) -> None:
    page = QuerySource(workbench, lambda _: "EmailEvents | project DeliveryAction", 60).page(0, 5, None)
    assert len(set(page.ids)) == 5


def test_sorting_is_the_question_s_business(source: QuerySource) -> None:
    assert source.page(0, 3, Sort("UrlCount", descending=True)).rows["UrlCount"].to_list() == [59, 58, 57]
    assert source.page(57, 10, Sort("UrlCount", descending=True)).rows["UrlCount"].to_list() == [2, 1, 0]


def test_behind_the_end_there_are_no_rows_and_the_true_total(source: QuerySource) -> None:
    page = source.page(60, 10, None)
    assert (page.rows.height, page.ids, page.total) == (0, (), 60)


def test_no_more_rows_are_asked_for_than_up_to_the_end_of_the_page(workbench: Workbench) -> None:
    asked: list[str] = []

    class Listening(Workbench):
        def kql(self, text: str, **more: object) -> object:  # type: ignore[override]  only listens
            asked.append(text)
            return super().kql(text, **more)  # type: ignore[arg-type]

    listening = Listening(workbench.workspace)
    QuerySource(listening, lambda _: "EmailEvents | sort by Timestamp desc", 60).page(20, 10, None)
    assert asked == ["EmailEvents | sort by Timestamp desc\n| take 30"]


def test_rows_that_vanished_since_they_were_counted_leave_a_short_page(workbench: Workbench) -> None:
    page = QuerySource(workbench, lambda _: "EmailEvents | where UrlCount < 5 | sort by UrlCount asc", 60).page(
        0, 10, None
    )
    assert (page.rows.height, len(page.ids), page.total) == (5, 5, 60)
