"""EntraIdSignInEvents from sign-in records, judged by the error number: the result status says Success on failures."""

from collections.abc import Mapping
from types import MappingProxyType

from workbench.intake.activity.cloud_apps import device, user_agent
from workbench.intake.activity.event import Event, extended
from workbench.intake.activity.objects import target
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import first, json_text, truth, whole

_ERRORS = ("ErrorNumber", "ErrorCode", "LoginStatus")
_SUCCEEDED = "UserLoggedIn"
_DETAILS = ("UserAuthenticationMethod", "KeepMeSignedIn", "ResultStatusDetail")

APPLICATIONS: Mapping[str, str] = MappingProxyType(
    {
        "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
        "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
        "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
        "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
        "00000006-0000-0ff1-ce00-000000000000": "Microsoft Office 365 Portal",
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
        "1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
        "1b730954-1685-4b74-9bfd-dac224a7b894": "Azure Active Directory PowerShell",
        "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Microsoft Teams",
        "27922004-5251-4030-b22d-91ecd9a37ea4": "Outlook Mobile",
        "4345a7b9-9a63-4910-a426-35363201d503": "Office 365",
        "4765445b-32c6-49b0-83e6-1d93765276ca": "OfficeHome",
        "5e3ce6c0-2b1f-4285-8d4b-75ee78787346": "Microsoft Teams Web Client",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
        "80ccca67-54bd-44ab-8625-4b79c4dc7775": "Office 365 Security & Compliance Center",
        "89bee1f7-5e6e-4d8a-9f3d-ecd601259da7": "Office365 Shell WCSS-Client",
        "9199bf20-a13f-4107-85dc-02114787ef48": "One Outlook Web",
        "a0c73c16-a7e3-4564-9a95-2bdf47383716": "Microsoft Exchange Online Remote PowerShell",
        "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure Portal",
        "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft Office",
        "de8bc8b5-d9f9-48b1-a8ad-b748da725064": "Graph Explorer",
        "fb78d390-0c51-40cd-8e17-fdbfab77341b": "Microsoft Exchange REST API Based PowerShell",
    }
)
"""Names of applications that every tenant knows, by their ids; other ids have names only in the tenant's directory."""


def sign_in_rows(event: Event) -> list[Row]:
    """One sign-in. An attempt without an error number has none (null) unless its operation says that it succeeded."""
    document = event.document
    application, resource = first(document, "ApplicationId"), target(event).id
    resource = first(document, "ObjectId") or resource
    return [
        {
            "Timestamp": event.time,
            "ApplicationId": application,
            "Application": first(document, "Application") or APPLICATIONS.get(application.lower(), ""),
            "ErrorCode": error_number(event),
            "CorrelationId": first(document, "InterSystemsId"),
            "RequestId": first(document, "IntraSystemId", "IntraSystemsId"),
            "ReportId": event.id,
            "ResourceId": resource,
            "ResourceDisplayName": APPLICATIONS.get(resource.lower(), ""),
            "ResourceTenantId": first(document, "TargetContextId"),
            "IPAddress": event.address,
        }
        | _account(event)
        | _device(document)
        | _how(document)
    ]


def error_number(event: Event) -> int | None:
    """The number of the sign-in error, 0 for success."""
    written = first(event.document, *_ERRORS)
    number = whole(written)
    if written and number is None:
        event.faults.add("ErrorNumber", "is no number")
    return 0 if not written and event.operation == _SUCCEEDED else number


def _account(event: Event) -> Row:
    external = event.is_external
    return {
        "AccountUpn": event.user,
        "AccountDisplayName": first(event.document, "UserDisplayName"),
        "AccountObjectId": event.object_id,
        "IsExternalUser": None if external is None else int(external),
        "IsGuestUser": event.user_type == "Guest" or "#ext#" in event.user,
    }


def _device(document: Row) -> Row:
    found = device(document)
    managed, compliant = truth(found.get("IsCompliantAndManaged")), truth(found.get("IsCompliant"))
    return {
        "DeviceName": first(found, "DisplayName"),
        "EntraIdDeviceId": first(found, "Id"),
        "OSPlatform": first(found, "OS"),
        "Browser": first(found, "BrowserType"),
        "DeviceTrustType": first(found, "TrustType"),
        "SessionId": first(found, "SessionId"),
        "IsManaged": None if managed is None else int(managed),
        "IsCompliant": None if compliant is None else int(compliant),
    }


def _how(document: Row) -> Row:
    said = extended(document)
    details = {name: first(said, name) for name in _DETAILS} | {"LogonError": first(document, "LogonError")}
    held = {name: value for name, value in details.items() if value}
    return {
        "UserAgent": user_agent(document),
        "ClientAppUsed": first(document, "Client"),
        "EndpointCall": first(said, "RequestType"),
        "AuthenticationProcessingDetails": json_text(held) if held else "",
    }
