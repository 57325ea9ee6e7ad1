"""The organisation's profile reaches the reader of mail."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from workbench.base.config import Organisation
from workbench.events.lookups import Lookups
from workbench.intake.importing.context import context_of


def test_everything_that_mail_is_read_by_is_handed_over(tmp_path: Path) -> None:
    (tmp_path / "url_shorteners.txt").write_text("# match: hostname\nGo.example\n")
    organisation = Organisation(
        domains=("own.example",),
        vips=("Ann@own.example",),
        secops_mailboxes=("report@own.example", "ann@own.example"),
        simulation_domains=("tests.example",),
        tags={"board": ("ann@own.example",)},
        egress=(ip_network("198.51.100.0/24"),),
    )
    found = context_of(organisation, Lookups(tmp_path), datetime(2026, 1, 1, tzinfo=UTC))
    assert found.own == ("own.example",)
    assert found.tags == {"ann@own.example": ("vip", "secops", "board"), "report@own.example": ("secops",)}
    assert found.is_egress("198.51.100.7")
    assert not found.is_egress("192.0.2.7")
    assert (found.secops_mailboxes[0], found.simulation_domains) == ("report@own.example", ("tests.example",))
    assert found.shorteners == {"go.example"}
