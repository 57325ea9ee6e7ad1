"""Records for people and other programs."""

import hashlib
import json

from tests.ledger.audit.conftest import RECORDS, Scene
from workbench.ledger.audit import Actor, Selection


def test_an_export_is_a_line_a_record_and_ends_with_the_head(scene: Scene) -> None:
    with scene.open() as ledger:
        lines = list(ledger.export_audit())
        verdict = ledger.verify()
    records, end = [json.loads(line) for line in lines[:-1]], json.loads(lines[-1])
    assert [record["seq"] for record in records] == list(range(1, RECORDS + 1))
    assert end["head"] == {"seq": RECORDS, "mac": verdict.mac}
    assert end["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    assert (records[5]["actor"], records[5]["after"]["value"], records[5]["before"]) == ("ingrid", "evil.example", None)


def test_pages_go_from_the_newest_down(scene: Scene) -> None:
    with scene.open() as ledger:
        first = ledger.audit(Selection(limit=15))
        second = ledger.audit(Selection(limit=15, below=first[-1]["seq"]))
        assert [each["seq"] for each in first + second] == list(range(RECORDS, RECORDS - 30, -1))
        ledger.record(Actor("omar"), "denied", ("message", "m1"))
        assert [each["seq"] for each in ledger.audit(Selection(actor="omar"))] == [RECORDS + 1]
        assert ledger.audit(Selection(verb="denied", object_id="m2")) == []


def test_a_record_that_was_tampered_with_is_shown_as_it_is(scene: Scene) -> None:
    scene.tamper("UPDATE audit SET after = 'no json' WHERE seq = 40")
    with scene.open() as ledger:
        assert ledger.audit(Selection(limit=1))[0]["after"] == "no json"
