"""The shipped playbook, run through papermill, against findings that a person has read.

After a change on purpose, write them anew and read the difference before it is committed:
``WORKBENCH_WRITE_GOLDEN=1 python -m pytest -n0 tests/operations/runs/test_golden.py``.
"""

import json
import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from workbench.base.config import Workspace, shipped
from workbench.intake.importing import import_paths
from workbench.operations.investigations import Asked, Findings
from workbench.operations.runs import Nursery, Run, outline, page, playbook, run_playbook

pytestmark = pytest.mark.notebook

GOLDEN = Path(__file__).parent / "golden"
SAMPLE = shipped("data") / "sample"
VOLATILE = {"now"}
HAM = "ham_and_spam/easy-ham-1__01504.3a306a038f96c31abe2440db7f7c6806.eml"

CASES = {
    "phish_campaign": ("northgate/mail/01_storage_full_a.eml", "malicious"),
    "phish_malware": ("northgate/mail/18_encrypted_remittance.eml", "malicious"),
    "phish_code_in_image": ("northgate/mail/17_code_qr_authentification.eml", "malicious"),
    "phish_taken_over_mailbox": ("northgate/mail/26_cuenta_proveedor.eml", "suspicious"),
    "ham_partner": ("northgate/mail/35_partner_thread.eml", "no threats found"),
    "ham_newsletter": ("northgate/mail/31_newsletter.eml", "inconclusive: 2 not evaluated"),
    "ham_mailing_list": (HAM, "inconclusive: 8 not evaluated"),
    "drill": ("northgate/mail/30_simulation_badge.eml", "no threats found"),
}
EVERYDAY = ("phish_campaign", "ham_mailing_list")
"""A bad one and one that is not settled; the others are run by make test-all. Each mail's verdict is asked for every
day without a kernel, in operations.investigations."""


@pytest.fixture(scope="module")
def workspace(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the sample workspace: runs are kept in it."""
    home = tmp_path_factory.mktemp("golden") / "home"
    shutil.copytree(northgate.home, home)
    return Workspace(home)


def digest(file: str) -> str:

    return sha256((SAMPLE / file).read_bytes()).hexdigest()


def triage(workspace: Workspace, message: str, nursery: Nursery) -> Run:
    return run_playbook(workspace, playbook("phish_triage", workspace), {"message": message}, nursery=nursery)


def check(name: str, found: Mapping[str, Any] | None) -> None:
    """Findings are as the golden ones, in all but what changes from run to run."""
    assert found is not None
    Findings.model_validate(found)
    check_as(name, found)


def check_as(name: str, found: Mapping[str, Any]) -> None:
    """What was recorded is as the golden record of that name."""
    kept = {field: value for field, value in found.items() if field not in VOLATILE}
    path = GOLDEN / f"{name}.json"
    if os.environ.get("WORKBENCH_WRITE_GOLDEN"):
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    assert kept == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "file", "shown"),
    [
        pytest.param(name, *case, id=name, marks=() if name in EVERYDAY else pytest.mark.slow)
        for name, case in CASES.items()
    ],
)
def test_the_triage_of_a_sample_mail_finds_what_it_should(
    workspace: Workspace, nursery: Nursery, name: str, file: str, shown: str
) -> None:
    done = triage(workspace, digest(file), nursery)
    assert done.findings is not None
    assert done.findings["verdict"]["shown"] == shown
    check(name, done.findings)


def test_with_nothing_but_the_raw_mail_the_triage_is_inconclusive_and_says_what_is_missing(
    tmp_path: Path, nursery: Nursery
) -> None:
    bare = made(tmp_path, "northgate/mail/35_partner_thread.eml")
    done = triage(bare, digest("northgate/mail/35_partner_thread.eml"), nursery)
    check("only_raw_mail", done.findings)
    found = Findings.model_validate(done.findings)
    assert found.verdict.shown == f"inconclusive: {len(found.not_evaluated)} not evaluated"
    assert {step.name for step in found.steps if step.state == "not evaluated"} == {
        "sender", "lookalikes", "clicks", "aftermath",
    }  # fmt: skip
    missing = {each.why for each in found.not_evaluated}
    assert {"no earlier mail is held to compare with", "no reports by users are held"} <= missing


@pytest.mark.slow
def test_with_nothing_but_exported_rows_the_triage_is_inconclusive_and_says_what_is_missing(
    tmp_path: Path, nursery: Nursery
) -> None:
    bare = made(tmp_path, "northgate/events/EmailEvents.ndjson")
    done = triage(bare, "34d933b3-ba89-427f-91df-c5ab6b1307fb", nursery)
    check("only_exported_rows", done.findings)
    found = Findings.model_validate(done.findings)
    assert found.verdict.shown == f"inconclusive: {len(found.not_evaluated)} not evaluated"
    assert {step.name for step in found.steps if step.state == "not evaluated"} == {
        "lookalikes", "urls", "similar", "clicks", "aftermath",
    }  # fmt: skip
    assert {"the body was not read", "the URLs of the message are not known"} <= {
        each.why for each in found.not_evaluated
    }


def made(home: Path, file: str) -> Workspace:
    """A workspace that holds one file of the sample and knows nothing of its organisation."""
    (home / "workbench.toml").write_text('now = "newest"\n', "utf-8")
    bare = Workspace(home)
    assert import_paths(bare, [SAMPLE / file]).kept
    return bare


def test_a_saved_query_is_asked_and_leaves_what_it_asked_and_found(workspace: Workspace, nursery: Nursery) -> None:
    kql = "EmailEvents\n| summarize Mails = count() by DeliveryAction\n| order by Mails\n| render piechart"
    given = {"name": "Delivered or not", "kql": kql, "span": "2026-09-14..2026-09-18"}
    done = run_playbook(workspace, playbook("tracked_query", workspace), given, nursery=nursery)
    executed = json.loads((done.folder / "executed.ipynb").read_text("utf-8"))
    shown = page(outline(executed))
    assert "<svg" in shown
    assert "<td>Delivered</td>" in shown
    assert done.findings is not None
    Asked.model_validate(done.findings)
    check_as("tracked_query", done.findings)
