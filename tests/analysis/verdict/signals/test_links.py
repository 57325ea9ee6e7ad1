from tests.analysis.verdict.test_calculus import QUIET, case
from workbench.analysis.verdict import Case, judge


def points(value: Case) -> float:
    return judge(value).groups["url"]


def test_a_form_that_asks_for_a_password_weighs_more_than_one_to_search() -> None:
    form = {"count": 1, "hosts": {"count": 1, "samples": ["b[.]example"]}}
    assert points(case(features=QUIET | {"forms": {**form, "passwords": 0}})) == 10
    assert points(case(features=QUIET | {"forms": {**form, "passwords": 1}})) == 25
