"""Nothing comes past the gate: who asks, with what, and from where."""

from tests.apps.service.conftest import PROOF, Site, running, workspace_at
from workbench.base.access import Activity, Role
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Account, Token, open_database


def test_a_lost_role_and_a_disabled_account_act_at_the_next_request(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR)
    site.account("other", Role.GLOBAL_ADMINISTRATOR)
    account = site.ledger.get(Account, site.account("ada"))
    assert client.get("/api/accounts").status_code == 200
    account = site.ledger.edit(SYSTEM, account, {"roles": [Role.SECURITY_READER.value]})
    assert client.get("/api/accounts").status_code == 403
    site.ledger.edit(SYSTEM, account, {"disabled": True})
    assert client.get("/api/me").status_code == 401


def test_denials_are_recorded_with_who_what_and_where(site: Site) -> None:
    client = site.program("rita", Role.SECURITY_READER)
    answer = client.get(f"/api/messages/{'0' * 64}/body")
    assert answer.status_code == 403
    assert answer.json()["needs"] == "Preview"
    record = site.told("denied")[0]
    assert (record["actor"], record["object_kind"], record["roles"]) == ("rita", "message.body", ["Security Reader"])
    assert record["object_id"] == f"/api/messages/{'0' * 64}/body"
    assert record["request"] == answer.headers["x-request-id"] == answer.json()["instance"]


def test_a_stranger_cannot_fill_the_audit(site: Site) -> None:
    client = site.anyone(authorization="Bearer nonsense")
    before = len(site.told("denied"))
    for _ in range(40):
        assert client.get("/api/me").status_code == 401
    assert len(site.told("denied")) - before == 30
    assert site.anyone().get("/api/me").status_code == 401
    assert len(site.told("denied")) - before == 30


def test_a_session_acts_only_with_what_our_pages_send(site: Site) -> None:
    browser = site.browser("ada", Role.GLOBAL_ADMINISTRATOR)
    note = {"entity": "domain", "value": "evil.example", "text": "x"}
    good = browser.headers.pop(PROOF)
    assert browser.post("/api/notes", json=note).status_code == 403
    assert browser.post("/api/notes", json=note, headers={PROOF: "0" * 64}).status_code == 403
    elsewhere = {PROOF: good, "origin": "https://evil.example"}
    assert browser.post("/api/notes", json=note, headers=elsewhere).status_code == 403
    bare = site.anyone()
    bare.cookies.set(site.service.cookies.session, browser.cookies[site.service.cookies.session])
    assert bare.post("/api/notes", json=note, headers={PROOF: good}).status_code == 403, "the cookie has to repeat it"
    assert browser.post("/api/notes", json=note, headers={PROOF: good, "origin": site.address}).status_code == 201
    assert browser.get("/api/notes").json()["total"] == 1


def test_of_another_session_the_proof_is_worth_nothing(site: Site) -> None:
    one, two = site.browser("ada", Role.GLOBAL_ADMINISTRATOR), site.browser("bob", Role.SECURITY_READER)
    theirs = two.headers[PROOF]
    one.cookies.set(site.service.cookies.proof, theirs)
    assert one.post("/api/notes", json={}, headers={PROOF: theirs}).status_code == 403


def test_a_name_that_points_here_is_refused(site: Site) -> None:
    for host in ("evil.example", f"evil.example:{site.port}", f"127.0.0.1:{site.port + 1}", ""):
        assert site.anyone(host=host).get("/health").status_code in (400, 421), host
    for host in (f"localhost:{site.port}", f"LOCALHOST:{site.port}"):
        assert site.anyone(host=host).get("/health").status_code == 200, host


def test_only_pages_of_ours_may_ask_from_elsewhere(tmp_path, ready_made) -> None:
    import shutil

    workspace, ours = workspace_at(tmp_path / "home"), "http://127.0.0.1:9"
    shutil.copy(ready_made, workspace.ledger)
    with (
        Ledger(open_database(workspace.ledger), workspace.keys, workspace.anchor) as ledger,
        running(workspace, ledger, origins=(ours,)) as site,
    ):
        asked = {"access-control-request-method": "POST", "access-control-request-headers": PROOF}
        said = site.anyone().options("/api/notes", headers={"origin": ours, **asked})
        assert (said.status_code, said.headers["access-control-allow-origin"]) == (200, ours)
        for origin in ("http://127.0.0.1:10", "null", "https://evil.example"):
            said = site.anyone().options("/api/notes", headers={"origin": origin, **asked})
            assert "access-control-allow-origin" not in said.headers
        browser = site.browser("ada", Role.GLOBAL_ADMINISTRATOR)
        note = {"entity": "domain", "value": "evil.example", "text": "x"}
        assert browser.post("/api/notes", json=note, headers={"origin": ours}).status_code == 201


def test_a_token_is_good_for_its_activities_and_no_other(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR, activities=[Activity.NOTES_VIEW])
    assert client.get("/api/notes").status_code == 200
    refused = client.get("/api/accounts")
    assert (refused.status_code, refused.json()["needs"]) == (403, "a token that is good for users.view")


def test_a_kernels_token_reads_and_proposes_and_sees_no_bodies(site: Site) -> None:
    from workbench.ledger.models.words import TokenPurpose

    site.account("ada", Role.GLOBAL_ADMINISTRATOR, Role.PREVIEW)
    token = site.token("ada")
    held = site.ledger.find(Token)[0]
    assert held.purpose is TokenPurpose.CLI
    whole = site.anyone(authorization=f"Bearer {token}")
    from workbench.apps.service import accounts
    from workbench.ledger.api import TokenNew

    account = site.ledger.get(Account, held.account_id)
    new = TokenNew(name="k", purpose=TokenPurpose.KERNEL)
    kernel = site.anyone(authorization=f"Bearer {accounts.make_token(site.ledger, SYSTEM, account, new)[1]}")
    for path, status in (("/api/notes", 200), ("/api/accounts", 403), (f"/api/messages/{'0' * 64}/body", 403)):
        assert kernel.get(path).status_code == status, path
        assert whole.get(path).status_code in (200, 404), path
    assert kernel.post("/api/tokens", json={"name": "more"}).status_code == 403
