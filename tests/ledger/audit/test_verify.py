"""Whatever is done to a trail behind the product's back is found, named, and located at the first record it touches."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.ledger.audit.conftest import RECORDS, Scene
from workbench.base.errors import LedgerError
from workbench.ledger.audit import PUBLIC, Actor, Selection, Tampering, read_public, verify
from workbench.ledger.audit.anchor import FILE
from workbench.ledger.audit.chain import sealed
from workbench.ledger.audit.entry import FIELDS, START, Entry, Head
from workbench.ledger.audit.keys import CHAIN, fingerprint, make_keys, read_ring
from workbench.ledger.changes import writer
from workbench.ledger.models import open_database

EDITS = {
    "ts": "ts = '2020-01-01T00:00:00.000000Z'",
    "actor": "actor = 'omar'",
    "actor_kind": "actor_kind = 'system'",
    "roles": "roles = '[\"Global Administrator\"]'",
    "session": "session = 'other'",
    "address": "address = '203.0.113.9'",
    "verb": "verb = 'note.look'",
    "object_kind": "object_kind = 'mail'",
    "object_id": "object_id = 'other'",
    "before": 'before = \'{"text":"x"}\'',
    "after": "after = ''",
    "reason": "reason = 'because'",
    "request": "request = 'r'",
    "mac": f"mac = '{'a' * 64}'",
    "prev_mac": f"prev_mac = '{'b' * 64}'",
}
COPY = ", ".join((*FIELDS[1:], "prev_mac", "mac"))


def found(scene: Scene, **values: object) -> tuple[int, Tampering]:
    fault = scene.verify(**values).fault
    assert fault is not None
    return fault.seq, fault.kind


def shift(first: int, by: int) -> tuple[str, str]:
    """Renumber the records from one on."""
    return f"UPDATE audit SET seq = -(seq + {by}) WHERE seq >= {first}", "UPDATE audit SET seq = -seq WHERE seq < 0"


def forged(seq: int) -> str:
    """A record that somebody without the key makes up, linked to the one before."""
    return (
        f"INSERT INTO audit (seq, {COPY}) SELECT {seq}, {COPY.replace(', mac', '')}, '{'c' * 64}' FROM audit "
        f"WHERE seq = {seq if seq <= RECORDS else RECORDS}"
    )


def test_an_honest_trail_is_whole(scene: Scene) -> None:
    verdict = scene.verify()
    assert (verdict.records, verdict.anchored, verdict.fault, verdict.keyed) == (RECORDS, RECORDS, None, True)


def test_the_product_itself_cannot_change_a_record(scene: Scene) -> None:
    ledger = scene.open()
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE seq = 3"):
        with pytest.raises(LedgerError, match="never changed"), ledger.database.writing() as connection:
            connection.exec_driver_sql(statement)
    last = "TRUNCATE audit" if not ledger.database.is_sqlite else "REPLACE INTO audit SELECT * FROM audit WHERE seq = 3"
    with pytest.raises(LedgerError, match="never changed"), ledger.database.writing() as connection:
        connection.exec_driver_sql(last)
    ledger.close()
    assert scene.verify().fault is None


@pytest.mark.parametrize("seq", [1, 7, 20, RECORDS])
def test_an_edit(seq: int, scene: Scene) -> None:
    scene.tamper(f"UPDATE audit SET actor = 'omar' WHERE seq = {seq}")
    assert found(scene) == (seq, Tampering.EDITED)


def test_an_edit_of_any_column(scene: Scene) -> None:
    true = scene.rows()[10]
    assert set(EDITS) == set(true) - {"seq"}
    scene.tamper()
    back = ", ".join(f"{name} = :{name}" for name in EDITS)
    database = open_database(scene.address)
    for column, change in EDITS.items():
        with database.writing() as connection:
            connection.execute(sa.text(f"UPDATE audit SET {change} WHERE seq = 11"))
        fault = verify(database, scene.folder / "keys", scene.folder / "anchor").fault
        assert (fault.seq, fault.kind) == (11, Tampering.EDITED), column
        with database.writing() as connection:
            connection.execute(sa.text(f"UPDATE audit SET {back} WHERE seq = 11"), true)
    database.close()
    assert scene.verify().fault is None


def test_an_edit_of_a_record_and_its_digest(scene: Scene) -> None:
    scene.tamper(f"UPDATE audit SET actor = 'omar', mac = '{'d' * 64}' WHERE seq = 11")
    assert found(scene) == (11, Tampering.EDITED)


@pytest.mark.parametrize("seq", [1, 7, 20, RECORDS - 1])
def test_a_deletion(seq: int, scene: Scene) -> None:
    scene.tamper(f"DELETE FROM audit WHERE seq = {seq}")
    assert found(scene) == (seq, Tampering.DELETED)


def test_a_deletion_that_renumbering_hides(scene: Scene) -> None:
    scene.tamper("DELETE FROM audit WHERE seq = 7", *shift(8, -1))
    assert found(scene) == (7, Tampering.DELETED)


def test_a_deletion_of_many(scene: Scene) -> None:
    scene.tamper("DELETE FROM audit WHERE seq BETWEEN 5 AND 30")
    assert found(scene) == (5, Tampering.DELETED)


@pytest.mark.parametrize("seq", [2, 7, 21])
def test_an_insertion_that_renumbering_hides(seq: int, scene: Scene) -> None:
    scene.tamper(*shift(seq, 1), forged(seq).replace(f"WHERE seq = {seq}", f"WHERE seq = {seq + 1}"))
    assert found(scene) == (seq, Tampering.INSERTED)


def test_an_insertion_of_a_true_record_again(scene: Scene) -> None:
    scene.tamper(*shift(20, 1), f"INSERT INTO audit (seq, {COPY}) SELECT 20, {COPY} FROM audit WHERE seq = 5")
    assert found(scene) == (20, Tampering.INSERTED)


def test_an_insertion_under_a_number_that_is_there(scene: Scene) -> None:
    scene.tamper(f"INSERT INTO audit (seq, {COPY}) SELECT 9, {COPY} FROM audit WHERE seq = 5")
    seq, kind = found(scene)
    assert seq in (9, 10)
    assert kind is Tampering.INSERTED


def test_an_insertion_at_the_end(scene: Scene) -> None:
    scene.tamper(
        forged(RECORDS + 1),
        f"UPDATE audit SET prev_mac = (SELECT mac FROM audit WHERE seq = {RECORDS}) WHERE seq = {RECORDS + 1}",
    )
    assert found(scene) == (RECORDS + 1, Tampering.INSERTED)


@pytest.mark.parametrize(("one", "other"), [(7, 8), (7, 30), (2, RECORDS), (19, 21)])
def test_two_records_that_changed_places(one: int, other: int, scene: Scene) -> None:
    scene.tamper(
        f"UPDATE audit SET seq = -1 WHERE seq = {one}",
        f"UPDATE audit SET seq = {one} WHERE seq = {other}",
        f"UPDATE audit SET seq = {other} WHERE seq = -1",
    )
    assert found(scene) == (one, Tampering.REORDERED)


def test_a_record_that_was_moved_with_all_between(scene: Scene) -> None:
    scene.tamper(
        "UPDATE audit SET seq = 1000 WHERE seq = 10",
        *shift(11, -1),
        "UPDATE audit SET seq = 30 WHERE seq = 999",
        "UPDATE audit SET seq = -seq - 1 WHERE seq >= 30 AND object_id <> (SELECT object_id FROM audit WHERE seq = 30 LIMIT 1)",
        "UPDATE audit SET seq = -seq WHERE seq < 0",
    )
    assert found(scene) == (10, Tampering.REORDERED)


@pytest.mark.parametrize("left", [1, 20, 30, RECORDS - 1])
def test_a_tail_that_was_cut(left: int, scene: Scene) -> None:
    scene.tamper(f"DELETE FROM audit WHERE seq > {left}")
    assert found(scene) == (left + 1, Tampering.TRUNCATED)


def test_a_tail_that_was_cut_with_the_note_of_its_end(scene: Scene) -> None:
    scene.tamper(
        "DELETE FROM audit WHERE seq > 20",
        "UPDATE chain SET seq = 20, mac = (SELECT mac FROM audit WHERE seq = 20)",
    )
    assert found(scene) == (21, Tampering.TRUNCATED)


@pytest.mark.parametrize(
    ("cut", "what"),
    [
        ("DROP TABLE audit", "the table audit"),
        ("DROP TABLE chain", "the table chain"),
        ("ALTER TABLE audit DROP COLUMN mac", "the column mac of audit"),
    ],
)
def test_a_trail_whose_table_is_gone(cut: str, what: str, scene: Scene) -> None:
    scene.tamper(cut)
    fault = scene.verify().fault
    assert (fault.seq, fault.kind) == (1, Tampering.GONE)
    assert what in fault.what


def test_a_cut_is_told_although_another_table_is_gone(scene: Scene) -> None:
    note = "UPDATE chain SET seq = 30, mac = (SELECT mac FROM audit WHERE seq = 30)"
    scene.tamper("DELETE FROM audit WHERE seq > 30", note, "DROP TABLE notes")
    assert found(scene)[0] == 31


def test_a_chain_alone_would_not_see_that(scene: Scene) -> None:
    scene.tamper(
        "DELETE FROM audit WHERE seq > 20",
        "UPDATE chain SET seq = 20, mac = (SELECT mac FROM audit WHERE seq = 20)",
    )
    path = scene.folder / "anchor" / FILE
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    assert scene.verify().fault is None


def test_an_old_backup_that_was_restored(scene: Scene) -> None:
    restore = scene.save()
    scene.work(15)
    assert scene.verify().records == RECORDS + 15
    restore()
    assert found(scene) == (RECORDS + 1, Tampering.RESTORED)


def test_nothing_is_added_to_an_old_backup(scene: Scene) -> None:
    restore = scene.save()
    scene.work(5)
    restore()
    with pytest.raises(LedgerError, match="not the one that its anchor saw last") as caught:
        scene.open()
    assert "audit verify" in caught.value.next_step


def test_an_old_backup_that_was_written_on(scene: Scene) -> None:
    restore = scene.save()
    path = scene.folder / "anchor" / FILE
    before = path.read_text()
    scene.work(5)
    seen = path.read_text()
    restore()
    path.write_text(before)
    scene.work(9)
    path.write_text(seen)
    assert found(scene) == (RECORDS + 1, Tampering.RESTORED)


def test_a_backup_that_was_restored_on_purpose_is_told_and_no_fault(scene: Scene) -> None:
    restore = scene.save()
    scene.work(5)
    restore()
    scene.declare("the disk broke on Monday")
    scene.work(9)
    verdict = scene.verify()
    assert (verdict.records, verdict.fault) == (RECORDS + 9, None)
    assert [(line.seq, line.reason) for line in verdict.restored] == [(RECORDS, "the disk broke on Monday")]


def test_a_key_file_that_was_exchanged(scene: Scene, tmp_path: Path) -> None:
    make_keys(tmp_path / "other")
    shutil.copy(tmp_path / "other" / CHAIN, scene.folder / "keys" / CHAIN)
    assert found(scene) == (1, Tampering.KEY_SWAPPED)
    with pytest.raises(LedgerError, match="does not hold the key"):
        scene.open()


def rewrite(scene: Scene, key: bytes, first: int, change: str) -> None:
    """Somebody changes a record and digests all from there on anew."""
    scene.tamper(change)
    ledger_rows = scene.rows()
    scene.tamper("DELETE FROM audit")
    prev = START
    for row in ledger_rows:
        if row["seq"] >= first:
            from workbench.ledger.audit.entry import digest

            row["prev_mac"] = prev
            row["mac"] = digest(key, prev, [row[name] for name in FIELDS])
        prev = row["mac"]
    scene.put(ledger_rows)
    scene.tamper(f"UPDATE chain SET mac = '{prev}'")


def test_a_chain_that_was_digested_anew_with_a_key_of_the_forgers_own(scene: Scene, tmp_path: Path) -> None:
    make_keys(tmp_path / "other")
    shutil.copy(tmp_path / "other" / CHAIN, scene.folder / "keys" / CHAIN)
    ring = read_ring(tmp_path / "other")
    named = json.dumps({"key": ring.newest}, separators=(",", ":"))
    rewrite(
        scene,
        ring.keys[ring.newest],
        1,
        f"UPDATE audit SET after = '{named}', object_id = '{ring.newest}' WHERE seq = 1",
    )
    scene.tamper(f"UPDATE chain SET key = '{ring.newest}'")
    assert found(scene) == (1, Tampering.KEY_SWAPPED)


def test_a_chain_that_was_digested_anew_with_the_true_key(scene: Scene) -> None:
    ring = read_ring(scene.folder / "keys")
    rewrite(scene, ring.keys[ring.newest], 25, "UPDATE audit SET actor = 'omar' WHERE seq = 25")
    seq, kind = found(scene)
    assert (seq, kind) == (21, Tampering.EDITED)


def test_a_key_that_was_rotated_is_followed(scene: Scene) -> None:
    with scene.open() as ledger:
        ledger.rotate_key(Actor("ingrid"), reason="yearly")
    scene.work(3)
    with scene.open() as ledger:
        ledger.rotate_key(Actor("ingrid"))
    scene.work(3)
    verdict = scene.verify()
    assert (verdict.records, verdict.fault) == (RECORDS + 8, None)
    assert len(read_ring(scene.folder / "keys").keys) == 3
    scene.tamper(f"UPDATE audit SET reason = 'x' WHERE seq = {RECORDS + 6}")
    assert found(scene) == (RECORDS + 6, Tampering.EDITED)


def test_a_change_of_the_key_that_the_anchors_key_did_not_sign(scene: Scene) -> None:
    with scene.open() as ledger:
        ledger.rotate_key(Actor("ingrid"))
    ring = read_ring(scene.folder / "keys")
    first, second = ring.keys.items()
    rows = scene.rows()
    after = {"key": second[0], "signature": "00" * 64}
    entry = Entry(Actor("ingrid"), "key.change", "key", second[0], {"key": first[0]}, after)
    made, head = sealed([entry], Head(RECORDS, rows[RECORDS - 1]["mac"], first[0]), first[1], datetime.now(UTC))
    scene.tamper("DELETE FROM audit")
    scene.put([*rows[:RECORDS], *made])
    scene.tamper(f"UPDATE chain SET mac = '{head.mac}'")
    scene.drop_last_line()
    assert found(scene) == (RECORDS + 1, Tampering.KEY_SWAPPED)


def test_an_anchor_that_was_changed(scene: Scene) -> None:
    path = scene.folder / "anchor" / FILE
    lines = path.read_text().splitlines(keepends=True)
    for broken in (
        [lines[0], lines[1].replace('"seq":20', '"seq":21'), lines[2]],
        [lines[0], lines[2]],
        [lines[1], lines[2]],
        [lines[0], lines[1], lines[2].replace(f'"seq":{RECORDS}', f'"seq":{RECORDS - 1}')],
        [],
    ):
        path.write_text("".join(broken))
        assert found(scene)[1] is Tampering.ANCHOR
    path.unlink()
    assert found(scene)[1] is Tampering.ANCHOR
    with pytest.raises(LedgerError, match="anchor of the audit trail is missing"):
        scene.open()


def test_a_line_that_a_power_cut_tore_is_passed_over(scene: Scene) -> None:
    path = scene.folder / "anchor" / FILE
    with path.open("a") as file:
        file.write('{"at":"2026-09')
    scene.work(2)
    assert (scene.verify().anchored, scene.verify().fault) == (RECORDS + 2, None)


def test_the_public_key_alone_proves_what_the_anchor_saw(scene: Scene, tmp_path: Path) -> None:
    public = read_public(scene.folder / "keys" / PUBLIC)
    verdict = scene.verify(keys=None, public=public)
    assert (verdict.records, verdict.anchored, verdict.fault, verdict.keyed) == (RECORDS, RECORDS, None, False)
    undo = scene.save()
    scene.tamper("DELETE FROM audit WHERE seq > 33")
    assert found(scene, keys=None, public=public) == (34, Tampering.TRUNCATED)
    undo()
    make_keys(tmp_path / "other")
    other = read_public(tmp_path / "other" / PUBLIC)
    assert found(scene, keys=None, public=other)[1] is Tampering.ANCHOR
    with pytest.raises(ValueError, match="public key"):
        scene.verify(keys=None)


def test_a_trail_can_be_verified_while_it_grows(scene: Scene) -> None:
    with scene.open() as ledger:
        futures = [ledger.submit(Actor("ingrid"), lambda unit: unit.record("look", "note", "x")) for _ in range(300)]
        verdicts = [ledger.verify() for _ in range(5)]
        [each.result(30) for each in futures]
    assert [each.fault for each in verdicts] == [None] * 5
    assert scene.verify().records == RECORDS + 300


@pytest.mark.parametrize(
    "change",
    [
        "ts = replace(ts, 'T', ' ')",
        "after = replace(after, ':', ': ')",
        "roles = '[ ]'",
        "actor = 'Ingrid'",
        "actor = actor || ' '",
        "reason = 'e\u0301'",
    ],
)
def test_a_record_that_was_written_anew_in_other_letters(change: str, scene: Scene) -> None:
    scene.tamper(f"UPDATE audit SET {change} WHERE seq = 11")
    assert found(scene) == (11, Tampering.EDITED)


@pytest.mark.parametrize(
    "change",
    [
        "actor = CAST(actor AS BLOB)",
        "mac = CAST(mac AS BLOB)",
        "prev_mac = NULL",
        "actor = NULL",
        "actor = CAST(x'ff41' AS TEXT)",
        "after = CAST(x'eda080' AS TEXT)",
        "actor = 7",
        "reason = 1e300",
        "verb = ''",
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_value_of_another_type_which_a_file_takes(change: str, scene: Scene) -> None:
    scene.tamper(f"UPDATE audit SET {change} WHERE seq = 11")
    assert found(scene) == (11, Tampering.EDITED)
    with scene.open() as ledger:
        assert ledger.audit(Selection(below=12, limit=1))[0]["seq"] == 11
        assert b'"seq":11,' in b"".join(ledger.export_audit())


@pytest.mark.parametrize("number", ["NULL", "'eleven'", "11.5", "x'0b'"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_number_that_is_none(number: str, scene: Scene) -> None:
    scene.tamper(f"UPDATE audit SET seq = {number} WHERE seq = 11")
    assert found(scene) == (11, Tampering.EDITED)
    scene.tamper(f"UPDATE audit SET actor = 'omar' WHERE seq IS {number}")
    assert found(scene)[1] in (Tampering.INSERTED, Tampering.DELETED)


@pytest.mark.parametrize("number", [0, -3])
def test_a_number_below_the_first(number: int, scene: Scene) -> None:
    scene.tamper(f"INSERT INTO audit (seq, {COPY}) SELECT {number}, {COPY} FROM audit WHERE seq = 5")
    assert found(scene) == (1, Tampering.INSERTED)


def other_workspace(scene: Scene, tmp_path: Path) -> Scene:
    """The same work in another workspace: its database is a file."""
    (tmp_path / "other").mkdir()
    made = Scene(tmp_path / "other" / "ledger.db", tmp_path / "other")
    made.work(19)
    made.work(20)
    return made


@pytest.mark.parametrize("seq", [2, 11, RECORDS])
def test_a_record_of_another_workspace_in_the_place_of_ours(seq: int, scene: Scene, tmp_path: Path) -> None:
    theirs = other_workspace(scene, tmp_path).rows()[seq - 1]
    scene.tamper(f"DELETE FROM audit WHERE seq = {seq}")
    scene.put([theirs])
    assert found(scene)[0] == seq


def test_records_of_another_workspace_at_the_end(scene: Scene, tmp_path: Path) -> None:
    other = other_workspace(scene, tmp_path)
    other.work(3)
    scene.put(other.rows()[RECORDS:])
    assert found(scene) == (RECORDS + 1, Tampering.INSERTED)


def test_all_records_of_another_workspace(scene: Scene, tmp_path: Path) -> None:
    theirs = other_workspace(scene, tmp_path).rows()
    scene.tamper("DELETE FROM audit", f"UPDATE chain SET mac = '{theirs[-1]['mac']}'")
    scene.put(theirs)
    assert found(scene)[0] == 1


def test_a_key_file_of_another_workspace_and_both_keys_in_it(scene: Scene, tmp_path: Path) -> None:
    theirs = other_workspace(scene, tmp_path).folder / "keys"
    ours = scene.folder / "keys" / CHAIN
    before = ours.read_bytes()
    shutil.copy(theirs / CHAIN, ours)
    assert found(scene) == (1, Tampering.KEY_SWAPPED)
    ours.write_bytes(
        json.dumps({"keys": [*json.loads((theirs / CHAIN).read_bytes())["keys"], *json.loads(before)["keys"]]}).encode()
    )
    assert scene.verify().fault is None
    shutil.copy(theirs / PUBLIC, scene.folder / "keys" / PUBLIC)
    assert found(scene)[1] is Tampering.ANCHOR


def test_a_chain_that_was_forked(scene: Scene) -> None:
    """Two services went on from one state, each with the true keys; the records of one take the place of the other's."""
    restore, path = scene.save(), scene.folder / "anchor" / FILE
    before = path.read_text()
    scene.work(7)
    seen, ours = path.read_text(), scene.rows()
    restore()
    path.write_text(before)
    scene.work(9)
    theirs = scene.rows()
    path.write_text(seen)
    assert found(scene) == (RECORDS + 1, Tampering.RESTORED)
    scene.tamper("DELETE FROM audit")
    scene.put([*ours, *theirs[len(ours) :]])
    assert found(scene)[0] == len(ours) + 1


def keep(scene: Scene) -> Path:
    """A copy of the anchor, elsewhere."""
    (scene.folder / "elsewhere").mkdir(exist_ok=True)
    return Path(shutil.copy(scene.folder / "anchor" / FILE, scene.folder / "elsewhere"))


def test_an_anchor_that_was_turned_back(scene: Scene) -> None:
    kept = keep(scene)
    scene.drop_last_line()
    assert scene.verify().fault is None
    assert found(scene, kept=kept) == (RECORDS, Tampering.ANCHOR)
    scene.work(3)
    assert found(scene, kept=kept) == (RECORDS, Tampering.ANCHOR)


def test_a_tail_that_was_cut_off_trail_and_anchor_shows_by_a_copy_kept_elsewhere(scene: Scene) -> None:
    kept = keep(scene)
    scene.tamper(
        "DELETE FROM audit WHERE seq > 20",
        "UPDATE chain SET seq = 20, mac = (SELECT mac FROM audit WHERE seq = 20)",
    )
    scene.drop_last_line()
    assert scene.verify().fault is None
    assert found(scene, kept=kept) == (21, Tampering.TRUNCATED)
    one = kept.with_name("last")
    one.write_text(kept.read_text().splitlines()[-1])
    assert found(scene, kept=one) == (21, Tampering.TRUNCATED)


def test_an_old_copy_of_everything_shows_by_a_copy_kept_elsewhere(scene: Scene) -> None:
    restore, path = scene.save(), scene.folder / "anchor" / FILE
    before = path.read_text()
    scene.work(7)
    kept = keep(scene)
    restore()
    path.write_text(before)
    assert scene.verify().fault is None
    assert found(scene, kept=kept) == (RECORDS + 1, Tampering.RESTORED)
    scene.work(12)
    assert found(scene, kept=kept) == (RECORDS + 1, Tampering.RESTORED)


def test_a_copy_kept_elsewhere_that_agrees_or_is_none(scene: Scene) -> None:
    kept = keep(scene)
    scene.work(4)
    assert scene.verify(kept=kept).fault is None
    kept.write_text(kept.read_text().replace('"count":20', '"count":21'))
    with pytest.raises(LedgerError, match="did not sign"):
        scene.verify(kept=kept)
    kept.write_text("syslog of something else\n")
    with pytest.raises(LedgerError, match="no line"):
        scene.verify(kept=kept)
    with pytest.raises(LedgerError, match="cannot be read"):
        scene.verify(kept=kept.with_name("none"))


@pytest.mark.parametrize(("back", "told"), [(timedelta(seconds=2), 0), (timedelta(days=3), RECORDS + 3)])
def test_a_clock_that_was_set_back(back: timedelta, told: int, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.work(2)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) - back

    with monkeypatch.context() as patch:
        patch.setattr(writer, "datetime", Clock)
        scene.work(5)
    scene.work(2)
    verdict = scene.verify()
    assert (verdict.fault, verdict.back, verdict.records) == (None, told, RECORDS + 9)


def test_a_ledger_whose_other_rows_hold_nonsense_is_judged_all_the_same(scene: Scene) -> None:
    if isinstance(scene.address, Path):
        scene.tamper("UPDATE notes SET updated_at = 'yesterday'", "DELETE FROM audit WHERE seq > 20")
        assert found(scene)[0] == 21


def test_a_fingerprint_does_not_tell_the_key(scene: Scene) -> None:
    for name, key in read_ring(scene.folder / "keys").keys.items():
        assert fingerprint(key) == name
        assert key.hex() not in (scene.folder / "anchor" / FILE).read_text()
