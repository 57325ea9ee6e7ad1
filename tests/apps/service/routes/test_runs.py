"""Runs through HTTP: what is refused and how it is said, who may call off, and the pages."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.apps.service.conftest import PROOF, Site, running, workspace_at
from tests.apps.service.playbooks import write
from workbench.base.access import Role
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run, open_database
from workbench.ledger.models.words import RunState

HTML = {"accept": "text/html"}
TYPED = (
    "from typing import Literal\n"
    "n: int = 1  # a number\nlevel: Literal['low', 'high'] = 'low'\nmessage: str | None = None\n"
    "people: list[str] = []\nsure: bool = False"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service that makes no runs, for all tests of this module."""
    made = workspace_at(tmp_path_factory.mktemp("desk") / "home")
    write(made, "typed", "pass", parameters=TYPED)
    write(made, "needs", "pass", parameters="message: str = None")
    with Ledger(open_database(made.ledger), made.keys, made.anchor) as ledger, running(made, ledger) as up:
        yield up


@pytest.fixture(scope="module")
def ana(desk: Site) -> httpx.Client:
    return desk.program("ana", Role.SECURITY_OPERATOR)


@pytest.fixture(scope="module")
def rita(desk: Site) -> httpx.Client:
    return desk.program("rita", Role.SECURITY_READER)


def ask(client: httpx.Client, name: str = "typed", **more: object) -> httpx.Response:
    return client.post("/api/runs", json={"playbook": name, **more})


def end(desk: Site, id_: str, state: str = "succeeded", **more: object) -> None:
    """As a worker ends one."""
    run = desk.ledger.get(Run, id_)
    run = desk.ledger.edit(SYSTEM, run, {"state": "running"})
    desk.ledger.edit(SYSTEM, run, {"state": state, "finished_at": datetime.now(UTC), **more})


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"m": 1}, "There is no parameter named 'm'"),
        ({"mesage": "x"}, "Did you mean message?"),
        ({"n": "many"}, "The parameter n is no whole number"),
        ({"n": "9" * 26}, "The parameter n is more than 9,223,372,036,854,775,807"),
        ({"n": 1.5}, "The parameter n"),
        ({"level": "hihg"}, "Did you mean high?"),
        ({"people": [1]}, "The parameter people.0"),
        ({"people": {"a": 1}}, "The parameter people"),
        ({"sure": "perhaps"}, "The parameter sure"),
    ],
)
def test_what_does_not_fit_is_422_with_the_nearest(
    parameters: dict[str, object], said: str, desk: Site, ana: httpx.Client
) -> None:
    before = desk.ledger.number(Run)
    answer = ask(ana, parameters=parameters)
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert told["type"].endswith(":bad-parameter")
    assert said in f"{told['title']} {told['next_step']}"
    assert desk.ledger.number(Run) == before


def test_what_must_be_given_is_asked_for(ana: httpx.Client) -> None:
    answer = ask(ana, "needs")
    assert answer.status_code == 422
    assert "message must be given" in answer.json()["title"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"playbook": ""},
        {"playbook": "typed", "priority": 0},
        {"playbook": "typed", "priority": 10},
        {"playbook": "typed", "seconds": 0},
        {"playbook": "typed", "seconds": 90_000},
        {"playbook": "typed", "requested_by": "boss"},
        {"playbook": "typed", "trigger": "alert"},
        {"playbook": "typed", "state": "succeeded"},
        {"playbook": "typed", "parameters": [1]},
        {"playbook": "typed", "parameters": {"n": 10**26}},
        {"playbook": "typed", "parameters": {"n": {"a": {"b": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}}}},
    ],
)
def test_a_body_that_is_none_is_refused(body: dict[str, object], ana: httpx.Client) -> None:
    assert ana.post("/api/runs", json=body).status_code in (400, 422)


def test_an_unknown_playbook_meets_the_nearest(ana: httpx.Client) -> None:
    for answer in (ask(ana, "typd"), ana.get("/api/playbooks/typd/form"), ana.get("/api/playbooks/..%2Ftyped/form")):
        assert answer.status_code == 404
    assert ask(ana, "typd").json()["nearest"] == ["typed"]


def test_a_run_is_accepted_as_who_asked_and_with_values_of_its_types(desk: Site, ana: httpx.Client) -> None:
    answer = ask(ana, parameters={"n": "7", "people": "a, b", "level": "high"}, priority=2)
    told = answer.json()
    assert (answer.status_code, told["requested_by"], told["priority"]) == (201, "ana", 2)
    assert told["parameters"] == {"n": 7, "people": ["a", "b"], "level": "high"}
    assert told["state"] == "queued"
    assert desk.told("run.create")[0]["actor"] == "ana"


def test_a_deduplication_key_is_one_run_of_one_playbook_and_none_of_a_schedule(ana: httpx.Client) -> None:
    first, again = (ask(ana, dedup_key="case 7") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = ask(ana, "needs", dedup_key="case 7", parameters={"message": "x"})
    assert (other.status_code, other.json()["type"]) == (409, "tag:workbench,2026:taken")
    assert ask(ana, dedup_key="schedule 01J").status_code == 400


def test_a_form_is_told_as_a_schema(ana: httpx.Client) -> None:
    told = ana.get("/api/playbooks/typed/form").json()
    assert list(told["properties"]) == ["n", "level", "message", "people", "sure"]
    assert told["properties"]["level"]["enum"] == ["low", "high"]
    assert told["properties"]["n"]["description"] == "a number"
    assert ana.get("/api/playbooks").json()["typed"] == "Playbook typed"


def test_readers_look_but_neither_start_nor_cancel(desk: Site, ana: httpx.Client, rita: httpx.Client) -> None:
    id_ = ask(ana).json()["id"]
    assert rita.get(f"/api/runs/{id_}").json()["requested_by"] == "ana"
    assert ask(rita).status_code == 403
    assert rita.post(f"/api/runs/{id_}/cancel").status_code == 403
    assert desk.ledger.get(Run, id_).state is RunState.QUEUED
    assert desk.anyone().post(f"/api/runs/{id_}/cancel").status_code == 401


def test_a_run_of_somebody_else_may_be_called_off_once_by_whoever_may_cancel(desk: Site, ana: httpx.Client) -> None:
    id_ = ask(ana).json()["id"]
    bob = desk.program("bob", Role.SECURITY_OPERATOR)
    told = bob.post(f"/api/runs/{id_}/cancel").json()
    assert (told["state"], told["failure_cause"]) == ("cancelled", "cancelled by bob")
    again = bob.post(f"/api/runs/{id_}/cancel")
    assert (again.status_code, again.json()["title"]) == (409, "The run is over already: cancelled")


@pytest.mark.parametrize("id_", ["01M8BN2YTB5GAF4AKFGVPHPRHA", "x", "0" * 26, "%00", "..%2f..", "<b>"])
def test_a_foreign_run_is_not_found(id_: str, ana: httpx.Client) -> None:
    for answer in (
        ana.get(f"/api/runs/{id_}"),
        ana.get(f"/api/runs/{id_}/findings"),
        ana.post(f"/api/runs/{id_}/cancel"),
    ):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_runs_are_listed_newest_first_and_filtered(ana: httpx.Client) -> None:
    ids = [ask(ana).json()["id"] for _ in range(3)]
    page = ana.get("/api/runs", params={"limit": 2, "state": "queued", "playbook": "typed"}).json()
    assert [each["id"] for each in page["items"]] == ids[:0:-1]
    assert page["total"] >= 3
    assert ana.get("/api/runs", params={"playbook": "other"}).json()["items"] == []
    lost = ana.get("/api/runs", params={"state": "lost"})
    assert lost.status_code == 422
    assert lost.json()["detail"].startswith("query.state is not one of 'queued', 'running', ")
    assert ana.get("/api/runs", params={"limit": 0}).status_code == 422


def test_findings_are_told_or_said_to_be_missing(desk: Site, ana: httpx.Client) -> None:
    id_ = ask(ana).json()["id"]
    assert ana.get(f"/api/runs/{id_}/findings").json()["title"] == "The run handed over no findings"
    end(desk, id_, findings_digest="0" * 64)
    assert ana.get(f"/api/runs/{id_}/findings").status_code == 404


def test_the_form_keeps_what_was_filled_in_and_says_what_is_wrong(desk: Site) -> None:
    person = desk.browser("pia", Role.SECURITY_OPERATOR)
    page = person.get("/runs/start", params={"playbook": "typed"}, headers=HTML).text
    assert "a number" in page
    fields = {"playbook": "typed", "p.n": "many", "p.level": "high", "priority": "5", "seconds": "60"}
    answer = person.post("/runs/start", data=fields, headers=HTML)
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "<option selected>high" in answer.text
    assert "The parameter n is no whole number. It is of type int: a number." in answer.text
    marked = re.findall(r'id="([^"]*)"[^>]*aria-describedby="([^"]*)" aria-invalid="true"', answer.text)
    assert marked == [("p-n", "p-n-help p-n-wrong")]
    assert '<p class="wrong" id="p-n-wrong">The parameter n is no whole number</p>' in answer.text
    assert "aria-invalid" not in page
    bad = person.post("/runs/start", data=fields | {"p.n": "3", "seconds": "1e9"}, headers=HTML)
    assert (bad.status_code, 'value="3"' in bad.text) == (422, True)


def test_a_run_is_run_again_with_its_parameters(desk: Site) -> None:
    person = desk.browser("pia", Role.SECURITY_OPERATOR)
    fields = {"playbook": "typed", "p.n": "3", "p.people": "a\nb", "p.level": "high", "priority": "1", "seconds": "60"}
    made = person.post("/runs/start", data=fields, headers=HTML)
    assert made.status_code == 303
    id_ = made.headers["location"].rpartition("/")[2]
    assert desk.ledger.get(Run, id_).parameters == {"n": 3, "people": ["a", "b"], "level": "high", "sure": False}
    end(desk, id_, "failed", failure_cause="<b>broken</b>", failure_next_step="Mend it.")
    page = person.get(f"/runs/{id_}", headers=HTML).text
    assert "&lt;b&gt;broken&lt;/b&gt;" in page
    assert f"/runs/start?again={id_}" in page
    once_more = person.post(f"/runs/{id_}/again")
    new = desk.ledger.get(Run, once_more.headers["location"].rpartition("/")[2])
    assert (new.parameters, new.priority, new.requested_by) == (desk.ledger.get(Run, id_).parameters, 1, "pia")
    form = person.get("/runs/start", params={"again": id_}, headers=HTML).text
    assert 'value="3"' in form
    assert ">a\nb</textarea>" in form


def test_pages_offer_only_what_a_viewer_may_do(desk: Site, ana: httpx.Client) -> None:
    id_ = ask(ana).json()["id"]
    reader = desk.browser("rhea", Role.SECURITY_READER)
    for path in ("/runs", f"/runs/{id_}"):
        page = reader.get(path, headers=HTML)
        assert page.status_code == 200
        assert "Cancel" not in page.text
        assert "/runs/start" not in page.text
    assert reader.get("/runs/start?playbook=typed", headers=HTML).status_code == 403


def test_hostile_text_in_a_run_stays_text(desk: Site) -> None:
    person = desk.browser("pia", Role.SECURITY_OPERATOR)
    evil = "</textarea><script>alert(1)</script>\u202e"
    fields = {"playbook": "needs", "p.message": evil, "priority": "5", "seconds": "60"}
    id_ = person.post("/runs/start", data=fields).headers["location"].rpartition("/")[2]
    end(desk, id_, "failed", failure_cause=evil)
    for path in (f"/runs/{id_}", "/runs", f"/runs/start?again={id_}"):
        page = person.get(path, headers=HTML).text
        assert "<script>alert" not in page
        assert "\u202e" not in page
    assert "hold characters that cannot be seen" in page
    again = person.post(f"/runs/{id_}/again").headers["location"].rpartition("/")[2]
    assert desk.ledger.get(Run, again).parameters == {"message": evil}
    assert desk.ledger.find(Run, Search({"id": id_}))[0].parameters["message"] == evil


def test_an_odd_question_to_the_list_is_no_fault(desk: Site) -> None:
    person = desk.browser("pia", Role.SECURITY_OPERATOR)
    for query in ("state=lost", "playbook=%3Cb%3E", "offset=999999", "state=running&playbook=typed"):
        answer = person.get(f"/runs?{query}", headers=HTML)
        assert answer.status_code == 200
        assert "No run is like this" in answer.text
    assert person.get("/runs?offset=-1", headers=HTML).status_code == 422


def test_how_far_a_run_came_and_why_it_ended_stand_on_lines_of_their_own(
    desk: Site, ana: httpx.Client, rita: httpx.Client
) -> None:
    id_ = ask(ana).json()["id"]
    desk.ledger.touch(SYSTEM, Run, id_, {"progress_cell": 7, "progress_cells": 14})
    end(desk, id_, "cancelled", failure_cause="cancelled by ana")
    assert "7 of 14 cells</span><br>cancelled by ana" in rita.get("/runs", headers=HTML).text


def test_what_alerts_wait_for_is_said_above_the_runs(desk: Site, rita: httpx.Client) -> None:
    desk.service.notes["schedules"] = lambda: "2 alerts wait for their <evidence>"
    try:
        assert "2 alerts wait for their &lt;evidence&gt;</p>" in rita.get("/runs", headers=HTML).text
    finally:
        del desk.service.notes["schedules"]


def test_the_page_of_a_run_of_the_command_line_says_where_it_lies(desk: Site) -> None:
    values = {
        "playbook": "small",
        "trigger_ref": "20261126T120000-small-0a",
        "requested_by": "system: command line of x",
    }
    run = desk.ledger.create(SYSTEM, Run, values)
    text = desk.browser("rhea", Role.SECURITY_READER).get(f"/runs/{run.id}").text
    said = "by system: command line of x, made on the command line, kept in"
    assert said in text
    assert f"runs/{values['trigger_ref']}" in text


def test_a_text_of_several_lines_is_offered_and_taken_as_it_is(desk: Site) -> None:
    text = "EmailEvents // all\n| count"
    olga = desk.browser("olga", Role.SECURITY_OPERATOR)
    made = ask(olga, "needs", parameters={"message": text}).json()
    form = olga.get(f"/runs/start?again={made['id']}", headers=HTML).text
    assert f"{text}</textarea>" in html.unescape(form)
    assert "cannot be seen" not in form
    sent = {"xsrf": olga.headers[PROOF], "playbook": "needs", "p.message": text.replace("\n", "\r\n")}
    answer = olga.post("/runs/start", data=sent | {"priority": "5", "seconds": "600"}, headers=HTML)
    again = desk.ledger.get(Run, answer.headers["location"].rpartition("/")[2])
    assert again.parameters == {"message": text}
    assert text in html.unescape(olga.get(answer.headers["location"], headers=HTML).text)
