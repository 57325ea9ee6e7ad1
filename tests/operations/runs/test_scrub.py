import base64
import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.base.config import Workspace
from workbench.operations.runs.scrub import SECRET, places, scrub

KNOWN = 'hunter2 "quoted" & <odd>/ü'
TOKENS = (
    "ghp_" + "a1B2" * 10,
    "AKIA" + "ABCD1234EFGH5678",
    "xoxb-1234567890-abcdefghij",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEow and then cut",
)


@pytest.mark.parametrize(
    "form",
    [
        KNOWN, json.dumps(KNOWN), repr(KNOWN), quote(KNOWN, safe=""), base64.b64encode(KNOWN.encode()).decode(),
        f"https://x.example/?k={quote(KNOWN, safe='')}",
    ],
)  # fmt: skip
def test_a_known_secret_is_taken_out_in_every_form_that_programs_print(form: str) -> None:
    clean = scrub([KNOWN]).text(f"before {form} after")
    assert "hunter2" not in clean
    assert base64.b64encode(KNOWN.encode()).decode().rstrip("=") not in clean
    assert SECRET in clean
    assert clean.startswith("before ")
    assert clean.endswith(" after")


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_known_by_its_shape(token: str) -> None:
    assert scrub().text(f"a {token}").replace(SECRET, "") == "a "


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abcdefgh12345678", f"Authorization: Bearer {SECRET}"),
        ("postgresql://me:pass@host/db", f"postgresql://{SECRET}@host/db"),
        ("AccountKey=abcdefghijklmnopqrstuvwxyz0123==;", f"AccountKey={SECRET};"),
    ],
)
def test_headers_and_connection_strings_lose_their_secret_and_keep_the_rest(said: str, kept: str) -> None:
    assert scrub().text(said) == kept


@pytest.mark.parametrize(
    "evidence",
    [
        "https://paypal.com:login@evil.example/reset?token=abc123", "password reset for ingrid", "sk-learn", "Bearer of news",
        "e50d1c32-61d5-490d-38ef-08df13c5e0bf", "a" * 64, "/root/.ssh/id_rsa", "eyJ is how they begin",
    ],
)  # fmt: skip
def test_evidence_stays_as_it_is(evidence: str) -> None:
    assert scrub(["other"]).text(evidence) == evidence


def test_secrets_are_found_in_names_lists_and_depth() -> None:
    assert scrub(["s3cret"]).whole({"a s3cret": [{"b": "s3cret"}, 5, None, True]}) == {
        f"a {SECRET}": [{"b": SECRET}, 5, None, True]
    }


def test_paths_of_this_machine_become_names_and_others_like_them_do_not(tmp_path: Path) -> None:
    clean = scrub(places=places(Workspace(tmp_path / "w"), tmp_path / "wb-1"))
    assert clean.text(f"{tmp_path}/w/store x{tmp_path}/wb-1/work") == "$WORKBENCH_HOME/store x$SCRATCH/work"
    assert clean.text(f"{tmp_path}/w2/store") == f"{tmp_path}/w2/store"
    assert clean.text(__file__).startswith("$PRODUCT/tests/")


@settings(deadline=None)
@given(st.text(min_size=4), st.text(), st.text())
def test_no_known_secret_survives(secret: str, before: str, after: str) -> None:
    assert secret not in scrub([secret]).text(before + secret + after).replace(SECRET, "\0") or secret in SECRET


WORDS = (
    "ghp_",
    "glpat-",
    "AKIA",
    "xoxb-",
    "sk-",
    "AIza",
    "eyJ",
    "-eyJ",
    "eyJa.",
    "-----BEGIN PRIVATE KEY-----",
    "bearer ",
    "accountkey=",
    "redis://",
    "redis://a:",
)


@pytest.mark.parametrize("word", WORDS)
def test_a_text_made_to_be_searched_for_long_is_not(word: str) -> None:
    clean = scrub(["other"])
    began = time.process_time()
    clean.text(word * (1_000_000 // len(word)))
    assert time.process_time() - began < 3
