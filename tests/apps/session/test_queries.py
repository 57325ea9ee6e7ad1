import pytest

from tests.apps.cli.conftest import Up, up
from workbench.apps.session import Workbench
from workbench.base.errors import BadQuery, Clash, UnknownName
from workbench.ledger.client import TOKEN_VARIABLE

__all__ = ["up"]


@pytest.fixture
def w(up: Up, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)
    return Workbench(up.workspace)


def test_a_question_is_saved_listed_and_asked_with_values(w: Workbench) -> None:
    w.queries.save("twice", "print n = 2 * x", note="doubles")
    assert w.queries.get("twice") == "print n = 2 * x"
    assert w.queries.run("twice", x=21).frame.item() == 42
    assert w.queries.list().filter(Name="twice").select("KQL", "Note").row(0) == ("print n = 2 * x", "doubles")


def test_another_question_of_the_name_is_kept_until_it_is_replaced(w: Workbench) -> None:
    w.queries.save("one", "print n = 1")
    with pytest.raises(Clash) as clash:
        w.queries.save("one", "print n = 2")
    assert (clash.value.mine, clash.value.theirs) == ({"kql": "print n = 2"}, {"kql": "print n = 1"})
    w.queries.save("one", "print n = 2", replace=True)
    assert w.queries.get("one") == "print n = 2"


def test_what_cannot_be_is_said(w: Workbench) -> None:
    with pytest.raises(BadQuery):
        w.queries.save("bad", "EmailEvents | whre")
    with pytest.raises(UnknownName):
        w.queries.get("nothing like it")
