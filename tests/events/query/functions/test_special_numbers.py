import pytest

from tests.events.query.conftest import check

CASES = [
    ("gamma(5)", 24.0),
    ("gamma(-1)", None),
    ("loggamma(5)", pytest.approx(3.178053830347945)),
    ("erf(0)", 0.0),
    ("beta_cdf(0.5, 2, 3)", pytest.approx(0.6875000000000001)),
    ("beta_inv(0.6875, 2, 3)", pytest.approx(0.4999999999999999)),
    ("beta_pdf(0.5,2,3)", pytest.approx(1.4999999999999993)),
    ("erfc(0)", 1.0),
    ("beta_cdf(2, 1, 1)", None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_functions_of_probability_give_known_values(expression: str, expected: object) -> None:
    check(expression, expected)
