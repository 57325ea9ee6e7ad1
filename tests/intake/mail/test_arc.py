"""The ARC chain: told in order as it claims itself, believed only where the receiver validated it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import HOP, PLAIN_HEADERS
from tests.intake.mail.test_authentication import found
from workbench.intake.mail.arc import MOST_SETS

MICROSOFT = (
    "ARC-Seal: i=2; a=rsa-sha256; s=arcselector9901; d=microsoft.com; cv=pass; b=x",
    "ARC-Authentication-Results: i=2; mx.microsoft.com 1; spf=pass smtp.mailfrom=a.example; dmarc=pass; dkim=pass",
)
LIST = (
    "ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=list.example; s=a; b=x",
    "ARC-Authentication-Results: i=1; mx.list.example; spf=fail smtp.mailfrom=b.example; dkim=pass",
)


def arc(*lines: str, result: str = "") -> dict[str, object]:
    own = (f"Authentication-Results: mx.own.example; arc={result}",) if result else ()
    facts = found(*own, HOP, *lines, *PLAIN_HEADERS).facts["arc"]
    assert isinstance(facts, dict)
    return facts


def test_the_sets_are_told_oldest_first_whatever_their_order() -> None:
    for lines in ((*MICROSOFT, *LIST), (*LIST, *MICROSOFT)):
        chain = arc(*lines)
        assert [(one["instance"], one["sealer"], one["chain"]) for one in chain["sets"]] == [  # type: ignore[attr-defined]
            (1, "list.example", "none"),
            (2, "microsoft.com", "pass"),
        ]
        assert chain["results"] == {"spf": "pass", "dmarc": "pass", "dkim": "pass"}
        assert (chain["server"], chain["chain"], chain["gap"]) == ("mx.microsoft.com", "pass", False)


def test_a_chain_that_nobody_checked_is_not_evaluated_and_not_believed() -> None:
    chain = arc(*MICROSOFT, *LIST)
    assert (chain["sealer_known"], chain["believed"]) == (True, False)
    assert str(chain["validity"]).startswith("not evaluated")


@pytest.mark.quirk("raw mail", "ARC")
@pytest.mark.parametrize(
    ("lines", "result", "believed"),
    [(MICROSOFT, "pass", True), (MICROSOFT, "fail", False), (LIST, "pass", False)],
)
def test_a_chain_is_believed_where_the_receiver_validated_it_and_we_know_the_sealer(
    lines: tuple[str, ...], result: str, believed: bool
) -> None:
    assert arc(*lines, result=result)["believed"] is believed


def test_a_missing_set_is_told() -> None:
    assert arc(*MICROSOFT)["gap"] is True


def test_without_a_chain_there_is_none() -> None:
    assert found(HOP, *PLAIN_HEADERS).facts["arc"] is None


def test_a_chain_without_end_is_cut() -> None:
    lines = [f"ARC-Seal: i={number}; d=x.example; cv=pass" for number in range(1, 900)]
    assert len(arc(*lines)["sets"]) == MOST_SETS  # type: ignore[arg-type]


def pieces() -> Iterator[str]:
    yield from ("i=1;", "i=;", "i=99999999999;", "cv=", "d=;", "; ;", "mx.example 1;", "spf=pass", "(", "\t")


@given(st.lists(st.sampled_from(list(pieces())), max_size=12).map("".join))
def test_odd_lines_are_read_without_harm(value: str) -> None:
    found(HOP, f"ARC-Seal: {value}", f"ARC-Authentication-Results: {value}")
