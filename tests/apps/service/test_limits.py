import json

import httpx
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.service.conftest import Site
from workbench.apps.service.limits import DEPTH, too_deep
from workbench.base.access import Role

VALUES = st.recursive(
    st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=40
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(VALUES, st.integers(0, 6))
def test_depth_is_counted_as_a_reader_would(value: object, most: int) -> None:
    assert too_deep(json.dumps(value).encode(), most) == (depth(value) > most)


def test_depth_of_anything_is_counted_without_failing() -> None:
    for body in (b"", b'"', b'"\\', b"]" * 50, b'{"a"' * 200_000, b"\xff" * 100):
        assert too_deep(body) == (body.startswith(b"{"))


def test_a_request_that_is_too_large_or_too_deep_is_refused(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR)
    large = client.post("/api/notes", json={"entity": "domain", "value": "x", "text": "y" * 1_100_000})
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    deep = client.post("/api/notes", content=b"[" * (DEPTH + 1), headers={"content-type": "application/json"})
    assert (deep.status_code, deep.json()["title"]) == (400, "The document is nested too deep")
    text = client.post("/api/notes", json={"entity": "domain", "value": "x", "text": "y" * 65_537})
    assert text.status_code == 422


def test_a_body_without_an_end_is_cut(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR)

    def endless():
        while True:
            yield b"x" * 65_536

    try:
        answer = client.post("/api/notes", content=endless(), headers={"content-type": "application/json"})
    except httpx.TransportError:
        return
    assert answer.status_code == 413


def test_bad_json_and_unknown_keys_are_problems_that_repeat_nothing(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR)
    for body in (b"{", b'{"entity": "domain", "value": "x", "text": "t", "owner": "<script>"}', b"[]", b'"x"', b"null"):
        answer = client.post("/api/notes", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), body
        assert "<script>" not in answer.text


def test_every_answer_carries_the_headers_browsers_obey(site: Site) -> None:
    for path in ("/health", "/nothing", "/api/me", "/login", "/openapi.json"):
        headers = site.anyone().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]


def test_an_unknown_address_names_the_nearest(site: Site) -> None:
    answer = site.anyone().get("/api/note")
    assert (answer.status_code, answer.json()["nearest"][0]) == (404, "/api/notes")
    assert site.anyone().delete("/api/notes").status_code == 405
