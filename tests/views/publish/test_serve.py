from pathlib import Path

import pytest

from workbench.base.config import Workspace
from workbench.base.errors import BadParameter, Missing
from workbench.views.publish import serve
from workbench.views.publish.serve import apps


@pytest.mark.parametrize("ip", ["0.0.0.0", "192.168.1.5", "::", "::1", "example.org", ""])
def test_an_address_that_others_can_reach_is_refused_with_a_way_out(ip: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="ssh -L"), apps(Workspace(tmp_path), ip=ip):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_addresses_of_this_machine_are_accepted(ip: str) -> None:
    serve._only_here(ip)


def test_a_missing_server_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda _name: None)
    with pytest.raises(Missing, match=r"pip install .*\[apps\]"), apps(Workspace(tmp_path)):
        pass


def test_ports_are_chosen_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([4001, 4001, 4000, 4001, 4002])
    monkeypatch.setattr(serve, "free_port", lambda _ip: next(free))
    start = serve._Start(Workspace(tmp_path), tmp_path, "127.0.0.1", "token", "http://127.0.0.1:4000")
    assert [start.port(), start.port()] == [4001, 4002]
