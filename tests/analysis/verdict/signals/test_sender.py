from tests.analysis.verdict.test_calculus import QUIET, case, fired


def test_the_name_of_a_company_from_a_domain_of_another_name() -> None:
    assert "sender.brand_name" in fired(case(sender_name="PayPal"))
    assert "sender.brand_name" not in fired(case(sender_name="PayPal", sender_address="service@paypal.de"))
    assert "sender.brand_name" not in fired(
        case(sender_name="Northgate Logistics", sender_address="a@northgate.example")
    )


def test_business_that_is_answered_to_a_free_mail_address() -> None:
    asks = QUIET | {"phrases": {"payment": 1}}
    assert "sender.freemail_business" in fired(case(features=asks, reply_to="a@gmail.com"))
    assert "sender.freemail_business" not in fired(case(features=asks, reply_to="b@a.example"))
    assert "sender.freemail_business" not in fired(case(reply_to="a@gmail.com"))
