"""Log in and out: the one place where a password is compared and a browser gets its cookies."""

from datetime import timedelta
from math import ceil

from fastapi import Request, Response

from workbench.apps.service.accounts import begin_session, find_account
from workbench.apps.service.gate import address_of, first_steps, from_us, service_of
from workbench.apps.service.identity import proof_of
from workbench.apps.service.observe import request_id
from workbench.apps.service.problems import ProblemError, problem
from workbench.apps.service.service import Service
from workbench.ledger.audit import Actor
from workbench.ledger.models import Account, folded_name

WRONG = "Name or password is wrong"


def log_in(request: Request, name: str, password: str) -> tuple[Account, str]:
    """Compare a password and begin a session; gives the account and the session's secret.

    Raises:
        ProblemError: too many attempts (429), or name and password do not fit (401), which of both is not told.
    """
    service, address = service_of(request), address_of(request)
    if not from_us(request):
        raise ProblemError(problem(403, "forgery", "No page of ours asked for this", "Open the log-in page again."))
    account = _fitting(service, name, password, request)
    lasts = timedelta(hours=service.settings.session_hours)
    actor = Actor(account.name, roles=tuple(account.roles), address=address, request=request_id(request))
    secret = begin_session(
        service.ledger, actor, account, lasts, instead_of=request.cookies.get(service.cookies.session, "")[:200]
    )
    service.metrics.logins.labels("good").inc()
    request.state.account = account.name
    return account, secret


def _fitting(service: Service, name: str, password: str, request: Request) -> Account:
    folded, address = folded_name(name)[:200], address_of(request)
    wait = service.throttle.wait(folded, address)
    if wait > 0:
        service.metrics.logins.labels("throttled").inc()
        told = problem(429, "throttled", "Too many attempts", f"Try again in {ceil(wait):,} seconds.")
        raise ProblemError(told, {"retry-after": str(ceil(wait))})
    account = find_account(service.ledger, folded) if folded else None
    usable = account is not None and not account.disabled
    fits = service.passwords.fits(account.password if account else None, password)
    if account is None or not (usable and fits):
        _refuse(service, folded, account, request)
        told = problem(401, "log-in", WRONG, "Try again, or ask an administrator.")
        raise ProblemError(first_steps(service, told))
    service.throttle.succeeded(folded, address)
    return account


def _refuse(service: Service, folded: str, account: Account | None, request: Request) -> None:
    """A name that nobody has is not written down: it may be a password typed into the wrong field."""
    address = address_of(request)
    service.throttle.failed(folded, address)
    service.metrics.logins.labels("bad").inc()
    who = service.stranger(address, request_id(request))
    why = "no such account" if account is None else "disabled" if account.disabled else "wrong password"
    service.ledger.record(who, "session.refused", ("account", account.id if account else ""), reason=why)


def give_cookies(request: Request, response: Response, secret: str) -> None:
    """Cookies of a session: one that only the server reads, one that our pages repeat."""
    cookies = service_of(request).cookies
    response.set_cookie(cookies.session, secret, path="/", httponly=True, samesite="strict", secure=cookies.secure)
    response.set_cookie(cookies.proof, proof_of(secret), path="/", samesite="strict", secure=cookies.secure)


def take_cookies(request: Request, response: Response) -> None:
    """Remove the cookies of a session."""
    cookies = service_of(request).cookies
    for name in (cookies.session, cookies.proof):
        response.delete_cookie(name, path="/", samesite="strict", secure=cookies.secure)
