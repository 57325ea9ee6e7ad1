import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.apps.ui.stores import mail, opened
from workbench.apps.explore.export import HERE, AnswerExport, Listed, ListExport, length_of
from workbench.apps.explore.view_text import Shape, question, read
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import Form
from workbench.apps.session.export import Exported
from workbench.base.errors import WorkbenchError
from workbench.base.span import parse_span
from workbench.events.query import Limits

SPAN = "2026-09-01..2026-09-30"
HOSTILE = "=cmd|' /C calc'!A0\u202e\x1b[2J\",\r\n"


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    rows = [mail(at, Subject=HOSTILE if at == 3 else f"mail {at}") for at in range(40)]
    return opened(tmp_path_factory.mktemp("export"), "now = 'newest'", EmailEvents=rows)


def listed(workbench: Workbench, text: str = "", rows: pl.DataFrame | None = None) -> Listed:
    shape = read(f"view: all_email\nspan: {SPAN}\n{text}", workbench)
    asked = question(shape, workbench)
    return Listed(asked, shape, int(workbench.kql(length_of(asked, shape)).frame.item()), rows)


def written(workbench: Workbench, given: Listed, form: Form = Form.csv, **more: Any) -> Exported:
    job = ListExport(workbench, given, **{"limits": HERE, **more})
    return job.write(job.target(form))


def subjects(made: Exported) -> list[str]:
    return [
        row["Subject"] for row in csv.DictReader(io.StringIO(made.path.read_bytes().decode("utf-8-sig"), newline=""))
    ]


def test_a_list_cut_in_slices_is_the_list_in_its_order(workbench: Workbench) -> None:
    given = listed(workbench)
    whole, cut = written(workbench, given), written(workbench, given, most=15)
    assert (whole.rows, cut.rows, given.total) == (40, 40, 40)
    assert whole.sha256 == cut.sha256
    assert subjects(cut) == ["'" + HOSTILE if at == 3 else f"mail {at}" for at in range(40)]
    oldest = listed(workbench, "sort: {column: Timestamp, descending: false}")
    assert subjects(written(workbench, oldest, most=15)) == subjects(cut)[::-1]


def test_a_long_list_is_not_sorted_by_anything_but_time_and_says_so(workbench: Workbench) -> None:
    given = listed(workbench, "sort: {column: Subject, descending: false}")
    short, long = written(workbench, given), written(workbench, given, most=15)
    assert subjects(short) == sorted(subjects(short), key=lambda text: text.removeprefix("'"))
    assert subjects(long)[0] == "mail 0"
    orders = [json.loads(each.sidecar.read_text())["order"] for each in (short, long)]
    assert orders == ["Subject ascending", "Timestamp descending"]


@pytest.mark.parametrize("form", Form)
def test_the_sidecar_leads_back_to_the_rows(workbench: Workbench, form: Form) -> None:
    made = written(workbench, listed(workbench, "columns: [Subject, SenderFromAddress]"), form)
    told = json.loads(made.sidecar.read_text("utf-8"))
    answer = workbench.kql(told["kql"])
    assert (told["rows"], answer.frame.height) == (40, 40)
    assert [each["name"] for each in told["columns"]] == answer.frame.columns
    again = read(told["view"], workbench)
    assert (again.view.name, again.span, again.columns) == ("all_email", SPAN, ("Subject", "SenderFromAddress"))
    assert told["window"] == {"from": "2026-09-01T00:00:00+00:00", "to": "2026-10-01T00:00:00+00:00"}
    assert (told["newest_event"], told["selection"]) == ("2026-09-18T11:30:20Z", "all that match")
    assert made.path.parent == workbench.workspace.exports


def test_rows_that_were_picked_by_hand_are_those_alone(workbench: Workbench) -> None:
    given = listed(workbench)
    rows = workbench.kql(given.kql).frame[[5, 2]]
    made = written(workbench, listed(workbench, rows=rows))
    assert (subjects(made), made.rows) == (["mail 5", "mail 2"], 2)
    assert "2 picked by hand" in made.sidecar.read_text()


def test_a_list_beside_the_rows_is_written_too(workbench: Workbench) -> None:
    made = written(workbench, listed(workbench, "list: targeted_people"))
    assert made.rows == 1
    assert made.path.name.startswith("targeted_people_20260901_20261001")


def test_how_far_it_is_is_told_and_may_end_it(workbench: Workbench) -> None:
    told: list[int] = []

    class Enough(Exception):
        pass

    def tell(rows: int) -> None:
        told.append(rows)
        if rows > 20:
            raise Enough

    job = ListExport(workbench, listed(workbench), most=15, limits=HERE)
    before = sorted(workbench.workspace.exports.iterdir())
    with pytest.raises(Enough):
        job.write(job.target(Form.csv), tell)
    assert told[0] == 0
    assert 20 < told[-1] < 40
    assert sorted(workbench.workspace.exports.iterdir()) == before


def test_what_is_asked_for_a_long_list_can_be_ended(workbench: Workbench) -> None:
    job = ListExport(workbench, listed(workbench), most=15)
    told: list[int] = []

    def tell(rows: int) -> None:
        told.append(rows)
        if rows:
            job.give_up()
            raise NotImplementedError

    with pytest.raises(NotImplementedError):
        job.write(job.target(Form.csv), tell)
    assert told[-1] == 15


def test_an_answer_that_was_cut_is_written_whole(workbench: Workbench) -> None:
    span = parse_span(SPAN, workbench.now)
    workbench.span = span
    cut = workbench.kql("EmailEvents | sort by Timestamp asc | project Subject", limits=Limits(rows=7))
    workbench.span = None
    assert cut.frame.height == 7
    job = AnswerExport(workbench, cut)
    made = job.write(job.target(Form.csv))
    job.give_up()
    assert (made.rows, len(subjects(made))) == (40, 40)
    told = json.loads(made.sidecar.read_text())
    assert (told["kql"], told["window"]["from"]) == (cut.kql, span.start.isoformat())


def test_an_export_whose_question_fails_leaves_nothing(workbench: Workbench, tmp_path: Path) -> None:
    given = listed(workbench)
    broken = Shape(given.shape.view, SPAN, given.shape.tree, given.shape.by, columns=("Clicked",))
    job = ListExport(workbench, Listed(given.question, broken, 40))
    before = sorted(workbench.workspace.exports.iterdir())
    with pytest.raises(WorkbenchError):
        job.write(job.target(Form.csv))
    assert sorted(workbench.workspace.exports.iterdir()) == before
