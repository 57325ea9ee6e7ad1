"""Tokens of one's own programs, and those of service accounts."""

from workbench.apps.service import accounts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged
from workbench.base.access import Activity
from workbench.base.errors import NotFound
from workbench.ledger.api import Page, TokenHeld, TokenMade, TokenNew
from workbench.ledger.changes import Search
from workbench.ledger.models import Account, Token

_OWN = Activity.OWN_ACCOUNT
_MANAGE = Activity.USERS_MANAGE
ROUTES = Routes("tokens")


@ROUTES.add("GET", "/api/tokens", needs=_OWN)
def tokens(viewer: Viewing, service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[TokenHeld]:
    """One's own tokens, newest first."""
    return paged(service.ledger, Token, TokenHeld, Search({"account_id": viewer.account}, ("-id",), limit, offset))


@ROUTES.add("POST", "/api/tokens", needs=_OWN, by_hand=True, status_code=201)
def make_token(new: TokenNew, viewer: Viewing, service: Serving) -> TokenMade:
    """Make a token; its secret comes with the answer and never again. A token cannot make another one."""
    account = service.ledger.get(Account, viewer.account)
    token, secret = accounts.make_token(service.ledger, viewer.actor, account, new)
    return TokenMade(token=TokenHeld.model_validate(token), secret=secret)


@ROUTES.add("POST", "/api/tokens/{id_}/revoke", needs=_OWN)
def revoke_token(id_: str, viewer: Viewing, service: Serving) -> TokenHeld:
    """End one of one's own tokens; whoever manages accounts may end any."""
    token = service.ledger.get(Token, id_)
    if token.account_id != viewer.account and not viewer.may(_MANAGE):
        raise NotFound("There is no token with this id", where=id_[:40])
    return TokenHeld.model_validate(accounts.revoke(service.ledger, viewer.actor, Token, id_))


@ROUTES.add("POST", "/api/accounts/{id_}/tokens", needs=_MANAGE, status_code=201)
def make_service_token(id_: str, new: TokenNew, viewer: Viewing, service: Serving) -> TokenMade:
    """Make a token of a service account."""
    token, secret = accounts.make_service_token(service.ledger, viewer.actor, id_, new)
    return TokenMade(token=TokenHeld.model_validate(token), secret=secret)
