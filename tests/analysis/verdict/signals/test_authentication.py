from tests.analysis.verdict.test_calculus import case, fired


def test_a_sender_who_proves_nothing_fires_the_composite_check() -> None:
    none = {"dmarc": {"result": "none"}, "compauth": {"result": "fail"}}
    assert "auth.composite" in fired(case(authentication=none))


def test_a_failed_dmarc_is_not_counted_twice() -> None:
    both = {"dmarc": {"result": "fail", "policy": "none"}, "compauth": {"result": "fail"}}
    assert {"auth.dmarc"} == {name for name in fired(case(authentication=both)) if name.startswith("auth.")}
