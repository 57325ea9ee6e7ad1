import numpy as np
import pytest

from tests.apps.demo.conftest import SMALL
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX
from workbench.apps.demo.draws import stream
from workbench.apps.demo.originals import _sizes, sampled
from workbench.apps.demo.parameters import spread
from workbench.apps.demo.slices import mails_of


@pytest.mark.parametrize("kind", ["bytes_ham", "bytes_phish"])
def test_originals_are_as_large_as_declared(kind: str) -> None:
    found, declared = _sizes(stream(1, "x"), kind, 40_000), spread(kind)
    assert np.median(found) == pytest.approx(declared.median, rel=0.03)
    assert np.quantile(found, 0.9) == pytest.approx(declared.p90, rel=0.05)


def test_delivered_attacks_have_bytes_and_a_few_of_the_rest() -> None:
    cast = Cast(SMALL)
    mails = mails_of(cast, 0)
    found = {mail.network_message_id for mail in sampled(cast, 0, mails)}
    attacks = mails.judged.filter(
        mails.judged["bad"] & (mails.judged["DeliveryLocation"] == INBOX) & (mails.judged["files"] == 0)
    )
    assert set(attacks["NetworkMessageId"]) <= found
    assert attacks.height < len(found) < 100


def test_a_sampled_mail_says_what_its_rows_say() -> None:
    cast = Cast(SMALL)
    mails = mails_of(cast, 0)
    links = mails.urls.group_by("NetworkMessageId", maintain_order=True).agg("Url")
    known = dict(links.iter_rows())
    for mail in sampled(cast, 0, mails):
        copies = mails.judged.filter(mails.judged["NetworkMessageId"] == mail.network_message_id)
        assert sorted(copies["RecipientEmailAddress"]) == list(mail.to)
        assert copies["Subject"][0] == mail.subject
        assert list(mail.links) == known.get(mail.network_message_id, [])
