"""Every change is compared and swapped, and leaves its record and its row of the outbox."""

from datetime import UTC, datetime

import pytest

from workbench.base.errors import BadInput, Clash, NotFound, Refused, Taken
from workbench.ledger.audit import Actor, Selection
from workbench.ledger.changes import SECRET, Ledger, Search, Unit
from workbench.ledger.models import Account, LoginSession, Note, Run, Schedule, TrackedQuery
from workbench.ledger.models.ids import digest_of, new_id
from workbench.ledger.models.words import RunState

NOTE = {"entity": "domain", "value": "evil.example", "text": "Seen twice"}


def told(ledger: Ledger, **values: object) -> list[dict]:
    return ledger.audit(Selection(**values))


def test_a_row_is_made_once_with_who_and_when(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    assert (note.version, note.created_by, note.updated_by, note.deleted_at) == (1, "ingrid", "ingrid", None)
    assert abs((datetime.now(UTC) - note.created_at).total_seconds()) < 60
    held = ledger.get(Note, note.id)
    assert (held.text, held.entity, held.created_at) == ("Seen twice", "domain", note.created_at)


def test_a_record_says_who_what_and_how_it_was_before(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    ledger.edit(ingrid, note, {"text": "Seen thrice"}, reason="counted again")
    record = told(ledger, object_id=note.id)[0]
    assert (record["actor"], record["actor_kind"], record["roles"]) == ("ingrid", "user", ["Security Administrator"])
    assert (record["session"], record["address"], record["request"]) == ("S1", "192.0.2.7", "r-1")
    assert (record["verb"], record["object_kind"], record["reason"]) == ("note.edit", "note", "counted again")
    assert (record["before"], record["after"]) == ({"text": "Seen twice"}, {"text": "Seen thrice"})


def test_only_changed_columns_are_told_and_no_change_is_none(ledger: Ledger, ingrid: Actor) -> None:
    query = ledger.create(ingrid, TrackedQuery, {"name": "beacons", "kql": "EmailEvents"})
    same = ledger.edit(ingrid, query, {"kql": "EmailEvents", "enabled": True})
    assert same.version == 1
    assert len(told(ledger, object_id=query.id)) == 1
    ledger.edit(ingrid, query, {"kql": "EmailEvents", "enabled": False})
    assert told(ledger, object_id=query.id)[0]["after"] == {"enabled": False}


def test_who_comes_second_is_told_both_values(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    ledger.edit(Actor("omar"), note, {"text": "Omar's"})
    with pytest.raises(Clash, match="omar changed this note") as caught:
        ledger.edit(ingrid, note, {"text": "Ingrid's"})
    assert (caught.value.mine, caught.value.theirs, caught.value.version) == (
        {"text": "Ingrid's"},
        {"text": "Omar's"},
        2,
    )
    assert ledger.get(Note, note.id).text == "Omar's"
    assert ledger.edit(ingrid, ledger.get(Note, note.id), {"text": "Ingrid's"}).version == 3


def test_what_is_removed_is_hidden_and_can_come_back(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    gone = ledger.remove(ingrid, note, reason="wrong domain")
    with pytest.raises(NotFound):
        ledger.get(Note, note.id)
    with pytest.raises(NotFound):
        ledger.edit(ingrid, gone, {"text": "late"})
    assert ledger.find(Note) == []
    assert ledger.get(Note, note.id, removed=True).deleted_by == "ingrid"
    with pytest.raises(Clash):
        ledger.restore(ingrid, note)
    back = ledger.restore(ingrid, gone)
    assert (back.version, back.deleted_at, ledger.get(Note, note.id).text) == (3, None, "Seen twice")
    with pytest.raises(Refused, match="was not removed"):
        ledger.restore(ingrid, back)
    assert [each["verb"] for each in told(ledger, object_id=note.id)] == ["note.restore", "note.remove", "note.create"]


def test_only_what_is_over_goes_for_good_and_its_record_stays(ledger: Ledger, ingrid: Actor) -> None:
    def expire(row: Note | Run) -> None:
        ledger.apply(ingrid, lambda unit: unit.expire(type(row), row.id, row.version, reason="old"))

    run = ledger.create(ingrid, Run, {"playbook": "small"})
    for row in (ledger.create(ingrid, Note, NOTE), run):
        with pytest.raises(Refused, match="is not over"):
            expire(row)
    over = ledger.edit(ingrid, run, {"state": RunState.CANCELLED})
    with pytest.raises(Clash):
        expire(run)
    expire(over)
    for again in (over, run):
        with pytest.raises(NotFound):
            expire(again)
    with pytest.raises(NotFound):
        ledger.get(Run, run.id, removed=True)
    record = told(ledger, object_id=run.id)[0]
    assert (record["verb"], record["reason"], record["after"]["deleted_by"]) == ("run.expire", "old", "ingrid")
    sent = next(each for each in ledger.pending() if each.object_id == run.id)
    assert (sent.version, bool(sent.row["deleted_at"])) == (3, True)
    assert ledger.verify().fault is None


def test_of_three_who_began_alike_each_later_one_is_told_what_stands_there(ledger: Ledger, ingrid: Actor) -> None:
    base = ledger.create(ingrid, Note, NOTE)
    ledger.edit(Actor("omar"), base, {"text": "Omar's"})
    for name, against in (("ada", "Omar's"), ("bo", "Ada's")):
        mine = {"text": f"{name.title()}'s"}
        with pytest.raises(Clash) as caught:
            ledger.edit(Actor(name), base, mine)
        assert (caught.value.mine, caught.value.theirs) == (mine, {"text": against})
        assert base.text == "Seen twice"
        held = ledger.get(Note, base.id)
        assert held.version == caught.value.version
        ledger.edit(Actor(name), held, mine)
    assert ledger.get(Note, base.id).text == "Bo's"
    assert [each["before"]["text"] for each in told(ledger, verb="note.edit")] == ["Ada's", "Omar's", "Seen twice"]


def test_who_edits_or_removes_what_was_removed_meanwhile_is_told_so(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    gone = ledger.remove(Actor("omar"), note)
    with pytest.raises(Clash, match="omar removed this note") as caught:
        ledger.edit(ingrid, note, {"text": "late"})
    assert (caught.value.mine, caught.value.theirs) == ({"text": "late"}, {"text": "Seen twice"})
    assert caught.value.version == gone.version
    with pytest.raises(Clash, match="omar removed") as caught:
        ledger.remove(ingrid, note)
    assert caught.value.theirs == {"deleted_at": gone.deleted_at}
    assert ledger.get(Note, note.id, removed=True).text == "Seen twice"


def test_who_removes_or_restores_what_was_changed_meanwhile_is_told_so(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    newer = ledger.edit(Actor("omar"), note, {"text": "Omar's"})
    with pytest.raises(Clash, match="omar changed this note") as caught:
        ledger.remove(ingrid, note)
    assert (caught.value.theirs, caught.value.version) == ({"deleted_at": None}, newer.version)
    gone = ledger.remove(ingrid, newer)
    ledger.edit(Actor("omar"), ledger.restore(Actor("omar"), gone), {"text": "Omar's again"})
    with pytest.raises(Clash, match="omar changed this note") as caught:
        ledger.restore(ingrid, gone)
    assert (caught.value.mine, caught.value.version) == ({"deleted_at": None}, 5)
    assert ledger.get(Note, note.id).text == "Omar's again"


def test_a_name_is_taken_until_its_row_is_removed(ledger: Ledger, ingrid: Actor) -> None:
    plan = {"name": "morning", "playbook": "hunt", "cron": "0 6 * * *"}
    first = ledger.create(ingrid, Schedule, plan)
    with pytest.raises(Taken, match="'morning'"):
        ledger.create(ingrid, Schedule, plan)
    gone = ledger.remove(ingrid, first)
    ledger.create(ingrid, Schedule, plan)
    with pytest.raises(Taken):
        ledger.restore(ingrid, gone)


def test_an_accounts_name_is_never_given_again_in_whatever_letters(ledger: Ledger, ingrid: Actor) -> None:
    account = ledger.create(ingrid, Account, {"name": "Ingrid"})
    ledger.remove(ingrid, account)
    for name in ("ingrid", " INGRID ", "Ｉｎｇｒｉｄ"):
        with pytest.raises(Taken):
            ledger.create(ingrid, Account, {"name": name})


def test_a_secret_stays_in_the_database(ledger: Ledger, ingrid: Actor) -> None:
    account = ledger.create(ingrid, Account, {"name": "omar", "password": "$argon2id$one"})
    ledger.edit(ingrid, account, {"password": "$argon2id$two"})
    assert ledger.get(Account, account.id).password == "$argon2id$two"
    record = told(ledger, object_id=account.id)[0]
    assert (record["before"], record["after"]) == ({"password": SECRET}, {"password": SECRET})
    whole = b"".join(ledger.export_audit()) + repr(ledger.pending()).encode()
    assert b"argon2id" not in whole
    with pytest.raises(Clash) as caught:
        ledger.edit(ingrid, account, {"password": "$argon2id$three"})
    assert "argon2id" not in repr((caught.value.mine, caught.value.theirs, str(caught.value)))


def test_a_row_refers_to_one_that_exists(ledger: Ledger, ingrid: Actor) -> None:
    values = {"account_id": new_id(), "digest": digest_of("x"), "expires_at": datetime.now(UTC)}
    with pytest.raises(NotFound, match="refers to"):
        ledger.create(ingrid, LoginSession, values)


def test_a_run_goes_from_state_to_state_and_never_back(ledger: Ledger, ingrid: Actor) -> None:
    run = ledger.create(ingrid, Run, {"playbook": "hunt"})
    assert run.state is RunState.QUEUED
    with pytest.raises(Refused, match="queued cannot become succeeded") as caught:
        ledger.edit(ingrid, run, {"state": "succeeded"})
    assert "running" in caught.value.next_step
    denied = told(ledger, verb="denied")[0]
    assert (denied["object_id"], denied["actor"]) == (run.id, "ingrid")
    assert denied["reason"] == "A run that is queued cannot become succeeded"
    run = ledger.edit(ingrid, ledger.edit(ingrid, run, {"state": "running", "worker": "w1"}), {"state": "succeeded"})
    assert ledger.get(Run, run.id).state is RunState.SUCCEEDED
    with pytest.raises(Refused, match="Nothing comes after"):
        ledger.edit(ingrid, run, {"state": "queued"})


def test_of_a_deduplication_key_one_run_is_unfinished(ledger: Ledger, ingrid: Actor) -> None:
    asked = {"playbook": "hunt", "dedup_key": "alert:7"}
    run = ledger.create(ingrid, Run, asked)
    with pytest.raises(Taken):
        ledger.create(ingrid, Run, asked)
    ledger.edit(ingrid, run, {"state": "cancelled"})
    ledger.create(ingrid, Run, asked)


def test_signs_of_life_leave_no_trace(ledger: Ledger, ingrid: Actor) -> None:
    run = ledger.create(ingrid, Run, {"playbook": "hunt"})
    before = ledger.verify().records, ledger.unsettled()
    now = datetime.now(UTC)
    assert ledger.touch(ingrid, Run, run.id, {"progress_cell": 3, "heartbeat_at": now})
    held = ledger.get(Run, run.id)
    assert (held.progress_cell, held.heartbeat_at, held.version) == (3, now, 1)
    assert (ledger.verify().records, ledger.unsettled()) == before
    with pytest.raises(BadInput, match="by edit only"):
        ledger.touch(ingrid, Run, run.id, {"state": "failed"})
    assert not ledger.touch(ingrid, Run, new_id(), {"progress_cell": 3})


def test_a_row_that_its_maker_named_is_made_once(ledger: Ledger, ingrid: Actor) -> None:
    name = new_id()
    ledger.create(ingrid, Note, NOTE, id_=name)
    with pytest.raises(Taken):
        ledger.create(ingrid, Note, NOTE, id_=name)
    with pytest.raises(BadInput, match="no id"):
        ledger.create(ingrid, Note, NOTE, id_="../../etc")


def test_what_does_not_fit_leaves_nothing(ledger: Ledger, ingrid: Actor) -> None:
    before = ledger.verify().records
    for values, said in ((NOTE | {"text": "a\0b"}, "NUL"), ({"entity": "domain"}, "needs text, value")):
        with pytest.raises(BadInput, match=said):
            ledger.create(ingrid, Note, values)
    with pytest.raises(BadInput, match=r"folded of a account"):
        ledger.create(ingrid, Account, {"name": "\ufdfa" * 200})
    assert (ledger.number(Note), ledger.verify().records) == (0, before)


def test_what_was_fixed_at_first_stays(ledger: Ledger, ingrid: Actor) -> None:
    run = ledger.create(ingrid, Run, {"playbook": "hunt", "parameters": {"days": 1}})
    with pytest.raises(BadInput, match="parameters of a run cannot be changed"):
        ledger.edit(ingrid, run, {"parameters": {"days": 9}})


def test_any_text_that_is_kept_comes_back_as_it_was(ledger: Ledger, ingrid: Actor) -> None:
    for text in ("=HYPERLINK(1)", "\u202egnp.exe", "'; DROP TABLE notes; --", "\n\t", "😀" * 16_000, "%s {x} $1 :a"):
        note = ledger.create(ingrid, Note, NOTE | {"text": text, "value": text})
        assert ledger.get(Note, note.id).text == text
        assert [each.id for each in ledger.find(Note, Search({"value": text}))] == [note.id]
    assert ledger.verify().fault is None


def test_a_look_is_recorded_whatever_was_looked_at(ledger: Ledger, ingrid: Actor) -> None:
    ledger.record(ingrid, "message.look", ("message", "\ud800\0" + "x" * 900), after={"subject": "y" * 9_000, "n": 4})
    record = told(ledger, verb="message.look")[0]
    assert record["object_id"].endswith("…")
    assert len(record["object_id"]) == 500
    assert record["after"]["n"] == 4
    assert ledger.verify().fault is None


def test_several_things_are_done_together_or_not_at_all(ledger: Ledger, ingrid: Actor) -> None:
    def work(unit: Unit) -> None:
        unit.create(Note, NOTE)
        unit.record("note.look", "note", "x")
        unit.create(Note, {"entity": "domain"})

    before = ledger.verify().records
    with pytest.raises(BadInput):
        ledger.apply(ingrid, work)
    assert (ledger.number(Note), ledger.verify().records, len(ledger.pending())) == (0, before, before)
