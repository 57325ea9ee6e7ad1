import polars as pl

from tests.apps.ui.reader import heard, tell
from workbench.apps.ui.widgets.world import WorldMap
from workbench.events.lookups import country_codes
from workbench.views.charts.world import world

COUNTS = pl.DataFrame({"name": ["Netherlands", "<b>Singapore</b>", "Singapore", "(none)"], "count": [7, 2, 3, 4]})


def made() -> WorldMap:
    shown = WorldMap()
    shown.draw(world(COUNTS, country_codes(), title="Email origin", unit="messages"))
    return shown


def test_a_picked_country_is_told_by_its_name_and_nothing_else_is() -> None:
    shown = made()
    picked = heard(shown, "pick")
    for code in ("nl", "NL", "de", "", None, 5, ["nl"], "sg"):
        tell(shown, "pick", code=code)
    assert picked == ["Netherlands", "Singapore"]


def test_the_page_is_told_what_is_counted_and_what_is_on_no_map() -> None:
    shown = made()
    assert [(each["code"], each["count"]) for each in shown.countries] == [("nl", 7), ("sg", 3)]
    assert shown.caption == "messages by country; 6 from no country that is known"
    assert "notice" not in shown.outlines
    assert {"nl"} <= set(shown.outlines["shapes"])
