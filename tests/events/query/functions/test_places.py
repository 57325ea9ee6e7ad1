import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.events.query.conftest import Frames, referring, rows
from workbench.events.lookups import Feeds, Lookups


@pytest.fixture
def placed(tmp_path: Path) -> Frames:
    """Tables beside a workspace's own list of countries, which comes before the one that ships."""
    ranges = "8.8.8.0,8.8.8.255,US\n192.88.99.0,192.88.99.255,NL\n198.51.0.0,198.51.0.255,QQ\n"
    (tmp_path / "countries.txt").write_text(f"# match: range\n# date: 2026-09-01\n{ranges}")
    return referring(Feeds(), Lookups(tmp_path))


def test_an_address_has_a_country_and_members_that_are_empty(placed: Frames) -> None:
    (bag,) = rows("print geo_info_from_ip_address('8.8.8.8')", placed)[0]
    assert bag == {"country": "United States", "state": "", "city": "", "latitude": None, "longitude": None}


def test_private_addresses_and_what_is_none_have_no_place(placed: Frames) -> None:
    text = """datatable(ip:string) ["10.0.0.1", "", "x", "2001:db8::1", "8.8.8.8:443", "192.88.99.1", "198.51.0.1"]
    | extend g = geo_info_from_ip_address(ip) | project there = isnotnull(g), c = tostring(g.country)"""
    found = [(True, "United States"), (True, "Netherlands"), (True, "QQ")]
    assert rows(text, placed) == [*[(False, "")] * 4, *found]


ASKED = """
import sys
import polars as pl
from workbench.events.lookups import country_of
there = pl.col("ip").map_batches(country_of, pl.String(), is_elementwise=True)
rows = pl.scan_parquet(sys.argv[1]).filter(there == "US")
print(rows.select(pl.len()).collect(engine="streaming").item())
"""


def test_a_condition_on_countries_of_many_files_is_answered_by_the_threads_there_are(tmp_path: Path) -> None:
    """What asks the streaming engine from within a condition that it looks at waits for itself."""
    rows = pl.DataFrame({"ip": ["8.8.8.8", "192.88.99.1"] * 50_000})
    for place in range(20):
        rows.write_parquet(tmp_path / f"{place}.parquet", row_group_size=20_000)
    command, surroundings = [sys.executable, "-c", ASKED, str(tmp_path)], {**os.environ, "POLARS_MAX_THREADS": "2"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) == 1_000_000
