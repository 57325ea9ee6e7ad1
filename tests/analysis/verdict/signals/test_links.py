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
