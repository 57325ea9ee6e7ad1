import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from workbench.apps.session.completion import names_at
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.events.query.operators import kinds
from workbench.events.tables import tables

MAIL = ["EmailAttachmentInfo", "EmailEvents", "EmailPostDeliveryEvents", "EmailUrlInfo"]
BUDGET_MS = 100


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ('w.kql("Email', MAIL),
        ("w.kql('Email", MAIL),
        ('w.kql("let mails = Email', MAIL),
        ('w.kql("EmailEvents | join kind=inner (Email', MAIL),
        ('w.kql("union Email', MAIL),
        ('w.kql("EmailEvents | wh', ["where"]),
        ('w.kql("""\nEmailEvents\n| where Sub', ["Subject", "substring"]),
        ('w.kql("EmailEvents | where sub', ["Subject", "substring"]),
        ('w.kql("EmailEvents | extend mine = 1 | where mi', ["mine", "min_of"]),
        ('w.kql("EmailEvents | where Timestamp > ag', ["ago"]),
        ("%%kql\nEmail", MAIL),
        ("%%kql -o found --span 7d\nEmailEvents\n| where Subj", ["Subject"]),
        ("%%kql Email", MAIL),
        ("%kql Email", MAIL),
        ("found = %kql Email", MAIL),
        ("%%kql -p domain\nEmailEvents | where SenderFromDomain == dom", ["domain"]),
        ("%%kql --sp", ["--span"]),
        ("%%kql -o x --se", ["--seconds"]),
        ('w.EmailEvents.select("Subj', ["Subject"]),
        ('w["EmailEvents"].filter(pl.col("Subj', ["Subject"]),
        ("w.EmailEvents.fil", ["fill_nan", "fill_null", "filter"]),
        ("frame = w['EmailEvents'].colle", ["collect", "collect_async", "collect_batches", "collect_schema"]),
    ],
)
def test_what_may_stand_there_is_offered(before: str, names: list[str]) -> None:
    assert set(names_at(before)) == set(names)


def test_after_a_bar_stand_the_operators() -> None:
    assert names_at('w.kql("EmailEvents | ') == sorted(kinds())


def test_columns_are_those_of_the_tables_that_are_named() -> None:
    assert "ThreatTypes" in names_at('w.kql("EmailEvents | project Thr')
    assert "ThreatTypes" not in names_at('w.kql("IdentityInfo | project Thr')


def test_every_declared_table_begins_a_question() -> None:
    assert set(tables()) <= set(names_at('w.kql("'))


@pytest.mark.parametrize(
    "before",
    [
        "",
        "x = ",
        "%%kql",
        "%%kql\nprint 'Sub",
        "%%kql -o ",
        "%timeit Email",
        'open("Sub',
        "print('Email",
        'w["Url',
        "v.EmailEvents.fil",
        "w.kql(",
        'w.kql("x").fr',
    ],
)
def test_what_is_not_ours_is_left_to_ipython(before: str) -> None:
    assert names_at(before) == []


def test_methods_of_a_table_are_those_of_a_lazy_frame() -> None:
    assert set(names_at("w.EmailEvents.")) == {name for name in dir(pl.LazyFrame) if not name.startswith("_")}


ASKED = {
    "w.Email": ".EmailEvents",
    'w["Url': "UrlClickEvents",
    "w.EmailEvents.fil": "filter",
    'w.EmailEvents.select("Subj': "Subject",
    'w.kql("EmailEvents | where Subj': "Subject",
    'w.kql("""\nEmailEvents\n| summ': "summarize",
    "wb.sh": ".show",
    "w.me": ".message",
    "m.au": ".auth",
    "m.ho": ".hops",
    "%%kql\nEmailEvents | project-a": "project-away",
    "%%kql\nEmailEvents | where Subj": "Subject",
}
SHELL = """
import json, sys, time
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import workbench as wb; w = wb.open(); wb.open(); m = w.message('e50d1c32-61d5-490d-38ef-08df13c5e0bf')")
told = {"jedi": shell.Completer.use_jedi, "matchers": len(shell.Completer.custom_matchers), "asked": {}}
for text in json.loads(sys.argv[1]):
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        with provisionalcompleter():
            found = [each.text for each in shell.Completer.completions(text, len(text))]
        times.append((time.perf_counter() - begun) * 1000)
    told["asked"][text] = [found, times]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict:
    environment = {
        **os.environ,
        HOME_VARIABLE: str(northgate.home),
        "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython")),
    }
    command = [sys.executable, "-c", SHELL, json.dumps(list(ASKED))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_real_shell_has_our_matcher_once_and_no_static_analysis(told: dict) -> None:
    assert told["jedi"] is False
    assert told["matchers"] == 1


@pytest.mark.parametrize("text", ASKED)
def test_a_real_shell_completes(text: str, told: dict) -> None:
    found, _ = told["asked"][text]
    assert ASKED[text] in found


def test_completion_waits_for_nothing(told: dict) -> None:
    medians = {text: statistics.median(times) for text, (_, times) in told["asked"].items()}
    assert {text: took for text, took in medians.items() if took > BUDGET_MS} == {}
    first = statistics.median(times[0] for _, times in told["asked"].values())
    assert first <= BUDGET_MS


def test_an_installed_environment_starts_ipython_without_static_analysis(tmp_path: Path) -> None:
    config = Path(sys.prefix) / "etc" / "ipython" / "ipython_config.json"
    assert json.loads(config.read_text("utf-8")) == {"Completer": {"use_jedi": False}}
    command = [sys.executable, "-m", "IPython", "--no-banner", "-c", "print(get_ipython().Completer.use_jedi)"]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
