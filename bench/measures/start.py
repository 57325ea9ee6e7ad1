"""Import of the product against import of Polars, in fresh processes that take turns."""

import subprocess
import sys
from collections.abc import Iterator

from bench.measure import Measure, Row, Setting, middle

_TIMED = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"
_POLARS = "import polars"
_PRODUCT = "import workbench"
_OPEN = "from workbench import open"


def _run(setting: Setting) -> Iterator[Row]:
    rounds = [{code: _seconds(code) for code in (_POLARS, _PRODUCT, _OPEN)} for _ in range(setting.repeat + 3)]
    polars, product, ready = (middle(each[code] for each in rounds) for code in (_POLARS, _PRODUCT, _OPEN))
    yield Row("import polars", polars * 1000, "ms", note="reference")
    yield Row("import workbench", product * 1000, "ms", polars * 1300, note="1.3 times import polars")
    yield Row("all that wb.open() needs", ready * 1000, "ms", note=f"{ready / polars:.1f} times import polars")


def _seconds(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", _TIMED.format(code)], capture_output=True, text=True, check=True)
    return float(done.stdout)


START = Measure("Import", _run)
