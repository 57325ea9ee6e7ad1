from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from workbench.apps.demo.raw import File, Mail, composed
from workbench.intake.mail import Context, Reading, read_message

CONTEXT = Context(
    own_domains=("northgate.example",), egress=(ip_network("192.0.2.0/26"), ip_network("2001:db8:4e47::/48"))
)
OUTSIDE = Mail(
    datetime(2026, 9, 16, 8, 1, 2, 345000, UTC), "733aca05-bafb-425f-9ca0-6c605d69573a", "<ab@pay.test>", "a@pay.test", "Pay Tést",
    ["sanne.dewit@northgate.example"], "Invoice 12 überfällig", "Dear Sanne,\nplease pay.", ["https://login.pay.test/view/123"],
    address="198.51.100.210", authentication={"SPF": "pass", "DKIM": "none", "DMARC": "fail", "CompAuth": "fail"}, size=20_000,
)  # fmt: skip


def reading(mail: Mail) -> Reading:
    return read_message(composed(mail), "x", CONTEXT)


def test_the_reader_finds_what_the_mail_says() -> None:
    found = reading(OUTSIDE)
    event = found.rows["EmailEvents"][0]
    assert not found.faults
    assert event["Timestamp"] == OUTSIDE.at
    assert event["NetworkMessageId"] == OUTSIDE.network_message_id
    assert event["InternetMessageId"] == OUTSIDE.internet_message_id
    assert event["Subject"] == OUTSIDE.subject
    assert event["SenderDisplayName"] == OUTSIDE.sender_name
    assert event["SenderIPv4"] == OUTSIDE.address
    assert event["EmailDirection"] == "Inbound"
    assert event["DeliveryLocation"] == "Inbox/folder"
    assert event["AuthenticationDetails"] == '{"SPF":"pass","DKIM":"none","DMARC":"fail","CompAuth":"fail"}'
    assert [row["Url"] for row in found.rows["EmailUrlInfo"]] == list(OUTSIDE.links)


def test_a_file_keeps_its_name_and_bytes() -> None:
    file = File("form.html", b"<html>nothing</html>", "text/html")
    row = reading(replace(OUTSIDE, files=[file])).rows["EmailAttachmentInfo"][0]
    assert (row["FileName"], row["SHA256"], row["FileSize"]) == (file.name, file.sha256, len(file.data))


def test_mail_of_our_own_people_is_known_as_such() -> None:
    inside = replace(
        OUTSIDE, sender="tom.ashworth@northgate.example", sender_name="Tom", authentication={}, address="192.0.2.18"
    )
    found = reading(inside)
    assert found.rows["EmailEvents"][0]["EmailDirection"] == "Intra-org"
    assert not found.faults


def test_junk_lies_in_the_junk_folder() -> None:
    assert reading(replace(OUTSIDE, place="J", grade=5)).rows["EmailEvents"][0]["DeliveryLocation"] == "Junk folder"


@pytest.mark.parametrize("size", [0, 5_000, 60_000, 10**9])
def test_a_mail_is_filled_up_but_not_without_end(size: int) -> None:
    raw = composed(replace(OUTSIDE, size=size))
    assert len(raw) == pytest.approx(max(1_900, min(size, 200_000)), rel=0.15)
    assert raw == composed(replace(OUTSIDE, size=size))
