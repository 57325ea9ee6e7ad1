"""Risk of accounts as the directory sees it."""

from workbench.events.tables._declare import Column, Family, Table

AAD_USER_RISK_EVENTS = Table(
    "AADUserRiskEvents",
    "Risks detected in sign-ins and accounts, one row for each state of a detection.",
    (
        Column("Activity", "string", "What the risk was seen in: signin or user"),
        Column("ActivityDateTime", "datetime", "When the risky activity took place"),
        Column("AdditionalInfo", "dynamic", "Further facts of the detection, e.g. the user agent or alert link"),
        Column("CorrelationId", "string", "Correlation id of the sign-in the risk was seen in"),
        Column("DetectedDateTime", "datetime", "When the risk was detected"),
        Column("DetectionTimingType", "string", "realtime, nearRealtime or offline"),
        Column("Id", "string", "Key of the detection"),
        Column("IpAddress", "string", "Address of the risky client"),
        Column("LastUpdatedDateTime", "datetime", "When the detection was last changed"),
        Column("Location", "dynamic", "City, state, country and coordinates of the address"),
        Column("RequestId", "string", "Request id of the sign-in the risk was seen in; empty for risk of the user"),
        Column("RiskDetail", "string", "Why the risk state is what it is, e.g. userPassedMFADrivenByRiskBasedPolicy"),
        Column("RiskEventType", "string", "Detection, e.g. leakedCredentials or anonymizedIPAddress"),
        Column("RiskLevel", "string", "Risk of the detection: low, medium, high, hidden"),
        Column("RiskState", "string", "atRisk, remediated, dismissed, confirmedSafe or confirmedCompromised"),
        Column("Source", "string", "Product that detected it, e.g. IdentityProtection"),
        Column("TokenIssuerType", "string", "Kind of issuer: AzureAD, ADFederationServices, ..."),
        Column("UserDisplayName", "string", "Address-book name of the person at risk"),
        Column("UserId", "string", "Object id of the person at risk"),
        Column("UserPrincipalName", "string", "UPN of the person at risk"),
        Column("TimeGenerated", "datetime", "When this state of the detection was written (UTC)"),
        Column("OperationName", "string", "Always User Risk Detection"),
        Column("SourceSystem", "string", "Collector that ingested the row, e.g. Azure AD"),
        Column("_IsBillable", "string", "Whether keeping the row is charged for; false rows are free"),
        Column("_BilledSize", "real", "Bytes of the row that are charged for"),
    ),
    key=("Id", "LastUpdatedDateTime"),
    required=("RiskEventType", "UserPrincipalName"),
    time="TimeGenerated",
    version=("TimeGenerated",),
)

AAD_RISKY_USERS = Table(
    "AADRiskyUsers",
    "People at risk, one row for each state of a person's risk.",
    (
        Column("Id", "string", "Object id of the person"),
        Column("IsDeleted", "bool", "Whether the account was deleted"),
        Column("IsProcessing", "bool", "Whether the risk is still being worked out"),
        Column("RiskDetail", "string", "Why the risk state is what it is, e.g. adminConfirmedUserCompromised"),
        Column("RiskLastUpdatedDateTime", "datetime", "When the person's risk last changed"),
        Column("RiskLevel", "string", "Risk of the person: none, low, medium, high, hidden"),
        Column("RiskState", "string", "atRisk, remediated, dismissed, confirmedSafe or confirmedCompromised"),
        Column("UserDisplayName", "string", "Address-book name of the person"),
        Column("UserPrincipalName", "string", "UPN of the person"),
        Column("TimeGenerated", "datetime", "When this state was written (UTC)"),
        Column("OperationName", "string", "Always Risky user"),
        Column("CorrelationId", "string", "Key that ties the rows of one change together"),
        Column("SourceSystem", "string", "Collector that ingested the row, e.g. Azure AD"),
        Column("_IsBillable", "string", "Whether keeping the row is charged for; false rows are free"),
        Column("_BilledSize", "real", "Bytes of the row that are charged for"),
    ),
    key=("Id", "RiskLastUpdatedDateTime"),
    required=("RiskLastUpdatedDateTime", "UserPrincipalName"),
    time="TimeGenerated",
    version=("TimeGenerated",),
)

FAMILY = Family(
    "risk",
    "Identity risk",
    (
        AAD_USER_RISK_EVENTS,
        AAD_RISKY_USERS,
    ),
)
