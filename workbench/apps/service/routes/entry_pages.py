"""Pages to come in, go out, and change one's own password."""

import hmac
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import Response
from markupsafe import escape

from workbench.apps.service import accounts
from workbench.apps.service.gate import PROOF_FIELD, Routes, Serving, Viewing, Visiting
from workbench.apps.service.identity import proof_of
from workbench.apps.service.login import give_cookies, log_in, take_cookies
from workbench.apps.service.look import inside, onward, page
from workbench.apps.service.passwords import SHORTEST
from workbench.apps.service.problems import ProblemError
from workbench.apps.service.routes.session import leave
from workbench.base.access import Activity
from workbench.base.errors import WorkbenchError
from workbench.ledger.models.ids import new_secret

ROUTES = Routes("pages")
_OWN = Activity.OWN_ACCOUNT
_HIDDEN = {"include_in_schema": False}


@ROUTES.add("GET", "/login", needs=None, **_HIDDEN)
def login_page(
    request: Request, service: Serving, viewer: Visiting, wanted: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """The log-in page."""
    return onward(inside(wanted)) if viewer else _login_page(request, service, wanted=inside(wanted))


@ROUTES.add("POST", "/login", needs=None, **_HIDDEN)
def login(
    request: Request,
    service: Serving,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    wanted: Annotated[str, Form(max_length=8000)] = "/",
    xsrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Log in, and go on to where one wanted to."""
    told = request.cookies.get(service.cookies.proof, "")
    if not told or not hmac.compare_digest(told.encode(), xsrf.encode()):
        return _login_page(
            request, service, wanted=inside(wanted), fault="The page was too old. Try again.", status=403
        )
    try:
        account, secret = log_in(request, name, password)
    except ProblemError as error:
        found = error.document
        said = f"{found.title}. {found.next_step}"
        return _login_page(request, service, wanted=inside(wanted), fault=said, status=found.status, typed=name)
    answer = onward("/password" if account.must_change else inside(wanted))
    give_cookies(request, answer, secret)
    return answer


@ROUTES.add("POST", "/logout", needs=_OWN, unchanged=True, **_HIDDEN)
def logout(request: Request, viewer: Viewing, service: Serving) -> Response:
    """Log out."""
    leave(service, viewer)
    answer = onward("/login")
    take_cookies(request, answer)
    return answer


@ROUTES.add("GET", "/password", needs=_OWN, unchanged=True, **_HIDDEN)
def password_page(request: Request, viewer: Viewing) -> Response:
    """The page to change one's own password."""
    return page(request, "password", viewer, fault="", done=False, shortest=SHORTEST)


@ROUTES.add("POST", "/password", needs=_OWN, unchanged=True, by_hand=True, **_HIDDEN)
def change_password(
    request: Request,
    viewer: Viewing,
    service: Serving,
    old: Annotated[str, Form(max_length=1024)] = "",
    new: Annotated[str, Form(max_length=1024)] = "",
    again: Annotated[str, Form(max_length=1024)] = "",
) -> Response:
    """Change one's own password."""
    fault = "" if new == again else "The new password was typed in two ways. Type it again."
    if not fault:
        try:
            accounts.own_password(service.ledger, service.passwords, viewer.actor, viewer.account, (old, new))
        except WorkbenchError as error:
            fault = str(error)
    if not fault and viewer.must_change:
        return onward("/")
    status = 400 if fault else 200
    return page(request, "password", viewer, status=status, fault=fault, done=not fault, shortest=SHORTEST)


def _login_page(
    request: Request, service: Serving, *, wanted: str, fault: str = "", status: int = 200, typed: str = ""
) -> Response:
    """The form comes with a proof of its own, before there is a session; where it leads on to is never cut."""
    proof = request.cookies.get(service.cookies.proof, "")[:64] or proof_of(new_secret())
    shown = page(
        request,
        "login",
        None,
        status=status,
        wanted=escape(wanted),
        fault=fault,
        typed=typed,
        field=PROOF_FIELD,
        form=proof,
    )
    shown.set_cookie(service.cookies.proof, proof, path="/", samesite="strict", secure=service.cookies.secure)
    return shown
