from collections.abc import Iterator

import pytest

import workbench as wb
from workbench.analysis.entities import Entity, every_kind
from workbench.apps.session import current
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, NotFound

URL = "hxxps://restore[.]mailkeep[.]example/k/8f2c?u=c2FubmUuZGV3aXRAbm9ydGhnYXRlLmV4YW1wbGU"


@pytest.fixture
def none_open() -> Iterator[None]:
    held = current.last()
    current.forget()
    yield
    current.forget()
    if held:
        current.remember(held)


@pytest.mark.usefixtures("none_open")
def test_without_a_workbench_the_error_says_how_to_open_one() -> None:
    with pytest.raises(NotFound, match=r"w = wb\.open\(\)"):
        wb.Url(URL)


@pytest.mark.usefixtures("none_open")
def test_the_workbench_opened_last_is_asked(northgate: Workspace) -> None:
    first, last = wb.open(northgate.home), wb.open(northgate.home)
    last.span = "2026-09-17..2026-09-18"
    assert wb.Url(URL).clicks().is_empty()
    assert wb.Url(URL, first).clicks().height == 1
    assert first.entity("url", URL).clicks().height == 1
    last.span = None
    assert wb.Url(URL).clicks().height == 1
    assert wb.Mailbox("sanne.dewit@northgate.example").rules()["ObjectName"].to_list() == ["."]


def test_every_kind_of_entity_has_a_public_name() -> None:
    for kind in every_kind().values():
        assert kind.face in wb.__all__
        face = getattr(wb, kind.face)
        assert face.kind is kind
        assert kind.example in repr(face)
    assert len(wb.__all__) <= 35


@pytest.mark.usefixtures("none_open")
def test_a_value_of_another_kind_names_its_own(northgate: Workspace) -> None:
    wb.open(northgate.home)
    with pytest.raises(BadInput, match=r"wb\.Url\(\.\.\.\)"):
        wb.Domain(URL)
    assert isinstance(wb.IpAddress("192[.]0[.]2[.]7"), Entity)


def test_a_name_that_is_no_kind_is_no_attribute() -> None:
    from workbench.apps.session import faces

    with pytest.raises(AttributeError, match="Did you mean"):
        faces.Mailbx  # noqa: B018  the look-up is what is tested
