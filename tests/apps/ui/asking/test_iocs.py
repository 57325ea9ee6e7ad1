from collections.abc import Iterator

import polars as pl
import pytest

import workbench as wb
from workbench.apps.session import Workbench, current
from workbench.base.config import Workspace


@pytest.fixture
def w(northgate: Workspace) -> Iterator[Workbench]:
    yield wb.open(northgate.home)
    current.forget()


def test_indicators_of_the_lure_are_those_of_its_links(w: Workbench) -> None:
    rows = w.EmailUrlInfo.filter(UrlDomain="restore.mailkeep.example")
    found = wb.iocs(rows)
    assert repr(found) == "<Indicators: 3 url, 1 domain.>"
    assert "hxxps://restore[.]mailkeep[.]example/k/8f2c?u=" in found.text()
    assert "://restore.mailkeep" not in found.text()
    assert wb.iocs(rows.collect().to_pandas()).frame.equals(found.frame)


def test_our_own_domains_and_mailboxes_are_none_of_it(w: Workbench) -> None:
    found = wb.iocs(w.EmailEvents)
    assert (
        not found.frame["Value"]
        .str.contains("northgate.example", literal=True)
        .filter(found.frame["Value"].str.ends_with("northgate.example"))
        .any()
    )
    assert any("ours" in note for note in found.notes)
    assert "sanne.dewit@northgate.example" not in found.text()


def test_without_a_workbench_it_says_that_nothing_is_known_to_be_ours() -> None:
    current.forget()
    found = wb.iocs(pl.DataFrame({"SenderFromAddress": ["a@b.example"], "SHA256": ["ab" * 32], "Note": ["c.example"]}))
    assert found.frame["Type"].to_list() == ["sender", "sha256"]
    assert found.notes == ("No workbench is open, so nothing is known to be ours.",)
