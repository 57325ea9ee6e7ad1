"""Files in any order, records in any batches: one result."""

import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import Report, import_paths, lanes, run

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "NetworkMessageId": st.sampled_from("abc"),
            "Timestamp": st.sampled_from(["2026-09-14T00:00:00Z", "2026-10-02T00:00:00Z", "bad"]),
        },
        optional={"Subject": st.sampled_from("xy")},
    ),
    min_size=1,
    max_size=4,
)


def imported(folder: Path, files: list[Path], name: str) -> tuple[Report, Counter[tuple[object, ...]]]:
    workspace = Workspace(folder / name)
    workspace.home.mkdir()
    report = import_paths(workspace, files)
    assert report.rows_in == report.kept + report.duplicates + report.quarantined
    return report, Counter(Store(workspace.store).scan("AlertInfo", inner=True).collect().iter_rows())


def written(folder: Path, files: list[list[dict[str, object]]]) -> list[Path]:
    paths = []
    for number, rows in enumerate(files):
        alerts = [{"AlertId": row["NetworkMessageId"], **row, "Title": row.get("Subject", "")} for row in rows]
        path = folder / f"AlertInfo_{number}.ndjson"
        path.write_text("\n".join(json.dumps({k: v for k, v in alert.items() if k[0] in "AT"}) for alert in alerts))
        paths.append(path)
    return paths


@pytest.mark.quirk("any export", "any order and batching give one store")
@settings(max_examples=often(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(ROWS, min_size=2, max_size=3))
def test_files_in_any_order_give_one_store(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[dict[str, object]]]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    paths = written(folder, files)
    results = [
        imported(folder, list(order), f"home-{number}") for number, order in enumerate(itertools.permutations(paths))
    ]
    assert len({frozenset(rows.items()) for _, rows in results}) == 1
    assert len({report.quarantined for report, _ in results}) == 1


@pytest.mark.quirk("any export", "any order and batching give one store")
@settings(max_examples=often(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(ROWS, min_size=1, max_size=3))
def test_records_in_any_batches_give_one_store_and_one_account(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[dict[str, object]]]
) -> None:
    folder = tmp_path_factory.mktemp("batches")
    paths = written(folder, files)
    whole, rows = imported(folder, paths, "whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "ROWS_PER_COMMIT", 1)
        patch.setattr(lanes, "TASKS_AT_ONCE", 1)
        patch.setattr("workbench.intake.sources.json_rows.BLOCK_BYTES", 60)
        small, same = imported(folder, paths, "small")
    assert rows == same
    assert (whole.rows_in, whole.quarantined) == (small.rows_in, small.quarantined)
