"""The cell magic in a real shell, once as in a terminal and once as in a kernel that a page shows."""

import json
import os
import subprocess
import sys

import pytest

from workbench.base.config import HOME_VARIABLE, Workspace

CELLS = {
    "opened": "%load_ext workbench\n%kql -q print 1\nprint(w.names[0])",
    "kept": 'domain = "x\' | take 0 //"\nfound = 0',
    "asked": "%%kql -o found -p who=domain --span 2026-09-14..2026-09-18\nEmailEvents\n| where Subject != who\n| take 2",
    "value": "print(found.frame.height, found.span)",
    "line": "n = %kql EmailEvents | count\nprint('given', n.frame.item())",
    "quiet": "n = %kql -q EmailEvents | count\nprint(n)",
    "braces": "%kql print x = '{domain} $domain'",
    "faulty": "%%kql\nEmailEvents\n| where Sbuject has 'x'",
    "refused": "%%kql -p domian\nEmailEvents",
    "elsewhere": "%%kql -w other\nEmailEvents",
    "empty": "%%kql\nEmailEvents | where Subject == 'none'",
    "python": "w.kql('EmailEvents | take 1')",
    "help": "import inspect; print(get_ipython().find_line_magic('kql').__doc__)",
}
ENDLESS = (
    "%kql range a from 1 to 9000000 step 1 | extend k = a % 10 | join kind=inner (range b from 1 to 100000 step 1"
    " | extend k = b % 10) on k | summarize dcount(a), dcount(b)"
)
SHELL = """
import json, os, signal, sys, threading, time
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance(colors="nocolor")
told = {}

def run(name, text):
    with capture_output() as held:
        done = shell.run_cell(text)
    shown = [output.data for output in held.outputs]
    told[name] = {"out": held.stdout, "ok": done.success, "error": type(done.error_in_exec).__name__, "shown": shown}

cells = json.loads(sys.argv[1])
for name, text in cells.items():
    run(name, text)

def stop():
    time.sleep(1.5)
    told["stopped"] = time.time()
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=stop, daemon=True).start()
run("endless", sys.argv[2])
told["endless"]["late"] = time.time() - told["stopped"]
run("after", "%kql EmailEvents | count")
shell.kernel = object()
run("page faulty", cells["faulty"])
told["page"] = sorted(shell.display_formatter.format(shell.user_ns["found"])[0])
print(json.dumps(told, default=str))
"""


@pytest.fixture(scope="module")
def told(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict:
    ipython = str(tmp_path_factory.mktemp("ipython"))
    environment = {**os.environ, HOME_VARIABLE: str(northgate.home), "IPYTHONDIR": ipython}
    command = [sys.executable, "-c", SHELL, json.dumps(CELLS), ENDLESS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=200)
    return json.loads(done.stdout.splitlines()[-1])


def test_the_extension_opens_the_workspace_where_nobody_did(told: dict) -> None:
    assert told["opened"]["ok"], told["opened"]
    assert told["opened"]["out"].strip()


def test_a_cell_asks_keeps_and_shows(told: dict) -> None:
    assert "2 rows" in told["asked"]["out"] + json.dumps(told["asked"]["shown"])
    assert told["value"]["out"].split()[0] == "2"
    assert "2026-09-14" in told["value"]["out"]


def test_a_line_gives_its_answer_to_python_unless_it_is_to_be_quiet(told: dict) -> None:
    assert int(told["line"]["out"].rpartition("given ")[2]) > 50
    assert told["quiet"]["out"].strip() == "None"
    assert "1 row" in told["python"]["out"] + json.dumps(told["python"]["shown"])


def test_no_variable_is_pasted_into_the_text(told: dict) -> None:
    assert "{domain} $domain" in told["braces"]["out"] + json.dumps(told["braces"]["shown"])


def test_a_fault_is_underlined_and_fails_the_cell_without_a_traceback(told: dict) -> None:
    out = told["faulty"]["out"]
    assert (told["faulty"]["ok"], told["faulty"]["error"]) == (False, "BadQuery")
    assert "   2 | | where Sbuject has 'x'\n     |         ^^^^^^^" in out
    assert out.count("Did you mean Subject?") == 1
    assert "Traceback" not in out


def test_unknown_variables_and_workbenches_are_named(told: dict) -> None:
    assert "Did you mean domain?" in told["refused"]["out"]
    assert "There is no open workbench named 'other'" in told["elsewhere"]["out"]


def test_no_rows_are_said(told: dict) -> None:
    assert "No row" in told["empty"]["out"] + json.dumps(told["empty"]["shown"])


def test_an_interrupt_ends_a_question_at_once_and_the_next_one_is_answered(told: dict) -> None:
    assert told["endless"]["error"] == "KeyboardInterrupt"
    assert "the question was cancelled" in told["endless"]["out"]
    assert told["endless"]["late"] < 10
    assert told["after"]["ok"]


def test_a_page_gets_widgets_and_the_text_beside_them(told: dict) -> None:
    assert {"text/plain", "application/vnd.jupyter.widget-view+json"} <= set(told["page"])


def test_a_page_gets_the_fault_as_html_once(told: dict) -> None:
    [shown] = told["page faulty"]["shown"]
    assert ">Sbuject</span>" in shown["text/html"]
    assert "Did you mean" not in json.dumps(shown)
    assert told["page faulty"]["out"].strip().endswith("Did you mean Subject?")


def test_the_options_are_explained(told: dict) -> None:
    for option in ("-o", "-p", "--span", "--rows", "--seconds", "--memory", "-w", "-q"):
        assert option in told["help"]["out"]
