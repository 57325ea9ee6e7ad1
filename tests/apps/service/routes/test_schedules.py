"""Schedules through HTTP and their page."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.apps.service.conftest import Site, running, workspace_at
from tests.apps.service.playbooks import write
from workbench.base.access import Role
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Schedule, open_database
from workbench.ledger.models.ids import new_id

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = workspace_at(tmp_path_factory.mktemp("desk") / "home")
    write(made, "typed", "pass", parameters="n: int = 1  # a number")
    with Ledger(open_database(made.ledger), made.keys, made.anchor) as ledger, running(made, ledger) as up:
        yield up


@pytest.fixture(scope="module")
def adam(desk: Site) -> httpx.Client:
    return desk.program("adam", Role.SECURITY_ADMINISTRATOR)


def add(client: httpx.Client, name: str, **more: object) -> httpx.Response:
    return client.post("/api/schedules", json={"name": name, "playbook": "typed", "cron": "0 6 * * *", **more})


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"parameters": {"n": "x"}}, 422, "The parameter n"),
        ({"parameters": {"nn": 1}}, 422, "Did you mean n?"),
        ({"cron": "* * *"}, 400, "five fields"),
        ({"cron": "61 * * * *"}, 400, "cannot be used"),
        ({"cron": "0 0 31 2 *"}, 400, "cannot be used"),
        ({"cron": "@reboot x y z w"}, 400, "five fields"),
        ({"time_zone": "Europe/Berln"}, 404, "Did you mean Europe/Berlin"),
        ({"time_zone": "../../etc/passwd"}, 404, "time zone"),
        ({"playbook": "typd"}, 404, "Did you mean typed?"),
        ({"missed": "all"}, 422, "missed"),
        ({"requested_by": "x"}, 422, "requested_by"),
    ],
)
def test_what_cannot_be_is_said_with_the_nearest(
    wrong: dict[str, object], status: int, said: str, desk: Site, adam: httpx.Client
) -> None:
    answer = add(adam, "wrong", **wrong)
    told = answer.json()
    assert answer.status_code == status
    assert said in f"{told['title']} {told.get('next_step')} {told.get('detail')}"
    assert not desk.ledger.find(Schedule, Search({"name": "wrong"}))


def test_a_schedule_is_made_changed_paused_resumed_and_removed(adam: httpx.Client) -> None:
    made = add(adam, "daily", time_zone="Europe/Berlin", parameters={"n": "3"}, missed="once").json()
    path = f"/api/schedules/{made['id']}"
    assert (made["parameters"], made["missed"], made["enabled"]) == ({"n": 3}, "once", True)
    assert add(adam, "daily").status_code == 409
    ticks = adam.get(f"{path}/ticks").json()
    assert len(ticks) == 5
    assert made["next_tick_at"] == ticks[0] > datetime.now(UTC).isoformat()
    paused = adam.patch(path, json={"version": made["version"], "enabled": False}).json()
    assert (paused["next_tick_at"], adam.get(f"{path}/ticks").json()) == (None, [])
    clash = adam.patch(path, json={"version": made["version"], "cron": "0 7 * * *"})
    assert (clash.status_code, clash.json()["theirs"]["cron"]) == (409, "0 6 * * *")
    wrong = adam.patch(path, json={"version": paused["version"], "parameters": {"n": "x"}})
    assert wrong.status_code == 422
    on = adam.patch(path, json={"version": paused["version"], "enabled": True, "cron": "30 7 * * mon-fri"}).json()
    assert on["next_tick_at"][14:16] == "30"
    gone = adam.post(f"{path}/remove", json={"version": on["version"]})
    assert gone.status_code == 200
    assert adam.get(f"{path}/ticks").status_code == 404
    assert add(adam, "daily").status_code == 201


def test_operators_look_and_change_nothing(desk: Site, adam: httpx.Client) -> None:
    made = add(adam, "kept").json()
    ana = desk.program("ana", Role.SECURITY_OPERATOR)
    assert "kept" in {each["name"] for each in ana.get("/api/schedules").json()["items"]}
    assert add(ana, "mine").status_code == 403
    for path, body in ((f"/api/schedules/{made['id']}", {"version": 1, "enabled": False}),):
        assert ana.patch(path, json=body).status_code == 403
        assert ana.post(f"{path}/remove", json={"version": 1}).status_code == 403
    page = desk.browser("olga", Role.SECURITY_OPERATOR).get("/schedules", headers=HTML).text
    assert "kept" in page
    assert '<form method="post" action="/schedules' not in page


def test_a_foreign_schedule_is_not_found(adam: httpx.Client) -> None:
    assert adam.get(f"/api/schedules/{new_id()}/ticks").status_code == 404
    assert adam.patch(f"/api/schedules/{new_id()}", json={"version": 1, "enabled": False}).status_code == 404
    assert adam.post(f"/api/schedules/{new_id()}/remove", json={"version": 1}).status_code == 404


def test_the_page_adds_pauses_and_says_what_is_wrong(desk: Site) -> None:
    boss = desk.browser("boss", Role.SECURITY_ADMINISTRATOR)
    form = boss.get("/schedules", params={"playbook": "typed"}, headers=HTML).text
    assert "Parameters of typed" in form
    new = {"playbook": "typed", "name": "<i>nightly</i>", "cron": "0 0 * * *", "time_zone": "UTC", "missed": "once"}
    wrong = boss.post("/schedules", data=new | {"cron": "x", "p.n": "4"}, headers=HTML)
    assert (wrong.status_code, 'value="4"' in wrong.text, "five fields" in wrong.text) == (422, True, True)
    odd = boss.post("/schedules", data=new | {"p.n": "many"}, headers=HTML)
    assert (odd.status_code, 'id="p-n-wrong">The parameter n is no whole number<' in odd.text) == (422, True)
    assert boss.post("/schedules", data=new | {"p.n": "4"}).status_code == 303
    page = boss.get("/schedules", headers=HTML).text
    assert "&lt;i&gt;nightly" in page
    assert "<i>nightly" not in page
    (held,) = desk.ledger.find(Schedule, Search({"name": "<i>nightly</i>"}))
    assert held.parameters == {"n": 4}
    state = {"version": str(held.version), "enabled": "false"}
    assert boss.post(f"/schedules/{held.id}/state", data=state).status_code == 303
    assert desk.ledger.get(Schedule, held.id).enabled is False
    late = boss.post(f"/schedules/{held.id}/state", data=state, headers=HTML)
    assert late.status_code == 409
    assert "changed this schedule" in late.text
