"""A long list is joined, a short one compared with; nobody can tell which."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.query.conftest import Frames, rows
from tests.laws import often
from workbench.events.query.backend import marks

TEXTS = ("a", "B", "b", "", "ä", "long enough to lie apart")
LISTED = "(datatable(v:string)['a', 'b', 'a', '', 'long enough to lie apart'] | where v != '{}')"
TESTS = ("k in ({0})", "k !in ({0})", "s in ({0})", "n > 2", "k == 's'", "not(k in ({0}))", "k in~ ({0})")


@pytest.mark.parametrize("steps", ["", "| extend s = strcat(k, s)", "| sort by n asc", "| project s, k, n"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=often(60))
@given(
    held=st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.integers(0, 5)), max_size=8),
    asked=st.lists(st.tuples(st.sampled_from(TESTS), st.sampled_from(TEXTS)), min_size=1, max_size=4),
    joined=st.sampled_from([" and ", " or "]),
)
def test_the_same_rows_in_the_same_order_and_no_other_columns(
    steps: str, held: list[tuple[str, str, int]], asked: list[tuple[str, str]], joined: str
) -> None:
    frames = Frames().add("T", {"k": "string", "s": "string", "n": "long"}, held)
    condition = joined.join(f"({test.format(LISTED.format(apart))})" for test, apart in asked)
    found = []
    with pytest.MonkeyPatch.context() as patched:
        for many in (1, 1_000):
            patched.setattr(marks, "MANY", many)
            found.append(rows(f"T {steps} | where {condition}", frames))
    assert found[0] == found[1]
