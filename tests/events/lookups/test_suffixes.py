import pytest

from workbench.events.lookups.suffixes import name_of, registered_domain


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.co.uk", "b.co.uk"),
        ("anna@mail.Northgate.example", "northgate.example"),
        ("northgate.example", "northgate.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("localhost", "localhost"),
        ("", ""),
        ("co.uk", "co.uk"),
        ("x.evil.com.", "evil.com"),
    ],
)
def test_the_registered_part_of_a_host(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_the_registered_label_alone() -> None:
    assert name_of("mail.contoso.co.uk") == "contoso"
    assert name_of("192.0.2.7") == ""
