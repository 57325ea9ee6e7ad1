"""Alerts that start playbooks, without workers."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.apps.service.playbooks import write
from workbench.apps.service.durable import Wish, cancel, submit
from workbench.apps.service.durable import alerts as room
from workbench.apps.service.durable.alerts import LONGEST, PATIENCE, Alerts
from workbench.apps.service.durable.evidence import MOST, key
from workbench.base.config import Workspace
from workbench.base.errors import LedgerError
from workbench.events.store import Batch, Store
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState

NOW = datetime.now(UTC)
SECOND = timedelta(seconds=1)


def tell(
    workspace: Workspace, *ids: str | None, title: str | Sequence[str] = "Phish delivered", **more: object
) -> None:
    """Alerts come into the store, with their evidence."""
    evidence = more.pop("evidence", True)
    store, moment = Store(workspace.store), pl.lit(more.pop("at", datetime.now(UTC))).cast(pl.Datetime("us", "UTC"))
    titles = [title] * len(ids) if isinstance(title, str) else list(title)
    if evidence:
        rows = {"EntityType": ["MailMessage"] * len(ids), "NetworkMessageId": [f"m-{id_}"[:40] for id_ in ids]}
        kept = pl.DataFrame({"AlertId": list(ids), **rows}, schema_overrides={"AlertId": pl.String})
        store.write("AlertEvidence", kept.with_columns(Timestamp=moment), Batch("test", 2))
    info = pl.DataFrame({"AlertId": list(ids), "Title": titles}, schema_overrides={"AlertId": pl.String})
    store.write("AlertInfo", info.with_columns(Timestamp=moment), Batch("test", 1))


@pytest.fixture
def looking(workspace: Workspace, ledger: Ledger) -> Alerts:
    """Alerts after the first look, with the default rule."""
    write(workspace, "phish_triage", "pass", parameters="message: str = None")
    made = Alerts(workspace, ledger)
    assert made.look(NOW) == 0
    return made


def settings(workspace: Workspace, text: str) -> Workspace:
    (workspace.home / "workbench.toml").write_text(text)
    return Workspace(workspace.home)


def started(ledger: Ledger) -> list[str]:
    return sorted(run.trigger_ref for run in ledger.find(Run, Search(limit=1_000, removed=True)))


def test_every_new_alert_starts_its_playbook_once(workspace: Workspace, ledger: Ledger) -> None:
    write(workspace, "phish_triage", "pass", parameters="message: str = None")
    tell(workspace, "old")
    assert Alerts(workspace, ledger).look(NOW) == 0
    tell(workspace, "a", "b")
    tell(workspace, "c", title="Impossible travel")
    assert Alerts(workspace, ledger).look(NOW) == 2
    assert {run.parameters["message"] for run in ledger.find(Run)} == {"m-a", "m-b"}
    tell(workspace, "a", "d")
    assert Alerts(workspace, ledger).look(NOW) == 1


def test_a_stop_between_runs_and_mark_doubles_none(
    workspace: Workspace, ledger: Ledger, looking: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = workspace.runs / ".alerts" / "seen.parquet"
    before = mark.read_bytes()
    tell(workspace, "a", "b")
    assert looking.look(NOW) == 2
    mark.write_bytes(before)
    assert Alerts(workspace, ledger).look(NOW) == 0
    assert ledger.number(Run) == 2
    mark.write_bytes(before)
    for run in ledger.find(Run):
        cancel(ledger, SYSTEM, run.id)  # of runs that wait the database itself lets no second one in
    monkeypatch.setattr(room, "known", lambda *_: None)  # the control: without the ledger's memory they are doubled
    monkeypatch.setattr(Alerts, "_begun", lambda *_: set())
    monkeypatch.setattr("workbench.apps.service.durable.asking.known", lambda *_: None)
    assert Alerts(workspace, ledger).look(NOW) == 2


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("torn", [b"", b"PAR1 nonsense", None])
def test_where_it_is_lost_what_was_seen_the_last_day_is_looked_at_again(
    torn: bytes | None, workspace: Workspace, ledger: Ledger
) -> None:
    mark = workspace.runs / ".alerts" / "seen.parquet"
    tell(workspace, "a")
    assert Alerts(workspace, ledger).look(NOW) == 1
    tell(workspace, "before", at=NOW - timedelta(days=2))
    tell(workspace, "b")
    mark.write_bytes(torn) if torn is not None else mark.unlink()
    assert Alerts(workspace, ledger).look(NOW) == 1
    assert started(ledger) == ["a", "b"]


def test_a_storm_is_limited_says_so_and_loses_none(workspace: Workspace, ledger: Ledger, looking: Alerts) -> None:
    looking.workspace = settings(workspace, "[runs]\nalerts_per_hour = 2\n")
    tell(workspace, "a", "b", "c")
    assert looking.look(NOW) == 2
    assert "1 alerts wait: alerts started 2 runs in the last hour" in looking.waits
    assert looking.look(NOW + timedelta(hours=2)) == 1
    assert looking.waits == ""
    assert started(ledger) == ["a", "b", "c"]


def about(workspace: Workspace, id_: str, *rows: dict[str, str | None]) -> None:
    """Evidence of one alert, a row each, whatever it lacks."""
    columns = ("NetworkMessageId", "AccountUpn", "EntityType")
    table = pl.DataFrame(
        {"AlertId": [id_] * len(rows), **{name: [row.get(name) for row in rows] for name in columns}},
        schema_overrides=dict.fromkeys(columns, pl.String),
    )
    Store(workspace.store).write(
        "AlertEvidence", table.with_columns(Timestamp=pl.lit(NOW).cast(pl.Datetime("us", "UTC"))), Batch("test", 3)
    )


def mails(*ids: str) -> list[dict[str, str | None]]:
    return [{"NetworkMessageId": id_, "EntityType": "MailMessage"} for id_ in ids]


def test_each_different_piece_of_evidence_starts_one_run(workspace: Workspace, ledger: Ledger, looking: Alerts) -> None:
    tell(workspace, "a", evidence=False)
    about(workspace, "a", *mails("m-1", "m-2", "m-1", "", "m-2"), {"AccountUpn": "ana@example.com"})
    assert looking.look(NOW) == 2
    about(workspace, "a", *mails("m-3", "m-1"))  # evidence that comes in parts
    assert Alerts(workspace, ledger).look(NOW + SECOND) == 1
    assert sorted(run.parameters["message"] for run in ledger.find(Run)) == ["m-1", "m-2", "m-3"]
    assert started(ledger) == ["a", "a", "a"]
    about(workspace, "a", *mails("m-4"))
    assert looking.look(NOW + PATIENCE) == 1, "it is looked at once more when its time is over"
    about(workspace, "a", *mails("m-5"))
    assert looking.look(NOW + PATIENCE + SECOND) == 0


def test_values_of_a_run_are_of_one_row(workspace: Workspace, ledger: Ledger) -> None:
    write(workspace, "pair", "pass", parameters="message: str = None\nwho: str = None\nalert: str = None")
    rule = '[[runs.alerts]]\nplaybook = "pair"\nevidence = {message = "NetworkMessageId", who = "AccountUpn", alert = "AlertId"}\n'
    looking = Alerts(settings(workspace, rule), ledger)
    looking.look(NOW)
    tell(workspace, "a", evidence=False)
    pair = {"NetworkMessageId": "m-2", "AccountUpn": "bo@example.com"}
    about(workspace, "a", {"NetworkMessageId": "m-1"}, {"AccountUpn": "ana@example.com"}, pair)
    assert looking.look(NOW) == 1
    assert ledger.find(Run)[0].parameters == {"message": "m-2", "who": "bo@example.com", "alert": "a"}


def test_an_alert_with_much_evidence_starts_so_many_and_says_so(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    tell(workspace, "a", evidence=False)
    about(workspace, "a", *mails(*(f"m-{at:03}" for at in range(500))))
    assert looking.look(NOW) == MOST
    assert looking.note == f"of 1 alerts only the first {MOST} pieces of evidence start runs"
    assert looking.look(NOW + SECOND) == 0
    assert looking.look(NOW + PATIENCE) == 1
    (told,) = ledger.find(Run, Search({"state": RunState.FAILED}))
    assert f"more than {MOST} different pieces of evidence" in told.failure_cause
    assert (looking.note, looking.waits) == ("", "")
    assert Alerts(workspace, ledger).look(NOW + 2 * PATIENCE) == 0
    assert ledger.number(Run) == MOST + 1


def test_an_alert_waits_for_its_evidence_for_a_while_and_leaves_a_trace(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    tell(workspace, "a", "late", evidence=False)
    assert looking.look(NOW) == 0
    assert (looking.waits, looking.note) == ("", "2 alerts wait for their evidence")
    tell(workspace, "a")
    assert looking.look(NOW + SECOND) == 1
    assert looking.note == "1 alerts wait for their evidence"
    again = Alerts(workspace, ledger)  # the service was started anew: the minutes go on
    assert again.look(NOW + PATIENCE - SECOND) == 0
    assert again.note == "1 alerts wait for their evidence"
    assert again.look(NOW + PATIENCE) == 1
    assert again.note == ""
    (told,) = ledger.find(Run, Search({"state": RunState.FAILED}))
    assert (told.trigger_ref, told.parameters) == ("late", {})
    assert "did not come within 10 minutes" in told.failure_cause
    tell(workspace, "late")
    assert again.look(NOW + PATIENCE + 20 * SECOND) == 0
    assert Alerts(workspace, ledger).look(NOW + 2 * PATIENCE) == 0
    assert started(ledger) == ["a", "late"]


def test_alerts_without_evidence_take_no_room_from_others(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    looking.workspace = settings(workspace, "[runs]\nalerts_per_hour = 1\n")
    tell(workspace, "mute", evidence=False, at=NOW - timedelta(hours=1))
    looking.look(NOW)
    tell(workspace, "a")
    assert looking.look(NOW + PATIENCE) == 1
    assert started(ledger) == ["a"]
    assert "1 alerts wait" in looking.waits


@pytest.mark.usefixtures("looking")
def test_a_file_of_before_that_knows_no_open_alerts_is_read(workspace: Workspace, ledger: Ledger) -> None:
    tell(workspace, "a", "b")
    pl.DataFrame({"AlertId": ["a"]}).write_parquet(workspace.runs / ".alerts" / "seen.parquet")
    assert Alerts(workspace, ledger).look(NOW) == 1
    assert started(ledger) == ["b"]


def test_what_cannot_be_started_waits_says_why_and_is_tried_again(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    notebook = workspace.notebooks / "incident_playbooks" / "phish_triage.ipynb"
    away = notebook.rename(notebook.with_suffix(".away"))
    write(workspace, "phish_triage", "pass", parameters="message = 1")  # no type: it cannot be read
    tell(workspace, "a", "b")
    assert looking.look(NOW) == 0
    assert "2 alerts wait: phish_triage cannot be started" in looking.waits
    away.rename(notebook)
    assert looking.look(NOW + SECOND) == 0, "not before the pause is over"
    assert looking.look(NOW + 6 * SECOND) == 2
    assert (looking.waits, started(ledger)) == ("", ["a", "b"])


def test_pauses_grow_and_are_bounded_and_a_clock_set_back_ends_them(workspace: Workspace, looking: Alerts) -> None:
    write(workspace, "phish_triage", "pass", parameters="message = 1")
    tell(workspace, "a")
    waits, now = [], NOW
    for _ in range(12):
        looking.look(now)
        waits.append(looking._pauses["phish_triage"].until - now)
        now += waits[-1] + SECOND
    assert waits[:4] == [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND]
    assert max(waits) == LONGEST
    assert not looking._pauses["phish_triage"].holds(NOW - timedelta(days=1))


def test_a_full_queue_and_a_ledger_that_fails_lose_no_alert(
    workspace: Workspace, ledger: Ledger, looking: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _ = submit(workspace, ledger, SYSTEM, Wish("small"))
    looking.workspace = settings(workspace, "[runs]\nwaiting = 1\n")
    tell(workspace, "a")
    assert looking.look(NOW) == 0
    assert "1 runs wait already" in looking.waits
    cancel(ledger, SYSTEM, held.id)
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "apply", lambda *_: (_ for _ in ()).throw(LedgerError("no disk")))
        assert looking.look(NOW + 6 * SECOND) == 0
        assert "the ledger fails" in looking.waits
        assert "no disk" not in looking.waits, "readiness is for everybody: what a driver says may hold paths"
        for late in range(12, 60, 6):
            looking.look(NOW + late * SECOND)
    assert looking.look(NOW + 60 * SECOND) == 1, "an outage is over as soon as it is over"


def test_a_playbook_that_cannot_be_read_holds_up_no_other(workspace: Workspace, ledger: Ledger) -> None:
    rules = '[[runs.alerts]]\nplaybook = "absent"\n[[runs.alerts]]\nplaybook = "small"\n'
    looking = Alerts(settings(workspace, rules), ledger)
    looking.look(NOW)
    tell(workspace, "a", "b")
    assert looking.look(NOW) == 2
    assert "2 alerts wait: absent cannot be started: There is no playbook named 'absent'" in looking.waits
    assert looking.look(NOW + 6 * SECOND) == 0
    write(workspace, "absent", "pass")
    assert looking.look(NOW + 20 * SECOND) == 2
    assert started(ledger) == ["a", "a", "b", "b"]


def test_values_that_do_not_fit_are_a_run_that_failed_for_people_to_see(workspace: Workspace, ledger: Ledger) -> None:
    rules = '[[runs.alerts]]\nplaybook = "small"\nevidence = {n = "NetworkMessageId"}\n'
    looking = Alerts(settings(workspace, rules), ledger)
    looking.look(NOW)
    tell(workspace, "a")
    assert looking.look(NOW) == 1
    (run,) = ledger.find(Run)
    assert (run.state, run.parameters, run.trigger_ref) == (RunState.FAILED, {"n": "m-a"}, "a")
    assert "Its values do not fit: The parameter n" in run.failure_cause
    assert run.finished_at
    assert Alerts(looking.workspace, ledger).look(NOW) == 0


def test_a_rule_that_names_a_column_that_is_not_there_meets_the_nearest(workspace: Workspace, ledger: Ledger) -> None:
    rules = '[[runs.alerts]]\nplaybook = "small"\nevidence = {n = "NetworkMesageId"}\n'
    looking = Alerts(settings(workspace, rules), ledger)
    looking.look(NOW)
    tell(workspace, "a")
    assert looking.look(NOW) == 0
    assert "no column of AlertEvidence named 'NetworkMesageId'" in looking.waits


HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "control": "a\x1b[2J\0\u202e",
    "path": "../../../etc/passwd",
    "long": "x" * 5_000,
    "long, but for its end": "x" * 4_999 + "y",
    "digest": key("x" * 5_000),
    "quotes": "'; DROP TABLE runs; --",
}


def test_hostile_ids_start_one_run_each_and_keep_apart(workspace: Workspace, ledger: Ledger, looking: Alerts) -> None:
    tell(workspace, *HOSTILE.values())
    assert looking.look(NOW) == len(HOSTILE)
    assert Alerts(workspace, ledger).look(NOW) == 0
    assert len(set(started(ledger))) == len(HOSTILE)
    assert max(map(len, started(ledger))) <= 100


def test_rows_without_an_id_start_nothing_and_stop_nothing(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    tell(workspace, None, None, "", "a")
    assert looking.look(NOW) == 1
    assert looking.look(NOW + 10 * SECOND) == 0
    assert started(ledger) == ["a"]


def test_huge_titles_and_odd_times_are_borne(workspace: Workspace, ledger: Ledger, looking: Alerts) -> None:
    tell(workspace, "big", title="phish " + "\N{PILE OF POO}<b>" * 1_000_000)
    tell(workspace, "future", at=NOW + timedelta(days=3_650))
    tell(workspace, "past", at=datetime(1970, 1, 1, tzinfo=UTC))
    assert looking.look(NOW) == 3
    assert started(ledger) == ["big", "future", "past"]


def test_an_id_that_comes_again_with_other_content_starts_nothing_more(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    tell(workspace, "a", "a", "a", title=["Phish", "phish again", "Impossible travel"])
    first = looking.look(NOW)
    tell(workspace, "a", title="Phish, changed", at=NOW + timedelta(hours=1))
    assert first + looking.look(NOW + 10 * SECOND) <= 1
    assert len(started(ledger)) <= 1


def test_an_alert_that_is_deleted_and_back_starts_nothing(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    table, away = workspace.store / "AlertInfo", workspace.store / "away"
    tell(workspace, "a")
    assert looking.look(NOW) == 1
    table.rename(away)
    tell(workspace, "b")
    assert looking.look(NOW + 10 * SECOND) == 1
    shutil.rmtree(table)
    away.rename(table)
    assert looking.look(NOW + 20 * SECOND) == 0
    tell(workspace, "b", "c")
    assert looking.look(NOW + 30 * SECOND) == 1
    assert started(ledger) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_ten_thousand_alerts_at_once_are_looked_at_in_seconds(
    workspace: Workspace, ledger: Ledger, looking: Alerts
) -> None:
    import time

    tell(workspace, *(f"mute-{at:05}" for at in range(5_000)), evidence=False)
    tell(workspace, *(f"told-{at:05}" for at in range(5_000)))
    began = time.process_time()
    assert looking.look(NOW) == 200
    assert looking.look(NOW + 10 * SECOND) == 0
    assert time.process_time() - began < 15
    assert "4,800 alerts wait" in looking.waits or "9,800 alerts wait" in looking.waits
    assert len(set(started(ledger))) == 200
