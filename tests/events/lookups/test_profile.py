import pytest

from workbench.base.config import Organisation
from workbench.events.lookups.profile import doubts

SOUND = {"domains": ["northgate.example"], "secops_mailboxes": ["soc@northgate.example"]}


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"domains": ["co.uk"]}, "co.uk is a public suffix"),
        ({"domains": ["gmail.com"]}, "gives mailboxes to anybody"),
        ({"domains": ["northgate.example", "nl.northgate.example"]}, "nl.northgate.example lies under another"),
        ({"simulation_domains": ["northgate.example"]}, "all our mail would count as a drill"),
        ({"vips": ["ceo@elsewhere.example"], "vip_names": ["C"]}, "ceo@elsewhere.example is in none of our domains"),
        ({"tags": {"board": ["ceo@elsewhere.example"]}}, r"tags.board: ceo@elsewhere.example"),
        ({"vips": ["ceo@northgate.example"]}, "vip_names: empty"),
        ({"egress": ["192.0.2.0/24", "192.0.2.0/28", "192.0.2.64/28"]}, "192.0.2.64/28 lies in 192.0.2.0/24"),
        ({"egress": ["0.0.0.0/0"]}, "wider than any"),
        ({"egress": ["10.0.0.0/8"]}, "10.0.0.0/8 is private"),
        ({"domains": []}, "domains: empty"),
        ({"secops_mailboxes": []}, "secops_mailboxes: empty"),
    ],
)
def test_what_looks_wrong_is_said(declared: dict[str, object], words: str) -> None:
    assert words in "\n".join(doubts(Organisation.model_validate({**SOUND, **declared})))


def test_a_sound_profile_gives_no_doubts() -> None:
    sound = {**SOUND, "egress": ["192.0.2.0/28", "2001:db8::/48"], "simulation_domains": ["drill.northgate.example"]}
    assert doubts(Organisation.model_validate(sound)) == []
