"""What SPF, DKIM and DMARC say. Passing them clears nothing: one phish in five passes all three."""

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated

_DMARC_WEIGHTS = {"reject": 20.0, "quarantine": 15.0}
_DMARC_WEIGHT = 6.0
_NO_RESULT = "no authentication result of the receiving system is known"


def _result(case: Case, method: str) -> str | None:
    found = case.result(method)
    return str(found.get("result", "")) if found else None


def _unknown(case: Case) -> Outcome:
    """Mail inside one tenant is not authenticated by these means, so their absence says nothing."""
    return NOT_APPLICABLE if case.internal and not case.authentication else not_evaluated(_NO_RESULT)


def _dmarc(case: Case) -> Outcome:
    found = case.result("dmarc")
    if found is None:
        return _unknown(case)
    if found.get("result") != "fail":
        return CLEAR
    policy = str(found.get("policy") or found.get("action") or "none")
    weight = _DMARC_WEIGHTS.get(policy, _DMARC_WEIGHT)
    return fired(f"DMARC fails (policy or action: {policy})", weight=weight, policy=policy)


def _spf(case: Case) -> Outcome:
    result = _result(case, "spf")
    if result is None:
        return _unknown(case)
    if result not in ("fail", "softfail"):
        return CLEAR
    return fired(f"SPF says {result}", weight=8 if result == "fail" else 4, result=result)


def _dkim(case: Case) -> Outcome:
    found = case.result("dkim")
    if found is None:
        return _unknown(case)
    changed = found.get("result") == "fail" and "body hash" in str(found.get("reason", "")).lower()
    return fired("The body was changed after it was signed (DKIM body hash)") if changed else CLEAR


def _own_domain(case: Case) -> Outcome:
    if not case.organisation.domains:
        return not_evaluated("organisation.yml names no domains of ours")
    if not case.organisation.owns(case.sender_domain):
        return NOT_APPLICABLE
    results = [_result(case, method) for method in ("dmarc", "compauth")]
    if results == [None, None]:
        return _unknown(case)
    return CLEAR if "pass" in results else fired("The sender claims a domain of ours without passing authentication")


def _composite(case: Case) -> Outcome:
    if _result(case, "dmarc") == "fail":
        return NOT_APPLICABLE
    result = _result(case, "compauth")
    if result is None:
        return NOT_APPLICABLE
    return (
        fired("The receiving system could not prove the sender (composite authentication)")
        if (result == "fail")
        else CLEAR
    )


def _aligned(case: Case) -> Outcome:
    result = _result(case, "dmarc")
    if result is None:
        return _unknown(case)
    return fired("DMARC passes: the domain shown is the domain that sent") if result == "pass" else CLEAR


GROUP = Group(
    "authentication",
    "Authentication",
    -5,
    25,
    (
        Signal("auth.dmarc", 20, "Does DMARC fail, and what does the domain ask for then?", _dmarc),
        Signal("auth.composite", 6, "Does the sender prove itself by no means at all?", _composite),
        Signal("auth.spf", 8, "Does SPF fail?", _spf),
        Signal("auth.dkim_body", 12, "Was the body changed after signing?", _dkim),
        Signal("auth.own_domain", 25, "Does it claim our own domain without authentication?", _own_domain),
        Signal("auth.aligned", -5, "Does DMARC pass?", _aligned),
    ),
)
