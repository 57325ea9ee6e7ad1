from collections.abc import Iterator

import pytest

from tests.apps.cli.conftest import Up, up
from workbench.apps.session import Workbench
from workbench.base.errors import Clash, UnknownName
from workbench.ledger.client import TOKEN_VARIABLE

__all__ = ["up"]


@pytest.fixture
def w(up: Up, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)
    made = Workbench(up.workspace)
    yield made
    made.client.close()


def test_a_view_is_saved_listed_and_replaced_only_when_told(w: Workbench) -> None:
    w.views.save("mine", "view: phish\nspan: 30d", note="of the month")
    assert w.views.get("mine").startswith("view: phish\nspan: 30d\n")
    assert w.views.list().filter(Name="mine").select("Note", "UpdatedBy").row(0)[0] == "of the month"
    w.views.save("mine", w.views.get("mine"), note="of the month")
    with pytest.raises(Clash) as clash:
        w.views.save("mine", "view: malware")
    assert "view: phish" in str(clash.value.theirs["text"])
    w.views.save("mine", "view: malware", replace=True)
    assert w.views.get("mine").startswith("view: malware\n")


def test_names_that_there_are_not_come_with_the_nearest(w: Workbench) -> None:
    w.views.save("weekly phish", "view: phish")
    with pytest.raises(UnknownName, match="Did you mean weekly phish"):
        w.views.get("weekly fish")
    with pytest.raises(UnknownName, match="Did you mean phish"):
        w.views.save("other", "view: phsh")
    assert w.views.list().filter(Name="other").is_empty()
