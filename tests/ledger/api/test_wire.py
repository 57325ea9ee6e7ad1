"""Requests take what the ledger keeps and nothing else; answers show a row without its secrets."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from workbench.base.access import Role
from workbench.base.errors import BadInput, Clash, LedgerBusy, NotFound, Refused, Taken, UnknownName, WorkbenchError
from workbench.ledger import api
from workbench.ledger.changes.values import checked, defaults
from workbench.ledger.models import Account, Note, Row, Run, SavedView, Schedule, TrackedQuery

NOTE = {"entity": "domain", "value": "evil.example", "text": "x"}
HELD = {
    Account: api.AccountHeld,
    Note: api.NoteHeld,
    Run: api.RunHeld,
    SavedView: api.SavedViewHeld,
    Schedule: api.ScheduleHeld,
    TrackedQuery: api.TrackedQueryHeld,
}
MADE = {
    Note: (api.NoteNew, NOTE),
    SavedView: (api.SavedViewNew, {"name": "n", "text": "view: all_email"}),
    Schedule: (api.ScheduleNew, {"name": "n", "playbook": "p", "cron": "0 6 * * *", "missed": "once"}),
    TrackedQuery: (api.TrackedQueryNew, {"name": "n", "kql": "EmailEvents"}),
}


def read(kind: type, values: object) -> object:
    return kind.model_validate_json(json.dumps(values))


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"text": 5},
        {"text": ""},
        {"text": None},
        {"entity": "planet"},
        {"text": "a\0b"},
        {"text": "x" * 65_537},
        {"text": "ä" * 40_000},
        {"value": ["x"]},
    ],
)
def test_a_note_that_is_none_is_refused(change: dict) -> None:
    assert read(api.NoteNew, NOTE).text == "x"
    with pytest.raises(ValidationError):
        read(api.NoteNew, NOTE | change)


@pytest.mark.parametrize("depth", [16, 17, 180])
def test_a_document_has_a_depth(depth: int) -> None:
    document: dict = {}
    for _ in range(depth - 1):
        document = {"a": document}
    asked = {"playbook": "hunt", "parameters": document}
    if depth == 16:
        assert read(api.RunNew, asked).parameters == document
    else:
        with pytest.raises(ValidationError, match="deeper than 16"):
            read(api.RunNew, asked)


def test_wire_and_ledger_agree_on_depth_and_text() -> None:
    for document in ({"a": ["x" * 5]}, {"a": {"b": [1, 2.5, None, True]}}):
        assert (
            read(api.RunNew, {"playbook": "h", "parameters": document}).parameters
            == checked(Run, {"parameters": document}, fixed=True)["parameters"]
        )
    with pytest.raises(ValidationError, match="NUL"):
        read(api.RunNew, {"playbook": "h", "parameters": {"a": ["\0"]}})


@pytest.mark.parametrize(
    ("number", "told"), [(2**63, "more than 64 bits"), (-(10**26), "more than 64 bits"), (float("inf"), "not finite")]
)
def test_a_number_that_no_database_keeps_is_refused_wherever_it_stands(number: float, told: str) -> None:
    assert read(api.RunNew, {"playbook": "h", "parameters": {"a": [2**63 - 1]}}).parameters == {"a": [2**63 - 1]}
    with pytest.raises(ValidationError, match=told):
        read(api.RunNew, {"playbook": "h", "parameters": {"a": [{"b": number}]}})


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.__name__)
def test_what_is_asked_for_fits_the_ledger(kind: type[Row]) -> None:
    model, values = MADE[kind]
    asked = read(model, values).model_dump()
    assert checked(kind, asked, fixed=True).keys() == asked.keys()


@pytest.mark.parametrize("kind", HELD, ids=lambda kind: kind.__name__)
def test_an_answer_shows_a_row_without_its_secrets(kind: type[Row]) -> None:
    now = datetime.now(UTC)
    fields = {name: "x" for name in HELD[kind].model_fields if name not in defaults(kind)}
    marks = {"version": 3, "created_at": now, "updated_at": now, "deleted_at": None}
    values = defaults(kind) | fields | marks | ({"entity": "ip"} if kind is Note else {})
    if kind is Account:
        values["password"] = "$argon2id$secret"
    shown = HELD[kind].model_validate(kind(**values)).model_dump_json()
    assert '"version":3' in shown
    assert "argon2id" not in shown


def test_a_change_holds_only_what_was_said() -> None:
    asked = read(api.ScheduleChange, {"version": 4, "enabled": False, "missed": "once", "reason": "quiet"})
    assert (asked.version, asked.changes) == (4, {"enabled": False, "missed": "once"})
    with pytest.raises(ValidationError):
        read(api.ScheduleChange, {"enabled": False})


def test_what_is_changed_stands_in_the_order_of_the_declaration() -> None:
    """Pages show a clash in this order, whatever the seed of hashes."""
    names = ["name", "kql", "span", "note", "enabled"]
    asked = api.TrackedQueryChange(version=1, enabled=True, **dict.fromkeys(reversed(names[:-1]), "x"))
    assert list(asked.changes) == names


def test_a_password_is_long_enough_and_never_shown() -> None:
    new = read(api.AccountNew, {"name": "omar", "roles": ["Security Reader"], "password": "long enough to keep"})
    assert new.roles == [Role.SECURITY_READER]
    assert "long enough" not in f"{new} {new!r} {new.model_dump_json()}"
    for bad in ({"password": "short"}, {"roles": ["Root"]}, {"name": " "}):
        with pytest.raises(ValidationError) as caught:
            read(api.AccountNew, {"name": "omar"} | bad)
        assert "short" not in str(caught.value).replace("too_short", "")


@pytest.mark.parametrize(
    ("error", "status", "type_"),
    [
        (Clash("late", mine={"a": 1}, theirs={"a": 2}, version=7), 409, "clash"),
        (Taken("taken"), 409, "taken"),
        (Refused("no"), 409, "refused"),
        (LedgerBusy("wait"), 503, "busy"),
        (NotFound("gone"), 404, "not-found"),
        (UnknownName("view", "mial", ["mail"]), 404, "unknown-name"),
        (BadInput("bad"), 400, "bad-input"),
        (WorkbenchError("else"), 500, "error"),
    ],
)
def test_an_error_becomes_a_problem(error: WorkbenchError, status: int, type_: str) -> None:
    problem = api.problem_of(error, "r-1")
    assert (problem.status, problem.type.rpartition(":")[2], problem.instance) == (status, type_, "r-1")
    assert problem.next_step == error.next_step
    assert api.Problem.model_validate_json(problem.model_dump_json()) == problem


def test_a_clash_carries_both_values_and_a_denial_what_is_needed() -> None:
    problem = api.problem_of(Clash("late", mine={"a": 1}, theirs={"a": 2}, version=7))
    assert (problem.mine, problem.theirs, problem.version) == ({"a": 1}, {"a": 2}, 7)
    assert api.problem_of(UnknownName("view", "mial", ["mail"])).nearest == ["mail"]
    denied = api.denied("Preview")
    assert (denied.status, denied.needs) == (403, "Preview")
