"""Sign-ins: who signed in to what, from where, and whether it worked."""

from workbench.views.explorer.view import Field, Shown, View

_RISK = (
    'case(RiskLevelAggregated == 100, "High", RiskLevelAggregated == 50, "Medium", '
    'RiskLevelAggregated == 10, "Low", "")'
)
_ACCESS = (
    'case(ConditionalAccessStatus == 0, "Applied", ConditionalAccessStatus == 1, "Failed", '
    'ConditionalAccessStatus == 2, "Not applied", "")'
)

SIGN_INS = View(
    name="sign_ins",
    title="Sign-ins",
    question="Who signed in to what, from where, and did it work?",
    table="EntraIdSignInEvents",
    noun="sign-ins",
    fields=(
        Field("Timestamp", "Date", "Timestamp", group=""),
        Field("AccountUpn", "Account", "AccountUpn"),
        Field("AccountDisplayName", "Name", "AccountDisplayName"),
        Field("Application", "Application", "Application"),
        Field("Result", "Result", 'iff(ErrorCode == 0, "Success", "Failure")', values=("Success", "Failure")),
        Field("ErrorCode", "Error code", "ErrorCode", "integer", help="0 is a sign-in that worked"),
        Field("LogonType", "Kind of sign-in", "LogonType", first="contains"),
        Field("IPAddress", "IP address", "IPAddress", "ip", indicators=("ipv4", "ipv6")),
        Field("Country", "Country", "Country"),
        Field("City", "City", "City"),
        Field("RiskLevel", "Risk", _RISK, values=("High", "Medium", "Low")),
        Field("AuthenticationRequirement", "Authentication required", "AuthenticationRequirement"),
        Field("ConditionalAccess", "Conditional access", _ACCESS, values=("Applied", "Failed", "Not applied")),
        Field("ClientAppUsed", "Client", "ClientAppUsed"),
        Field("Browser", "Browser", "Browser"),
        Field("UserAgent", "User agent", "UserAgent", first="contains", prose=True),
        Field("DeviceName", "Device", "DeviceName", group="Device"),
        Field("OSPlatform", "Operating system", "OSPlatform", group="Device"),
        Field("DeviceTrustType", "Trust", "DeviceTrustType", group="Device"),
        Field("IsManaged", "Managed (1 or 0)", "IsManaged", "integer", "Device"),
        Field("IsCompliant", "Compliant (1 or 0)", "IsCompliant", "integer", "Device"),
        Field("ResourceDisplayName", "Resource", "ResourceDisplayName", group="Advanced"),
        Field("IsGuestUser", "Guest", "IsGuestUser", "boolean", "Advanced"),
        Field("EndpointCall", "Endpoint call", "EndpointCall", group="Advanced"),
        Field("SessionId", "Session ID", "SessionId", group="Advanced"),
        Field("CorrelationId", "Correlation ID", "CorrelationId", group="Advanced"),
        Field("RequestId", "Request ID", "RequestId", group="Advanced"),
        Field("ReportId", "Report ID", "ReportId", group="Advanced"),
    ),
    columns=(
        Shown("Timestamp", "time", default=True),
        Shown("AccountUpn", "mailbox", default=True),
        Shown("Application", "text", default=True),
        Shown("Result", "text", default=True, width=90),
        Shown("IPAddress", "ip", default=True, width=140),
        Shown("Country", "text", default=True, width=80),
        Shown("City", "text", default=True, width=120),
        Shown("DeviceName", "device", default=True, width=120),
        Shown("RiskLevel", "text", default=True, width=80),
        Shown("ErrorCode", "number"),
        Shown("AccountDisplayName", "text"),
        Shown("LogonType", "text"),
        Shown("AuthenticationRequirement", "text"),
        Shown("ConditionalAccess", "text"),
        Shown("ClientAppUsed", "text"),
        Shown("Browser", "text"),
        Shown("UserAgent", "text"),
        Shown("OSPlatform", "text"),
        Shown("DeviceTrustType", "text"),
        Shown("ResourceDisplayName", "text"),
        Shown("SessionId", "id"),
        Shown("CorrelationId", "id"),
    ),
    pivots=("Result", "Country", "Application", "RiskLevel", "ConditionalAccess", "ClientAppUsed", "AccountUpn"),
    place=8,
    key="AccountUpn",
    ties=("RequestId", "ReportId"),
    subject="AccountUpn",
    opens="row",
)
