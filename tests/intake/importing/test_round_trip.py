"""Rows of audit records, written out and imported again: into their own workspace nothing new, into another the same."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START
from tests.intake.activity.records import CONTEXT, EVERY, Record
from tests.intake.importing.test_run import counts, held, run
from tests.laws import often
from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import Workspace
from workbench.events.store import EXTRA, Batch, Form, Store, export
from workbench.intake.importing.taking import Task, take
from workbench.intake.sources import Block, kind_of

NDJSON = "datasets/o365_ual_dev/auditdata_2021-03_2021-05_unique.ndjson.xz"

USERS = st.sampled_from(
    ["FfoServicePartnerUser", " Anna@Northgate.example ", "NT AUTHORITY\\SYSTEM (Exchange)", "İx Σ", "", "=cmd", "'x"]
)
ADDRESSES = st.sampled_from(
    ["20.71.90.194:24012", "[2603:10a6::1]:443", "[::ffff:192.0.2.1]:5", "::ffff:192.0.2.7", " 192.0.2.1", "1.2.3.4, 5.6.7.8", "[x", "", "::1", "<null>"]
)  # fmt: skip
ODD = st.sampled_from(
    [None, "", "x", "  two  ", "a\r\nb", "-1", 5, 1.5, 2**62, True, [], {}, [{"Name": "a b", "Value": "\u0001 é"}], {"a": {"b": [1, None]}}, '{"a":  "\\u00e9"}', '["x", 1]', "null"]
)  # fmt: skip
NAMES = ("Parameters", "Members", "ObjectId", "Operation", "ExtendedProperties", "AppAccessContext", "UserAgent", "Item", "Site", "LogonType", "ResultStatus")  # fmt: skip
FIELDS = {"UserId": USERS, "MailboxOwnerUPN": USERS, "ClientIP": ADDRESSES, "ClientIPAddress": ADDRESSES, "ActorIpAddress": ADDRESSES, **dict.fromkeys(NAMES, ODD)}  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> list[Record]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        changed = draw(st.fixed_dictionaries({}, optional=FIELDS))
        made.append({**draw(st.sampled_from(EVERY)), **changed, "Id": f"{number:08}-0000-0000-0000-000000000000"})
    return made


def taken(store: Store, path: Path, number: int, hint: str = "") -> int:
    """Import a file as an import does, in this process; gives back the rows that were new."""
    with path.open("rb") as stream:
        kind = kind_of(path.name, stream.peek(4096))
        assert kind is not None
        pieces = [piece for piece in kind.split(stream) if isinstance(piece, Block)]
        found = take([Task(kind.name, hint, (piece,)) for piece in pieces], START, CONTEXT)
    assert not [refusal for each in found for refusal in each.refusals]
    new = 0
    for each in found:
        for name, _, packed in (*each.beside, *each.frames):
            new += store.write(name, pl.read_ipc_stream(packed), Batch("t", number)).kept
    return new


def everything(store: Store) -> dict[str, list[object]]:
    return {name: _rows(store, name) for name in store.held()}


def _rows(store: Store, name: str) -> list[object]:
    frame = store.scan(name, inner=True).drop("_Key", "_Raw").collect()
    extra = [json.loads(each) if each else {} for each in frame[EXTRA]]
    return sorted(zip(frame.drop(EXTRA).rows(), extra, strict=True), key=repr)


@settings(max_examples=often(3), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(documents())
def test_rows_of_audit_records_come_back_as_they_are_from_every_form(made: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        home, first = Path(folder), Store(Path(folder) / "store")
        (home / "log.ndjson").write_text("".join(f"{json.dumps(each)}\n" for each in made), "utf-8")
        assert taken(first, home / "log.ndjson", 0)
        before = everything(first)
        for round_, form in enumerate(Form):
            export(first, list(before), home / form, form)
            second = Store(home / f"{form}-store")
            for number, path in enumerate(sorted((home / form).rglob("*.*"))):
                if path.is_file() and path.name != "manifest.json":
                    batch = 1 + 100 * round_ + number
                    assert taken(first, path, batch, path.name.split(".")[0].split("-")[0]) == 0
                    taken(second, path, batch, path.name.split(".")[0].split("-")[0])
            assert everything(second) == before
        assert everything(first) == before


def test_what_an_address_of_an_audit_record_was_given_with_is_kept_with_the_row(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "log.ndjson").write_text(
        json.dumps({**EVERY[1], "ClientIP": "20.71.90.194:24012", "UserId": "FfoServicePartnerUser"})
    )
    taken(store, tmp_path / "log.ndjson", 0)
    row = store.scan("OfficeActivity", inner=True).select("UserId", "ClientIP", EXTRA).collect().row(0)
    assert row == ("ffoservicepartneruser", "20.71.90.194", '{"ClientIP (as given)":"20.71.90.194:24012"}')


@pytest.mark.slow
@pytest.mark.parametrize("form", list(Form))
def test_a_real_audit_log_written_out_is_known_to_its_workspace(
    workspace: Workspace, tmp_path: Path, shared: Path, form: Form
) -> None:
    run(workspace, shared / NDJSON)
    before, store = held(workspace), Store(workspace.store)
    export(store, list(before), tmp_path / "out", form)
    report = run(workspace, tmp_path / "out")
    assert (counts(report), held(workspace)) == ((0, sum(before.values()), 0), before)
    make_workspace(tmp_path / "other")
    assert counts(run(Workspace(tmp_path / "other"), tmp_path / "out")) == (sum(before.values()), 0, 0)
    assert everything(Store(tmp_path / "other" / "store")) == everything(store)
