"""The client against a real service: what it refuses comes back as the error it was there."""

import httpx
import pytest

from tests.apps.service.conftest import PASSWORD, Site, ready_made, site, workspace_at  # noqa: F401  # a service
from workbench.base.access import Role
from workbench.base.errors import BadInput, Clash, Denied, NotFound, ServiceDown, Taken, UnknownName
from workbench.ledger.api import AccountNew, NoteChange, NoteNew, Removal, SavedViewNew, TokenNew, TrackedQueryNew
from workbench.ledger.client import Client, LogIn, connect, forget, remember, remembered
from workbench.ledger.client.wire import send

ADMIN = Role.GLOBAL_ADMINISTRATOR


@pytest.fixture
def client(site: Site) -> Client:  # noqa: F811
    with Client(site.address, site.token("ada", ADMIN)) as opened:
        yield opened


def test_methods_mirror_the_routes(client: Client) -> None:
    assert client.me().name == "ada"
    assert client.ready().ready
    note = client.write_note(NoteNew(entity="domain", value="evil.example", text="one"))
    note = client.change_note(note.id, NoteChange(version=1, text="two"))
    assert [each.text for each in client.notes(entity="domain", value="evil.example").items] == ["two"]
    assert client.remove_note(note.id, Removal(version=2)).deleted_at
    assert client.save_view(SavedViewNew(name="v", view="all")).owner
    assert client.saved_views().total == 1
    assert client.track(TrackedQueryNew(name="q", kql="EmailEvents | count")).enabled
    made = client.add_account(AccountNew(name="neu", roles=[Role.SECURITY_READER], password=PASSWORD))
    assert (made.account.roles, made.password) == (["Security Reader"], "")
    assert client.account("NEU").id == made.account.id
    assert client.verify_audit().fault is None
    assert client.audit()[0].verb == "audit.verify"
    assert b"".join(client.export_audit()).count(b"\n") == client.audit()[0].seq + 1
    assert client.outbox().waiting > 0


def test_refusals_come_back_as_errors(client: Client, site: Site) -> None:  # noqa: F811
    note = client.write_note(NoteNew(entity="domain", value="evil.example", text="one"))
    client.change_note(note.id, NoteChange(version=1, text="theirs"))
    with pytest.raises(Clash) as clash:
        client.change_note(note.id, NoteChange(version=1, text="mine"))
    assert (clash.value.mine, clash.value.theirs, clash.value.version) == ({"text": "mine"}, {"text": "theirs"}, 2)
    with pytest.raises(UnknownName) as unknown:
        client.account("adaa")
    assert unknown.value.nearest == ("ada",)
    with pytest.raises(NotFound):
        client.revoke_token("0" * 26)
    with pytest.raises(Taken):
        client.add_account(AccountNew(name="Ada"))
    with pytest.raises(BadInput):
        client.track(TrackedQueryNew(name="q", kql="EmailEvents |"))
    with Client(site.address, site.token("rita", Role.SECURITY_READER)) as rita, pytest.raises(Denied) as denied:
        rita.accounts()
    assert denied.value.needs == "Security Administrator, or Global Administrator"
    with Client(site.address, "nonsense") as nobody, pytest.raises(Denied, match="workbench login"):
        nobody.me()


def test_only_what_reads_is_asked_again() -> None:
    asked: list[str] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadError("gone", request=request)

    with httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(broken)) as http:
        for method in ("GET", "POST", "PATCH"):
            with pytest.raises(ServiceDown) as down:
                send(http, method, "/x")
    assert asked == ["GET"] * 3 + ["POST", "PATCH"]
    assert "It may have been done" in down.value.next_step


def test_a_log_in_makes_a_token_and_ends(site: Site, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    site.account("ada", ADMIN)
    with LogIn(site.address, "ada", PASSWORD) as session:
        secret = session.make_token(TokenNew(name="laptop")).secret
    path = remember(site.service.workspace, secret)
    assert path.stat().st_mode & 0o777 == 0o600
    with Client(site.address, remembered(site.service.workspace)) as opened:
        assert opened.me().name == "ada"
        opened.log_out()
        with pytest.raises(Denied):
            opened.me()
    assert forget(site.service.workspace)
    assert not forget(site.service.workspace)


def test_without_a_service_the_error_says_how_to_start_it(tmp_path) -> None:
    workspace = workspace_at(tmp_path / "home")
    workspace.service.write_text('{"address": "http://127.0.0.1:9", "pid": 1, "boot": "x", "started_at": ""}')
    with pytest.raises(ServiceDown, match="serve"):
        connect(workspace)
