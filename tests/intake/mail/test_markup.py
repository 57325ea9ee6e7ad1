"""Which tags lead somewhere, and where to."""

import pytest

from workbench.intake.mail.markup import Link, link_of


@pytest.mark.parametrize(
    ("tag", "held", "link"),
    [
        ("a", {"href": "http://a"}, Link("link", "http://a", "shown")),
        ("area", {"href": "http://a"}, Link("link", "http://a", "shown")),
        ("a", {"href": ""}, None),
        ("a", {"name": "top"}, None),
        ("form", {"action": "http://a"}, Link("form", "http://a")),
        ("form", {}, Link("form", "")),
        ("img", {"src": "http://a"}, Link("image", "http://a")),
        ("img", {}, None),
        ("link", {"href": "http://a"}, Link("resource", "http://a")),
        ("iframe", {"src": "http://a"}, Link("resource", "http://a")),
        ("td", {"background": "http://a"}, Link("resource", "http://a")),
        ("meta", {"http-equiv": "Refresh", "content": "0; URL='http://a'"}, Link("refresh", "http://a")),
        ("meta", {"http-equiv": "refresh", "content": "5"}, None),
        ("meta", {"http-equiv": "content-type", "content": "0; url=http://a"}, None),
        ("meta", {"http-equiv": None, "content": None}, None),
    ],
)
def test_a_tag_leads_to_what_it_names(tag: str, held: dict[str, str | None], link: Link | None) -> None:
    assert link_of(tag, held, "shown") == link
