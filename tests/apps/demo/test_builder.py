import ipaddress
import json
import re
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.apps.demo.conftest import SMALL, TINY
from workbench.apps.demo import builder as builds
from workbench.apps.demo.builder import Step, build, load, save
from workbench.apps.demo.people import COMPANY
from workbench.apps.demo.plan import Plan, planned
from workbench.apps.session import Workbench
from workbench.base.config import find_workspace, shipped
from workbench.base.errors import StoreBusy, StoreError, WorkbenchError
from workbench.events.store import Batch, Store
from workbench.events.store.schema import KEY
from workbench.events.tables import table
from workbench.intake.importing import import_paths, original

WANTED = [
    "EmailEvents",
    "EmailUrlInfo",
    "EmailAttachmentInfo",
    "EmailPostDeliveryEvents",
    "UrlClickEvents",
    "CloudAppEvents",
    "OfficeActivity",
    "SigninLogs",
    "AADNonInteractiveUserSignInLogs",
    "AADServicePrincipalSignInLogs",
    "EntraIdSignInEvents",
    "EntraIdSpnSignInEvents",
    "IdentityInfo",
    "IdentityLogonEvents",
    "DeviceInfo",
    "DeviceProcessEvents",
    "DeviceNetworkEvents",
    "DeviceFileEvents",
    "DeviceLogonEvents",
    "MessageEvents",
    "MessageUrlInfo",
    "MessagePostDeliveryEvents",
    "AlertInfo",
    "AlertEvidence",
    "WorkbenchSubmissions",
    "WorkbenchMailFacts",
    "FileMaliciousContentInfo",
]
ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
SIX = re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f:]*(?![\w:])", re.IGNORECASE)
DOCUMENTATION = [
    ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
LINKED = re.compile(r"(?:https?://|@)((?:[a-z0-9-]+\.)+[a-z]+)", re.IGNORECASE)
RESERVED = (".example", ".test", ".invalid")
VERSIONS = {"15.21.132.16", "15.21.132.7", "10.0.26100.0"}


def rows(home: Path) -> dict[str, pl.DataFrame]:
    store = Store(home / "store")
    return {name: store.scan(name, inner=True).collect() for name in store.held()}


def same(one: Path, other: Path) -> None:
    left, right = rows(one), rows(other)
    assert left.keys() == right.keys()
    for name in left:
        by = [KEY, *([table(name).time] if table(name).time else [])]
        assert left[name].sort(by).equals(right[name].sort(by)), name


def test_every_table_has_rows(built: Path) -> None:
    held = Store(built / "store").held()
    assert set(WANTED) <= set(held)
    assert held["EmailEvents"].rows > SMALL.mails * 0.99


@pytest.mark.slow
def test_a_build_is_the_same_in_one_process_and_in_two(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.apps.demo.making.ALONE", 0)
    monkeypatch.setattr("workbench.apps.demo.plan._PARCEL_MAILS", 500)
    plan = planned(TINY.seed, TINY.mails, TINY.days)
    assert (TINY.parcels, plan.parcels) == (1, 2)
    told: list[Step] = []
    build(tmp_path / "two", plan, processes=2, tell=told.append)
    assert told[-1].mails == TINY.mails
    assert [step.rows for step in told] == sorted(step.rows for step in told)
    assert len({step.mails for step in told}) > 2
    same(tiny, tmp_path / "two")
    assert (tiny / "answers.json").read_bytes() == (tmp_path / "two" / "answers.json").read_bytes()


@pytest.mark.slow
def test_a_build_that_was_stopped_or_killed_goes_on(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, and as if killed after rows joined and before that was noted, with a file that was not finished."""
    monkeypatch.setattr("workbench.apps.demo.plan._PARCEL_MAILS", 500)
    home, plan = tmp_path / "stopped", planned(TINY.seed, TINY.mails, TINY.days)

    def stop(step: Step) -> None:
        if step.mails:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(home, plan, processes=1, tell=stop)
    state = load(home)
    assert state is not None
    assert (state.done, state.finished) == (2, False)
    save(home, replace(state, done=1))
    left = home / "store" / "EmailEvents" / "_Part=2026-09" / f"{'a' * 32}.parquet"
    left.write_bytes(b"PAR1")
    before = {path.name for path in data(home)} - {left.name}
    built = build(home, plan, processes=1)
    assert 0 < built.kept["EmailEvents"] < TINY.mails * 0.9
    assert not left.exists()
    assert before < {path.name for path in data(home)}
    same(home, tiny)


def test_files_without_a_log_that_a_killed_build_left_are_made_again_and_that_is_said(
    tiny: Path, tmp_path: Path
) -> None:
    """As a version before did that wrote files before the log: of a table of the first parcel, and one of the second."""
    home, told = shutil.copytree(tiny, tmp_path / "killed"), list[str]()
    state = load(home)
    assert state is not None
    save(home, replace(state, finished=False))
    for name in ("EmailEvents", "WorkbenchSubmissions"):
        shutil.rmtree(home / "store" / name / "_delta_log")
    (home / "answers.json").unlink()
    with pytest.raises(StoreError, match="no log"):
        Store(home / "store").held()
    build(home, TINY, processes=1, say=told.append)
    assert "without a log: EmailEvents, WorkbenchSubmissions." in told[0]
    assert len(told) == 1
    same(home, tiny)
    assert (home / "answers.json").read_bytes() == (tiny / "answers.json").read_bytes()


def data(home: Path) -> list[Path]:
    return [path for path in (home / "store").rglob("*.parquet") if "_delta_log" not in path.parts]


def test_only_one_builds_at_a_time(built: Path, tmp_path: Path) -> None:
    workspace = builds.make_workspace(tmp_path / "w")
    with builds.alone(workspace), pytest.raises(StoreBusy):
        build(workspace.home, TINY)


def test_a_finished_build_is_left_alone(built: Path) -> None:
    assert build(built, SMALL).kept == {}


def test_another_build_in_the_same_place_is_refused(built: Path) -> None:
    with pytest.raises(WorkbenchError, match="another build"):
        build(built, replace(SMALL, mails=20_000))


def test_a_workspace_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workbench.toml").write_text("")
    (tmp_path / "organisation.yml").write_text("name: A real company\n")
    with pytest.raises(WorkbenchError, match="not the demo's"):
        build(tmp_path, TINY)
    assert load(tmp_path) is None


def made(home: Path) -> None:
    """A workspace as ``init`` makes it."""
    home.mkdir()
    for name in ("organisation.yml", "workbench.toml"):
        shutil.copyfile(shipped("data") / "templates" / name, home / name)


def test_a_workspace_that_was_only_just_made_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "w"
    made(home)
    (home / "ledger.db").write_text("what init left")
    assert builds.make_workspace(home).organisation.name == COMPANY
    assert (home / "ledger.db").read_text() == "what init left"
    made(tmp_path / "edited")
    (tmp_path / "edited" / "organisation.yml").write_text("domains: [real.example]\n")
    with pytest.raises(WorkbenchError, match=r"of nobody.*Name an empty folder"):
        build(tmp_path / "edited", TINY)


def test_a_freshly_made_workspace_that_holds_events_is_not_taken(tmp_path: Path) -> None:
    home = tmp_path / "w"
    made(home)
    alert = pl.DataFrame({"Timestamp": [TINY.end], "AlertId": ["a"]})
    Store(home / "store").write("AlertInfo", alert, Batch("test", 1))
    with pytest.raises(WorkbenchError, match="not the demo's"):
        build(home, TINY)


def test_what_it_makes_is_its_owners_only(built: Path, tmp_path: Path) -> None:
    home = builds.make_workspace(tmp_path / "above" / "w").home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_answers_say_what_was_scaled_down(built: Path) -> None:
    answers = json.loads((built / "answers.json").read_text("utf-8"))
    assert answers["scale"] < 1
    assert "smaller" in answers["scaled"]


def test_planted_mails_have_their_bytes_and_a_row_of_the_reader(built: Path) -> None:
    held = rows(built)
    facts, events = held["WorkbenchMailFacts"], held["EmailEvents"]
    planted = events.filter(pl.col("_Raw") != "")
    assert set(planted["_Raw"]) == set(facts["RawSHA256"])
    assert facts["FaultCount"].sum() == 0
    for digest in facts["RawSHA256"].head(20):
        assert original(built / "originals", digest)
    sent = facts.join(planted.unique("_Raw"), left_on="RawSHA256", right_on="_Raw", suffix="_said")
    assert (sent["NetworkMessageId"] == sent["NetworkMessageId_said"]).all()
    assert (sent["InternetMessageId"] == sent["InternetMessageId_said"]).all()


def test_importing_an_original_again_adds_nothing(built: Path, tmp_path: Path) -> None:
    before = {name: held.rows for name, held in Store(built / "store").held().items()}
    digest = rows(built)["WorkbenchMailFacts"]["RawSHA256"][0]
    mail = tmp_path / "again.eml"
    mail.write_bytes(original(built / "originals", digest))
    report = import_paths(find_workspace(built), [mail])
    assert (report.kept, report.duplicates) == (0, 1)
    assert {name: held.rows for name, held in Store(built / "store").held().items()} == before


def test_names_and_addresses_are_reserved_ones(built: Path) -> None:
    texts = [
        text
        for frame in rows(built).values()
        for column in frame.select(pl.col(pl.String)).iter_columns()
        for text in column.drop_nulls().unique()
    ]
    texts += [(built / "answers.json").read_text("utf-8"), (built / "organisation.yml").read_text("utf-8")]
    texts += [path.decode("utf-8", "replace") for path in _originals(built)]
    whole = "\n".join(texts)
    hosts = {host.lower() for host in LINKED.findall(whole) if not host.startswith("thread.")}
    assert hosts
    assert {host for host in hosts if not host.endswith(RESERVED)} == set()
    four = {each for each in ADDRESS.findall(whole) if each not in VERSIONS}
    six = {each for each in SIX.findall(whole) if not re.fullmatch(r"[\d:]+", each)}
    assert four
    assert six
    assert {
        each for each in four | six if not any(ipaddress.ip_address(each) in network for network in DOCUMENTATION)
    } == set()


def _originals(home: Path) -> list[bytes]:
    digests = rows(home)["WorkbenchMailFacts"]["RawSHA256"]
    return [original(home / "originals", digest) for digest in digests[:: max(1, digests.len() // 60)]]


def test_questions_are_answered(built: Path) -> None:
    w = Workbench(find_workspace(built))
    w.span = "2d"
    assert w.kql("EmailEvents | count").frame["Count"][0] > SMALL.mails * 0.9
    joined = "AlertInfo | join kind=inner AlertEvidence on AlertId | summarize count() by Title | count"
    assert w.kql(joined).frame["Count"][0] >= 6


def test_the_state_survives(tmp_path: Path) -> None:
    state = builds.State(1, 1_000, 2, SMALL.end.isoformat(), done=1)
    save(tmp_path, state)
    assert load(tmp_path) == state
    assert state.plan == Plan(1, 1_000, 2)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_mails_are_built_in_little_memory(tmp_path: Path) -> None:
    import resource

    plan = planned(2, 1_000_000, 30)
    build(tmp_path / "w", plan)
    assert Store(tmp_path / "w" / "store").held()["EmailEvents"].rows == pytest.approx(1_000_000, rel=0.01)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 * 2**20
