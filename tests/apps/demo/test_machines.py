from datetime import UTC, datetime

import polars as pl

from tests.apps.demo.conftest import SMALL
from tests.apps.demo.measures import Whole
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.machines import SERVERS, Machines


def test_computers_are_of_several_systems_and_there_are_servers() -> None:
    info = Machines(Cast(SMALL)).info_rows(datetime(2026, 9, 17, tzinfo=UTC))
    assert info["DeviceId"].n_unique() == info["DeviceName"].n_unique() == info.height
    assert set(info.filter(pl.col("DeviceType") == "Server")["DeviceName"].str.split(".").list.first()) == set(SERVERS)
    assert {"Windows11", "Windows10", "WindowsServer2022"} <= set(info["OSPlatform"])
    assert not info.null_count().sum_horizontal().item()


def test_programs_are_many_and_one_name_has_one_hash(usual: Whole) -> None:
    seen = usual.tables["DeviceProcessEvents"]
    assert seen["FileName"].n_unique() >= 30
    assert (seen.group_by("FileName").agg(pl.col("SHA256").n_unique())["SHA256"] == 1).all()
    assert seen["DeviceName"].str.starts_with("ng-").all()
