import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.verdict import Case, Link, SenderHistory, State, groups, judge
from workbench.analysis.verdict.calculus import COMPLETE, DOUBTFUL, MALICIOUS, SUSPICIOUS
from workbench.base.config import Organisation

OURS = Organisation(
    domains=("northgate.example",),
    brands=("Northgate",),
    vip_names=("Ingrid Halvorsen",),
    simulation_domains=("phish-drill.example",),
)
PASS = {"spf": {"result": "pass", "domain": "a.example"}, "dkim": [{"result": "pass"}], "dmarc": {"result": "pass"}}
FAIL = {"spf": {"result": "fail"}, "dkim": [{"result": "none"}], "dmarc": {"result": "fail", "policy": "reject"}}
QUIET = {
    "text": {"hidden": 0, "zero_width": 0, "bidi": 0, "styled": 0, "mixed_script": 0},
    "phrases": {},
    "links": {"count": 0},
    "forms": {"count": 0},
    "images": {},
    "smuggling": {},
    "attachments": [],
    "thread": {"reply": False},
}
KNOWN = SenderHistory(3, 9, None, 0, 0)


def case(**values: object) -> Case:
    base: dict[str, object] = {
        "sender_address": "anna@a.example",
        "organisation": OURS,
        "authentication": PASS,
        "features": QUIET,
        "links": (),
        "anomalies": (),
        "history": KNOWN,
        "reporters": (),
        "removed_after_delivery": (),
        "filter_threats": "",
    }
    return Case(**(base | values))


def fired(value: Case) -> set[str]:
    """Ids of the signals that fire."""
    return {answer.signal.id for answer in judge(value).reasons}


def missing(value: Case) -> dict[str, str]:
    """Ids of the signals that could not be asked, with the reason."""
    return {answer.signal.id: answer.outcome.why for answer in judge(value).not_evaluated}


def test_ordinary_mail_that_was_looked_at_is_said_to_hold_no_threat() -> None:
    verdict = judge(case())
    assert (verdict.word, verdict.shown) == ("no threats found", "no threats found")
    assert verdict.completeness >= COMPLETE


def test_ordinary_mail_that_was_not_looked_at_is_inconclusive_and_says_how_much_is_missing() -> None:
    verdict = judge(Case("anna@a.example"))
    assert verdict.word == "unknown"
    assert verdict.shown == f"inconclusive: {len(verdict.not_evaluated)} not evaluated"
    assert all(answer.outcome.why for answer in verdict.not_evaluated)


def test_passing_authentication_alone_clears_nothing() -> None:
    assert judge(Case("anna@a.example", authentication=PASS, organisation=OURS)).word == "unknown"


def test_groups_are_capped() -> None:
    verdict = judge(case(authentication=FAIL, sender_address="x@northgate.example"))
    assert verdict.groups["authentication"] == 25


def test_thresholds_tell_suspicious_from_malicious() -> None:
    phrases = {"credential": 1, "urgency": 1, "payment": 1}
    links = {"count": 1, "mismatched": [{"shown": "a", "target": "b"}], "recipient_plain": 1}
    features = QUIET | {"phrases": phrases, "links": links}
    suspicious = judge(case(features=features, links=(Link("https://1.2.3.4/", "1.2.3.4", "Body"),)))
    assert SUSPICIOUS <= suspicious.score < MALICIOUS
    assert suspicious.word == "suspicious"
    malicious = judge(
        case(features=features, links=(Link("https://1.2.3.4/", "1.2.3.4", "Body"),), authentication=FAIL)
    )
    assert malicious.word == "malicious"


def test_reasons_are_sorted_by_strength() -> None:
    points = [abs(answer.points) for answer in judge(case(authentication=FAIL, reporters=("a",))).reasons]
    assert points == sorted(points, reverse=True)


def test_what_the_filter_said_is_a_floor() -> None:
    friendly = SenderHistory(500, 500, None, 40, 0)
    assert judge(case(filter_threats="Spam", history=friendly)).word == "suspicious"
    assert (
        judge(case(filter_threats="Phish", filter_confidence='{"Phish":"High"}', history=friendly)).word == "malicious"
    )


def test_a_drill_of_our_own_is_no_threat_only_if_it_proves_to_be_ours() -> None:
    drill = case(sender_address="it@phish-drill.example", reporters=tuple("abcdefgh"), filter_threats="Phish")
    assert judge(drill).word == "no threats found"
    assert judge(drill).rule
    forged = case(sender_address="it@phish-drill.example", authentication=FAIL, filter_threats="Phish")
    assert judge(forged).word == "suspicious"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_known_simulator_is_a_drill_only_where_that_was_chosen(chosen: bool) -> None:
    ours = Organisation(domains=("northgate.example",), known_simulators=chosen)
    drill = case(sender_address="it@portal.docdeliveryapp.com", filter_threats="Phish", organisation=ours)
    assert bool(judge(drill).rule) is chosen
    forged = case(sender_address="it@portal.docdeliveryapp.com", authentication=FAIL, organisation=ours)
    assert "simulation" not in judge(forged).rule


def test_spf_of_another_domain_proves_no_drill() -> None:
    passes = {"spf": {"result": "pass", "domain": "evil.example"}, "dmarc": {"result": "none"}}
    verdict = judge(case(sender_address="it@phish-drill.example", authentication=passes, filter_threats="Phish"))
    assert verdict.word == "suspicious"


def test_a_locked_archive_with_a_program_and_its_password_is_malicious() -> None:
    files = [{"name": "a.zip", "encrypted": True, "runs_inside": 1, "oddities": []}]
    verdict = judge(case(features=QUIET | {"attachments": files, "phrases": {"archive_password": 1}}))
    assert (verdict.word, bool(verdict.rule)) == ("malicious", True)


def test_more_than_five_reporters_raise_it_on_their_own() -> None:
    assert judge(case(reporters=tuple("abcde"))).groups["history"] == 8
    assert judge(case(reporters=tuple("abcdef"))).groups["history"] == 35


def test_every_signal_has_an_id_of_its_own_and_a_question() -> None:
    signals = [signal for group in groups().values() for signal in group.signals]
    assert len({signal.id for signal in signals}) == len(signals)
    assert all(signal.title.endswith("?") for signal in signals)


def known_links(**values: object) -> Case:
    """Ordinary mail with a link, everything held but a feed that knows links."""
    features = QUIET | {"links": {"count": 1}}
    return case(features=features, links=(Link("https://b.example/", "b.example", "Body"),), **values)


def test_the_links_of_a_stranger_are_not_cleared_by_how_the_message_looks() -> None:
    verdict = judge(known_links())
    assert verdict.completeness >= COMPLETE
    assert verdict.score == 0
    assert verdict.shown == f"inconclusive: {len(verdict.not_evaluated)} not evaluated"


@pytest.mark.parametrize(
    "values",
    [
        {"history": SenderHistory(3, 9, None, 2, 0)},
        {"history": SenderHistory(101, 101, None, 0, 0)},
        {"sender_address": "anna@northgate.example"},
        {"sender_address": "anna@northgate.example", "direction": "Intra-org", "authentication": None},
    ],
    ids=["we wrote to it", "an old acquaintance", "ours and authenticated", "from inside"],
)
def test_the_links_of_somebody_known_may_be_cleared(values: dict[str, object]) -> None:
    assert judge(known_links(**values)).word == "no threats found"


def test_an_acquaintance_vouches_for_nothing_where_answers_go_elsewhere() -> None:
    friend = SenderHistory(500, 500, None, 40, 0)
    assert judge(known_links(history=friend, reply_to="anna@c.example")).word == "unknown"


def test_a_stranger_who_raises_doubts_is_not_said_to_hold_no_threat() -> None:
    phrases = {"phrases": {"payment": 1, "urgency": 1}}
    doubtful = judge(case(features=QUIET | phrases, authentication={"dmarc": {"result": "none"}}))
    assert DOUBTFUL <= doubtful.score < SUSPICIOUS
    assert doubtful.word == "unknown"


def test_mail_from_inside_needs_no_authentication_and_a_claim_to_be_inside_does() -> None:
    inside = judge(case(sender_address="anna@northgate.example", direction="Intra-org", authentication=None))
    assert (inside.word, inside.completeness >= COMPLETE) == ("no threats found", True)
    claimed = judge(case(sender_address="anna@northgate.example", direction="Inbound", authentication=None))
    assert claimed.word == "unknown"


def test_a_taken_over_mailbox_that_asks_for_money_and_answers_elsewhere_is_suspicious() -> None:
    phrases = {"phrases": {"payment": 1, "urgency": 1, "secrecy": 1}}
    friend = SenderHistory(6, 6, None, 3, 0)
    answers = "anna.a@gmail.com"
    assert judge(case(features=QUIET | phrases, history=friend, reply_to=answers)).word == "suspicious"


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*sorted(QUIET), "count", "result"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)  # the first example reads the lists
@given(
    features=st.none() | st.dictionaries(st.sampled_from(sorted(QUIET)), anything),
    authentication=st.none() | st.dictionaries(st.sampled_from(["spf", "dkim", "dmarc", "compauth"]), anything),
    sender=st.text(max_size=30),
    links=st.none() | st.lists(st.text(max_size=20), max_size=3),
)
def test_whatever_the_facts_look_like_there_is_a_verdict(features, authentication, sender, links) -> None:
    linked = None if links is None else tuple(Link(each, each, "Body") for each in links)
    given_case = Case(sender, features=features, authentication=authentication, links=linked, organisation=OURS)
    verdict = judge(given_case)
    assert 0 <= verdict.score <= 100
    assert 0 <= verdict.completeness <= 1
    assert verdict == judge(given_case)
    assert {answer.outcome.state for answer in verdict.answers} <= set(State)


@pytest.mark.parametrize("missing", ["authentication", "features", "history", "reporters"])
def test_knowing_less_never_makes_mail_cleaner(missing: str) -> None:
    phish = case(
        authentication=FAIL, features=QUIET | {"phrases": {"credential": 3, "payment": 1}}, reporters=tuple("abcdef")
    )
    less = Case(**{**phish.__dict__, missing: None})
    assert judge(less).word != "no threats found" or judge(less).completeness >= COMPLETE
    assert judge(less).completeness < judge(phish).completeness
