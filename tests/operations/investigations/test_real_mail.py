"""The verdict on real mail, measured through the store: bounds that must hold, and what is printed when they do not."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.operations.investigations.conftest import walk
from workbench.analysis.entities import find_message, similar_mail
from workbench.analysis.verdict import SenderHistory, judge
from workbench.apps.session import Workbench
from workbench.base.config import Organisation, Workspace
from workbench.intake.importing import import_paths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

OURS = Organisation(domains=("northgate.example",), brands=("Northgate Logistics",), vip_names=("Ingrid Halvorsen",))


class Judged(NamedTuple):
    """Words by how much is held: as imported, without the filter, and with everything held and silent."""

    label: str
    held: str
    unfiltered: str
    silent: str


@pytest.fixture(scope="module")
def stores(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Workbench]:
    """Both sets of real mail, imported."""
    made = {}
    for name in ("phishing_eml_dev", "ham_and_spam_dev"):
        home = tmp_path_factory.mktemp(name)
        (home / "workbench.toml").write_text('now = "newest"\n', "utf-8")
        import_paths(Workspace(home), [shared / "datasets" / name / f"{name}.tar.xz"])
        made[name] = Workbench(Workspace(home))
    return made


@pytest.fixture(scope="module")
def mails(stores: Mapping[str, Workbench], shared: Path) -> list[Judged]:
    """Every mail with its verdicts."""
    return [mail for name, store in stores.items() for mail in judged(store, index(shared, name))]


def index(shared: Path, name: str) -> dict[str, dict[str, str]]:
    with (shared / "datasets" / name / "index.csv").open(newline="") as file:
        return {row["sha256"]: row for row in csv.DictReader(file)}


def judged(store: Workbench, rows: Mapping[str, Mapping[str, str]]) -> list[Judged]:
    found = []
    for digest, row in rows.items():
        triage = store.triage(digest)
        walk(triage)
        unfiltered = replace(triage.case, filter_threats=None, filter_confidence="")
        silent = replace(unfiltered, filter_threats="", reporters=(), removed_after_delivery=(), organisation=OURS)
        known = replace(silent, history=silent.history or SenderHistory(0, 0, None, 0, 0))
        label = row.get("group", "phish").rpartition("-")[0] or "phish"
        found.append(Judged(label, *(judge(each).word for each in (triage.case, unfiltered, known))))
    return found


def shares(mails: list[Judged], label: str, way: str) -> dict[str, float]:
    words = [getattr(mail, way) for mail in mails if mail.label == label]
    assert len(words) > 50
    return {word: count / len(words) for word, count in Counter(words).items()}


def threats(found: Mapping[str, float]) -> float:
    return found.get("malicious", 0) + found.get("suspicious", 0)


def test_all_784_get_a_verdict(mails: list[Judged]) -> None:
    assert len(mails) == 784


@pytest.mark.parametrize("way", ["held", "unfiltered", "silent"])
@pytest.mark.parametrize(("label", "most"), [("easy-ham", 0.02), ("hard-ham", 0.1)])
def test_ordinary_mail_is_rarely_called_a_threat(mails: list[Judged], label: str, most: float, way: str) -> None:
    assert threats(shares(mails, label, way)) <= most


def test_phish_that_the_filter_judged_is_a_threat_or_inconclusive(mails: list[Judged]) -> None:
    found = shares(mails, "phish", "held")
    assert "no threats found" not in found
    assert threats(found) >= 0.8


def test_phish_is_never_cleared_where_little_is_held(mails: list[Judged]) -> None:
    found = shares(mails, "phish", "unfiltered")
    assert "no threats found" not in found
    assert threats(found) >= 0.06


def test_phish_is_hardly_ever_cleared_where_everything_is_held_and_silent(mails: list[Judged]) -> None:
    """The hardest case: the filter let it through, nobody reported it, and every table that could tell is there."""
    assert shares(mails, "phish", "silent").get("no threats found", 0) <= 0.04


CAMPAIGNS = ("c01", "c02", "c03", "c04", "c05", "c06")


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_a_campaign_is_found_through_the_store_in_few_clusters_and_little_else(
    stores: Mapping[str, Workbench], shared: Path, campaign: str
) -> None:
    rows = index(shared, "phishing_eml_dev")
    members = {digest for digest, row in rows.items() if row["campaign"] == campaign}
    clusters = clustered(stores["phishing_eml_dev"], members)
    met = set().union(*clusters)
    assert len(clusters) <= 3
    assert members <= met
    assert len(met & members) / len(met) >= 0.95


def clustered(store: Workbench, members: set[str]) -> list[set[str]]:
    """Groups of mails of which each is like another of its group, begun from these."""
    clusters: list[set[str]] = []
    for digest in members:
        found = similar_mail(find_message(store.window(), digest))
        group = {digest, *(found["RawSHA256"] if found is not None else ())}
        joined = [cluster for cluster in clusters if cluster & group]
        clusters = [cluster for cluster in clusters if not cluster & group] + [set().union(group, *joined)]
    return clusters
