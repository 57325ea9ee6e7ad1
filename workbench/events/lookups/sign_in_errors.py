"""What the numbers of failed sign-ins to Entra ID mean (AADSTS), and which of them are wrong credentials.

A third of the failures in a real tenant are no guesses: a second factor is being set up, a consent is missing, no
session is open. A spray is judged by ``is_credential_failure``, never by a record's result status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Nature = Literal["credential", "blocked", "interrupt", "configuration"]


@dataclass(frozen=True)
class SignInError:
    """One error number.

    ``nature`` is "credential" where a wrong name or password was tried, "blocked" where a policy or the account's state
    refused, "interrupt" where the person had something else to do first, "configuration" where an application or
    tenant is set up wrongly.
    """

    number: int
    nature: Nature
    meaning: str


_ERRORS = (
    SignInError(50034, "credential", "no account of that name in the directory"),
    SignInError(50053, "credential", "locked after too many wrong passwords, or from an address known for attacks"),
    SignInError(50056, "credential", "the account has no password in the directory, or a wrong one was tried"),
    SignInError(50064, "credential", "the credentials could not be validated"),
    SignInError(50126, "credential", "wrong name or password"),
    SignInError(80012, "blocked", "outside the hours in which the account may sign in on premises"),
    SignInError(80014, "configuration", "the agent on premises could not validate the password in time"),
    SignInError(50020, "blocked", "an account of another directory without access to this tenant"),
    SignInError(50057, "blocked", "the account is disabled"),
    SignInError(50105, "blocked", "the person is not assigned to the application"),
    SignInError(50158, "blocked", "an outside security check was not passed"),
    SignInError(53000, "blocked", "the device does not comply with conditional access"),
    SignInError(53001, "blocked", "the device is not joined to the domain"),
    SignInError(53002, "blocked", "the application is not an approved one"),
    SignInError(53003, "blocked", "conditional access refused the token"),
    SignInError(53004, "blocked", "second factors cannot be set up because the activity is suspicious"),
    SignInError(50055, "interrupt", "the password has expired"),
    SignInError(50058, "interrupt", "no session is open for a silent sign-in"),
    SignInError(50072, "interrupt", "a second factor has to be set up"),
    SignInError(50074, "interrupt", "a second factor is demanded and was not given"),
    SignInError(50076, "interrupt", "a second factor is demanded because of the place or a changed setting"),
    SignInError(50079, "interrupt", "a second factor has to be set up because of the place or a changed setting"),
    SignInError(50089, "interrupt", "the flow token has expired"),
    SignInError(50097, "interrupt", "the device has to authenticate"),
    SignInError(50125, "interrupt", "a password reset or registration is due"),
    SignInError(50129, "interrupt", "the device is not joined to the workplace"),
    SignInError(50132, "interrupt", "the session was revoked or its credentials have changed"),
    SignInError(50133, "interrupt", "the session ended because the password expired or was changed"),
    SignInError(50140, "interrupt", "the person is asked whether to stay signed in"),
    SignInError(50144, "interrupt", "the password on premises has expired"),
    SignInError(50173, "interrupt", "the token was revoked; sign in afresh"),
    SignInError(50199, "interrupt", "the person is asked to confirm the application"),
    SignInError(65001, "interrupt", "the application has no consent"),
    SignInError(65004, "interrupt", "the person declined consent"),
    SignInError(70043, "interrupt", "the token is too old for the sign-in frequency"),
    SignInError(70044, "interrupt", "the session is too old for the sign-in frequency"),
    SignInError(81010, "interrupt", "single sign-on failed because the ticket is stale or invalid"),
    SignInError(500121, "blocked", "the second factor was refused or failed after the password was right"),
    SignInError(500133, "interrupt", "the assertion is outside its time of validity"),
    SignInError(530032, "blocked", "a security policy refused the token"),
    SignInError(1000000, "configuration", "the service does not say more"),
    SignInError(16000, "interrupt", "several sessions are open; one has to be chosen"),
    SignInError(16001, "interrupt", "the chosen session cannot be used"),
    SignInError(50001, "configuration", "the resource is unknown or not in the tenant"),
    SignInError(50011, "configuration", "the reply address is not one of the application's"),
    SignInError(50059, "configuration", "the tenant cannot be told from request or credentials"),
    SignInError(50128, "configuration", "the domain cannot be told from request or credentials"),
    SignInError(50131, "blocked", "conditional access refused the device or place"),
    SignInError(50194, "configuration", "the application serves one tenant only"),
    SignInError(65002, "configuration", "consent between two first-party applications is missing"),
    SignInError(70001, "configuration", "the application is disabled or unknown in the tenant"),
    SignInError(70008, "interrupt", "the code or refresh token has expired"),
    SignInError(90014, "configuration", "a field that the request must have is missing"),
    SignInError(90025, "configuration", "the service gave up after too many tries of its own"),
    SignInError(90072, "configuration", "the account has to be added to the tenant first"),
    SignInError(90094, "interrupt", "an administrator has to consent"),
    SignInError(90095, "interrupt", "an administrator's consent was asked for"),
    SignInError(700016, "configuration", "the application is not in the tenant"),
    SignInError(7000215, "configuration", "the application's secret is wrong"),
    SignInError(7000218, "configuration", "the application sent no secret"),
    SignInError(7000222, "configuration", "the application's secret has expired"),
)

SIGN_IN_ERRORS: Mapping[int, SignInError] = MappingProxyType({each.number: each for each in _ERRORS})
"""Error numbers by number. Source: Microsoft's list of authentication error codes; meanings in own words."""


def is_credential_failure(number: int | None) -> bool:
    """Whether a sign-in failed because a wrong name or password was tried; False for success and unknown numbers."""
    known = SIGN_IN_ERRORS.get(number or 0)
    return known is not None and known.nature == "credential"
