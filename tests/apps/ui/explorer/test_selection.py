from typing import Any

import polars as pl
import pytest

from tests.apps.ui.reader import sent, tell
from tests.apps.ui.stores import mail, opened
from workbench.apps.explore.export import Listed
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import Form
from workbench.apps.ui.explorer import selection
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.apps.ui.explorer.selection import acts, copied
from workbench.base.config import Workspace
from workbench.views.explorer import views

URLS = [{"NetworkMessageId": f"m{at}", "Url": f"http://bad{at}.example/a"} for at in (0, 1, 2)]


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    home = tmp_path_factory.mktemp("selection")
    home.joinpath("organisation.yml").write_text("domains: [northgate.example]\n")
    rows = [mail(at, SenderFromAddress=f"s{at % 3}@out.example", SenderIPv4="") for at in range(60)]
    rows[1] |= {"SenderFromAddress": "us@northgate.example", "SenderIPv4": "203.0.113.9"}
    rows[2] |= {"SenderFromAddress": "evil\n=1+1\u202e@x", "NetworkMessageId": "m2"}
    return opened(home, "now = 'newest'", EmailEvents=rows, EmailUrlInfo=URLS)


@pytest.fixture
def page(workbench: Workbench) -> Explorer:
    return Explorer(workbench, views()["all_email"])


def ids(page: Explorer, *places: int) -> list[str]:
    return [page.grid.page["ids"][at] for at in places]


def clip(page: Explorer, act: str) -> tuple[list[str], str]:
    with sent(page.grid) as messages:
        tell(page.grid, "act", id=act)
    assert page.grid.fault == ""
    [told] = [m["content"] for m, _ in messages if m.get("method") == "custom"]
    return told["text"].splitlines(), told["said"]


def test_the_indicators_of_rows_picked_by_hand_are_defanged_and_stand_once(page: Explorer) -> None:
    tell(page.grid, "select", ids=ids(page, 0, 1, 3), on=True)
    lines, said = clip(page, "ioc.all")
    assert lines == [
        "hxxp://bad0[.]example/a", "hxxp://bad1[.]example/a", "out[.]example", "203[.]0[.]113[.]9", "s0@out[.]example",
        "# 1 left out: ours.",
    ]  # fmt: skip
    assert said == "5 indicators copied"


def test_the_indicators_of_one_column_are_those_alone(page: Explorer) -> None:
    tell(page.grid, "select", ids=ids(page, 0), on=True)
    assert clip(page, "ioc.Url")[0] == ["hxxp://bad0[.]example/a"]
    assert clip(page, "ioc.AttachmentSHA256") == ([], "No indicator in the selected rows")


def test_all_that_match_are_taken_without_naming_them(page: Explorer) -> None:
    tell(page.grid, "whole")
    assert (page.grid.whole, page.grid.selected) == (True, [])
    lines, _ = clip(page, "ioc.SenderFromAddress")
    assert lines[1:] == ["s0@out[.]example", "s1@out[.]example", "s2@out[.]example", "# 1 left out: ours."]
    assert lines[0] == "evil=1+1⟦U+202E⟧@x"
    got, said = clip(page, "ids")
    assert (len(got), said) == (60, "60 IDs copied")


def test_more_than_can_be_copied_is_said(page: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST", 4)
    tell(page.grid, "whole")
    lines, said = clip(page, "ids")
    assert len(lines) == 4
    assert said == "4 IDs copied, the most frequent; there are more: export the rows for all"
    lines, said = clip(page, "ioc.all")
    assert len([line for line in lines if not line.startswith("#")]) == 4
    assert "there are more" in said


@pytest.mark.parametrize(("all_of_them", "rows"), [(True, 60), (False, 2)])
def test_a_selection_is_exported_alike(page: Explorer, workbench: Workbench, all_of_them: bool, rows: int) -> None:
    if all_of_them:
        tell(page.grid, "whole")
    else:
        tell(page.grid, "select", ids=ids(page, 4, 7), on=True)
    tell(page.grid, "act", id="export.parquet")
    line = page.reply.line
    assert (line.state, line.done) == ("done", rows)
    frame = pl.read_parquet(line.path)
    assert frame["NetworkMessageId"].to_list()[-1] == ("m59" if all_of_them else "m7")


def test_ticked_rows_stay_the_same_rows_in_another_order(page: Explorer) -> None:
    tell(page.grid, "select", ids=ids(page, 0), on=True)
    tell(page.grid, "sort", column="Subject", descending=True)
    assert page.grid.selected[0] not in page.grid.page["ids"][:5]
    tell(page.grid, "sort", column="Timestamp", descending=True)
    assert page.grid.page["ids"][0] == page.grid.selected[0]


def test_another_filter_drops_the_selection(page: Explorer) -> None:
    tell(page.grid, "whole")
    tree = {"op": "all", "items": [{"property": "Subject", "operator": "any_of", "values": ["mail 3"]}]}
    tell(page.filters, "change", tree=tree, seq=1)
    assert (page.grid.total, page.grid.whole) == (1, False)
    with sent(page.grid) as messages:
        tell(page.grid, "act", id="ids")
    assert [m for m, _ in messages if m.get("method") == "custom"] == []


EVERYDAY = ("url_clicks", "device_events")


@pytest.mark.parametrize(
    "name", [each if each in EVERYDAY else pytest.param(each, marks=pytest.mark.slow) for each in views()]
)
def test_every_view_gives_its_selection_away(northgate: Workspace, name: str) -> None:
    page = Explorer(Workbench(northgate), views()[name])
    tell(page.bar, "span", text="2020-01-01..2027-01-01")
    whole, first = listed(page), page.grid._page.rows.head(3)
    made = [act.id for act in acts(page.view) if act.copies]
    assert [act.id for act in acts(page.view) if act.menu == "Export"] == [f"export.{form}" for form in Form]
    for act in made:
        every, some = copied(page.workbench, whole, act), copied(page.workbench, listed(page, first), act)
        shown = [line for line in some.text.splitlines() if not line.startswith("#")]
        assert set(shown) <= set(every.text.splitlines())


def listed(page: Explorer, rows: pl.DataFrame | None = None) -> Any:
    return Listed(page.question, page.shape, page.grid.total, rows)
