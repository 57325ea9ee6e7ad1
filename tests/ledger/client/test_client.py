"""The client against a real service: what it refuses comes back as the error it was there."""

import httpx
import pytest

from tests.apps.service.conftest import *  # noqa: F403  # a service
from tests.apps.service.conftest import PASSWORD, Site, workspace_at
from workbench.base.access import Role
from workbench.base.errors import BadInput, Clash, Denied, NotFound, ServiceDown, Taken, UnknownName
from workbench.ledger.api import AccountNew, NoteChange, NoteNew, Removal, SavedViewNew, TokenNew, TrackedQueryNew
from workbench.ledger.client import Client, LogIn, connect, forget, remember, remembered
from workbench.ledger.client.wire import send
from workbench.ledger.models import Note

ADMIN = Role.GLOBAL_ADMINISTRATOR


@pytest.fixture
def client(site: Site) -> Client:
    with Client(site.address, site.token("ada", ADMIN)) as opened:
        yield opened


def test_methods_mirror_the_routes(client: Client) -> None:
    assert client.me().name == "ada"
    assert client.ready().ready
    note = client.write_note(NoteNew(entity="domain", value="evil.example", text="one"))
    note = client.change_note(note.id, NoteChange(version=1, text="two"))
    assert [each.text for each in client.notes(entity="domain", value="evil.example").items] == ["two"]
    assert client.remove_note(note.id, Removal(version=2)).deleted_at
    assert client.save_view(SavedViewNew(name="v", text="view: phish")).created_by == "ada"
    assert client.saved_views().total == 1
    assert client.track(TrackedQueryNew(name="q", kql="EmailEvents | count")).enabled
    made = client.add_account(AccountNew(name="neu", roles=[Role.SECURITY_READER], password=PASSWORD))
    assert (made.account.roles, made.password) == (["Security Reader"], "")
    assert client.account("NEU").id == made.account.id
    assert client.verify_audit().fault is None
    assert client.audit()[0].verb == "audit.verify"
    assert b"".join(client.export_audit()).count(b"\n") == client.audit()[0].seq + 1
    assert client.outbox().waiting > 0


@pytest.mark.parametrize("step", ["edit", "remove", "restore"])
@pytest.mark.parametrize("first", ["edit", "remove"])
def test_who_is_second_gets_a_409_with_both_values(first: str, step: str, either: Site) -> None:
    """Whatever two people do to one thing: through HTTP, on both databases."""
    ask = either.program("ada", ADMIN)
    made = ask.post("/api/notes", json={"entity": "domain", "value": "evil.example", "text": "one"}).json()
    at, omar = f"/api/notes/{made['id']}", either.program("omar", ADMIN)
    change = {"edit": (omar.patch, at, {"text": "Omar's"}), "remove": (omar.post, f"{at}/remove", {})}
    call, where, body = change[first]
    assert call(where, json={"version": 1, **body}).status_code == 200
    second = {
        "edit": (ask.patch, at, {"text": "Ada's"}, {"text": "Ada's"}, {"text": "Omar's" if first == "edit" else "one"}),
        "remove": (ask.post, f"{at}/remove", {}, None, None),
        "restore": (ask.post, f"{at}/restore", {}, {"deleted_at": None}, None),
    }
    call, where, body, mine, theirs = second[step]
    answer = call(where, json={"version": 1, **body})
    problem = answer.json()
    assert (answer.status_code, problem["version"]) == (409, 2)
    assert problem["title"].startswith(f"omar {'changed' if first == 'edit' else 'removed'} this note")
    assert mine is None or problem["mine"] == mine
    assert theirs is None or problem["theirs"] == theirs
    assert problem["mine"].keys() == problem["theirs"].keys()
    held = either.ledger.get(Note, made["id"], removed=True)
    assert (held.version, held.updated_by) == (2, "omar")


def test_refusals_come_back_as_errors(client: Client, site: Site) -> None:
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


def test_a_log_in_makes_a_token_and_ends(site: Site, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
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
