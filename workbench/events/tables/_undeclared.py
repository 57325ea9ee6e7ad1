"""Public tables of the hunting and workspace schemas that are known by name and not declared yet."""

import re
from functools import cache

UNDECLARED = frozenset(
    (
        *("AADManagedIdentitySignInLogs", "AADNonInteractiveUserSignInLogs", "AADProvisioningLogs", "AADRiskyUsers"),
        *("AADServicePrincipalSignInLogs", "AADSpnSignInEventsBeta", "AADUserRiskEvents", "ADFSSignInLogs"),
        *("AgentsInfo", "AIAgentsInfo", "Anomalies", "AWSCloudTrail", "AzureActivity", "BehaviorAnalytics"),
        *("BehaviorEntities", "BehaviorInfo", "CampaignInfo", "CloudAuditEvents", "CloudDnsEvents"),
        *("CloudPolicyEnforcementEvents", "CloudProcessEvents", "CloudStorageAggregatedEvents", "CommonSecurityLog"),
        *("CopilotActivity", "DataSecurityBehaviors", "DataSecurityEvents", "DeviceBaselineComplianceAssessment"),
        *("DeviceBaselineComplianceAssessmentKB", "DeviceBaselineComplianceProfiles", "DeviceFileCertificateInfo"),
        *("DeviceFileEvents", "DeviceImageLoadEvents", "DeviceInfo", "DeviceLogonEvents", "DeviceNetworkEvents"),
        *("DeviceNetworkInfo", "DeviceProcessEvents", "DeviceRegistryEvents", "DeviceTvmBrowserExtensions"),
        *("DeviceTvmBrowserExtensionsKB", "DeviceTvmCertificateInfo", "DeviceTvmHardwareFirmware"),
        *("DeviceTvmInfoGathering", "DeviceTvmInfoGatheringKB", "DeviceTvmSecureConfigurationAssessment"),
        *("DeviceTvmSecureConfigurationAssessmentKB", "DeviceTvmSoftwareEvidenceBeta", "DeviceTvmSoftwareInventory"),
        *("DeviceTvmSoftwareVulnerabilities", "DeviceTvmSoftwareVulnerabilitiesKB", "DisruptionAndResponseEvents"),
        *("DnsEvents", "EntraIdSpnSignInEvents", "ExposureGraphEdges", "ExposureGraphNodes"),
        *("FileMaliciousContentInfo", "GraphAPIAuditEvents", "Heartbeat", "IdentityAccountInfo", "IdentityEvents"),
        *("IdentityQueryEvents", "LAQueryLogs", "McasShadowItReporting", "MessageEvents"),
        *("MessagePostDeliveryEvents", "MessageUrlInfo", "MicrosoftGraphActivityLogs", "OAuthAppInfo", "Operation"),
        *("SecurityIncident", "Syslog", "ThreatIntelIndicators", "ThreatIntelligenceIndicator", "Usage"),
        *("UserAccessAnalytics", "UserPeerAnalytics", "VMConnection", "W3CIISLog"),
    )
)

_WORD = re.compile(r"[A-Z][a-z]+")


def is_common_word(name: str) -> bool:
    """Whether a table's name is a word such as Event or Usage, which stands in many file names and tells nothing."""
    return _WORD.fullmatch(name) is not None


def undeclared_in(file_name: str) -> list[str]:
    """The undeclared tables that a file name names, whatever its letter case; common words are not looked for."""
    return [name for name, pattern in _patterns() if pattern.search(file_name)]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    telling = sorted(name for name in UNDECLARED if not is_common_word(name))
    return [(name, re.compile(rf"(?<![A-Za-z]){name}(?![A-Za-z])", re.IGNORECASE)) for name in telling]
