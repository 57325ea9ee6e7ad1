import pytest

from workbench.analysis.verdict.lookalike import likeness, same_person
from workbench.base.config import Organisation

OURS = Organisation(domains=("northgate.example", "contoso.co.uk"), brands=("Hansekai Terminal",))


@pytest.mark.parametrize(
    "domain",
    [
        "northgate.test",
        "n0rthgate.example",
        "northqate.example",
        "nortgate.example",
        "north-gate.example",
        "northgate-login.example",
        "secure-northgate.test",
        "mail.n0rthgate.example",
        "xn--nrthgate-m4a.example",
        "c0ntoso.com",
        "hanseka1terminal.example",
    ],
)
def test_domains_made_to_be_taken_for_ours(domain: str) -> None:
    assert likeness(domain, OURS) is not None


@pytest.mark.parametrize(
    "domain",
    [
        "northgate.example",
        "mail.northgate.example",
        "contoso.co.uk",
        "southgate.example",
        "northern-gateway.example",
        "hansekai-terminal.example",
        "example.com",
        "192.0.2.1",
        "",
    ],
)
def test_domains_that_are_ours_or_nothing_like_it(domain: str) -> None:
    assert likeness(domain, OURS) is None


def test_glyphs_are_folded_before_distance_is_measured() -> None:
    assert likeness("rnodern.example", Organisation(domains=("modern.example",))).how == "letters that look the same"


def test_short_names_are_not_guessed_at() -> None:
    assert likeness("abd.example", Organisation(domains=("abc.example",))) is None


def test_names_of_people_in_any_order_and_disguise() -> None:
    assert same_person("Halvorsen, Ingrid", "Ingrid Halvorsen")
    assert same_person("lngrid Ha1vorsen", "Ingrid Halvorsen")
    assert not same_person("Ingrid Larsen", "Ingrid Halvorsen")
    assert not same_person("", "")
