from pathlib import Path

from tests.analysis.verdict.test_calculus import QUIET, case, fired
from workbench.analysis.verdict import Case, Link, judge
from workbench.events.lookups import Lookups


def points(value: Case) -> float:
    return judge(value).groups["url"]


def test_a_form_that_asks_for_a_password_weighs_more_than_one_to_search() -> None:
    form = {"count": 1, "hosts": {"count": 1, "samples": ["b[.]example"]}}
    assert points(case(features=QUIET | {"forms": {**form, "passwords": 0}})) == 10
    assert points(case(features=QUIET | {"forms": {**form, "passwords": 1}})) == 25


def test_links_are_judged_by_the_lists_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "url_shorteners.txt").write_text("go.northgate.example\n")
    ours, theirs = (Link(f"https://{host}/x", host, "Body") for host in ("go.northgate.example", "bit.ly"))
    assert "url.shortener" in fired(case(links=(theirs,)))
    assert "url.shortener" not in fired(case(links=(ours,)))
    assert "url.shortener" in fired(case(links=(ours,), lookups=Lookups(tmp_path)))
    assert "url.shortener" not in fired(case(links=(theirs,), lookups=Lookups(tmp_path)))


def code(*locations: str, **qr: object) -> str:
    """What became of the question about codes, for links at these places and pictures searched like that."""
    links = tuple(Link(f"https://{place}.example/", f"{place}.example", place) for place in locations)
    features = QUIET | {"images": {"attached": 1}, **({"qr": qr} if qr else {})}
    judged = judge(case(links=links, features=features))
    return next(each.outcome.state for each in judged.answers if each.signal.id == "url.qr")


def test_a_code_counts_where_it_is_the_only_way_to_go() -> None:
    assert code("QRCode", codes=1, not_evaluated=0) == "fired"
    assert code("QRCode", "Header", codes=1, not_evaluated=2) == "fired"
    assert code("QRCode", "Body", codes=1, not_evaluated=0) == "clear"
    assert code(codes=0, not_evaluated=0) == "clear"
    assert code(codes=0, not_evaluated=1) == code() == "not_evaluated"
