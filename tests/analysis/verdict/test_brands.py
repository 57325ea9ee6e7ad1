from pathlib import Path

import pytest

from workbench.analysis.verdict.brands import borrowed, brands
from workbench.events.lookups import SHIPPED, Lookups


@pytest.mark.parametrize(
    ("shown", "domain", "name"),
    [
        ("DHL Paket", "contact.example", "dhl"),
        ("Trust WaIIet", "mail.example", "trust wallet"),
        ("Outlook Support Team", "school.example", "outlook"),
        ("MICROSOFT account", "xn--mcrosoft-c2a.example", "microsoft"),
        ("Bank of America", "bank.example", "bank of america"),
        ("Аmazon", "shop.example", "amazon"),
        ("Hansekai Terminal", "hansa.example", "Hansekai Terminal"),
    ],
)
def test_a_name_borrowed_by_a_domain_that_is_not_the_brands(shown: str, domain: str, name: str) -> None:
    assert borrowed(shown, domain, ("Hansekai Terminal",)) == name


@pytest.mark.parametrize(
    ("shown", "domain"),
    [
        ("Amazon.de", "amazon.de"),
        ("Microsoft Outlook", "live.com"),
        ("Microsoft account team", "accountprotection.microsoft.com"),
        ("Instagram", "facebookmail.com"),
        ("Gmail Team", "accounts.google.com"),
        ("Booking.com", "booking.com"),
        ("Hansekai Terminal", "hansekai-terminal.example"),
        ("Anna Amazonas", "a.example"),
        ("", "a.example"),
        ("", ""),
    ],
)
def test_a_name_that_is_the_domains_own_or_no_brand(shown: str, domain: str) -> None:
    assert borrowed(shown, domain, ("Hansekai Terminal",)) == ""


def test_names_are_written_once_in_lower_case() -> None:
    assert len(brands()) == SHIPPED.lookup("brands").about.rows
    assert all(name == name.lower().strip() for name in brands())


def test_a_workspace_may_know_other_brands(tmp_path: Path) -> None:
    (tmp_path / "brands.txt").write_text("# match: pairs\nhansekai terminal: hansekai hkt\n")
    own = Lookups(tmp_path)
    assert borrowed("Hansekai Terminal", "mail.example", lookups=own) == "hansekai terminal"
    assert borrowed("Hansekai Terminal", "hkt.example", lookups=own) == ""
    assert borrowed("DHL", "mail.example", lookups=own) == ""
