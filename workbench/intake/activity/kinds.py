"""Numbers of the audit schema and their names: kinds of records, of users, of logons. All are open sets."""

from collections.abc import Mapping
from types import MappingProxyType

from workbench.intake.activity.values import text, whole

RECORD_TYPES: Mapping[int, str] = MappingProxyType(
    {
        1: "ExchangeAdmin",
        2: "ExchangeItem",
        3: "ExchangeItemGroup",
        4: "SharePoint",
        6: "SharePointFileOperation",
        7: "OneDrive",
        8: "AzureActiveDirectory",
        9: "AzureActiveDirectoryAccountLogon",
        10: "DataCenterSecurityCmdlet",
        11: "ComplianceDLPSharePoint",
        12: "Sway",
        13: "ComplianceDLPExchange",
        14: "SharePointSharingOperation",
        15: "AzureActiveDirectoryStsLogon",
        16: "SkypeForBusinessPSTNUsage",
        17: "SkypeForBusinessUsersBlocked",
        18: "SecurityComplianceCenterEOPCmdlet",
        19: "ExchangeAggregatedOperation",
        20: "PowerBIAudit",
        21: "CRM",
        22: "Yammer",
        23: "SkypeForBusinessCmdlets",
        24: "Discovery",
        25: "MicrosoftTeams",
        28: "ThreatIntelligence",
        29: "MailSubmission",
        30: "MicrosoftFlow",
        31: "AeD",
        32: "MicrosoftStream",
        33: "ComplianceDLPSharePointClassification",
        34: "ThreatFinder",
        35: "Project",
        36: "SharePointListOperation",
        37: "SharePointCommentOperation",
        38: "DataGovernance",
        39: "Kaizala",
        40: "SecurityComplianceAlerts",
        41: "ThreatIntelligenceUrl",
        42: "SecurityComplianceInsights",
        43: "MIPLabel",
        44: "WorkplaceAnalytics",
        45: "PowerAppsApp",
        46: "PowerAppsPlan",
        47: "ThreatIntelligenceAtpContent",
        48: "LabelContentExplorer",
        49: "TeamsHealthcare",
        50: "ExchangeItemAggregated",
        51: "HygieneEvent",
        52: "DataInsightsRestApiAudit",
        53: "InformationBarrierPolicyApplication",
        54: "SharePointListItemOperation",
        55: "SharePointContentTypeOperation",
        56: "SharePointFieldOperation",
        57: "MicrosoftTeamsAdmin",
        58: "HRSignal",
        59: "MicrosoftTeamsDevice",
        60: "MicrosoftTeamsAnalytics",
        61: "InformationWorkerProtection",
        62: "Campaign",
        63: "DLPEndpoint",
        64: "AirInvestigation",
        65: "Quarantine",
        66: "MicrosoftForms",
        67: "ApplicationAudit",
        68: "ComplianceSupervisionExchange",
        69: "CustomerKeyServiceEncryption",
        70: "OfficeNative",
        71: "MipAutoLabelSharePointItem",
        72: "MipAutoLabelSharePointPolicyLocation",
        73: "MicrosoftTeamsShifts",
        75: "MipAutoLabelExchangeItem",
        76: "CortanaBriefing",
        78: "WDATPAlerts",
        82: "SensitivityLabelPolicyMatch",
        83: "SensitivityLabelAction",
        84: "SensitivityLabeledFileAction",
        85: "AttackSim",
        86: "AirManualInvestigation",
        87: "SecurityComplianceRBAC",
        88: "UserTraining",
        89: "AirAdminActionInvestigation",
        90: "MSTIC",
        91: "PhysicalBadgingSignal",
        93: "AipDiscover",
        94: "AipSensitivityLabelAction",
        95: "AipProtectionAction",
        96: "AipFileDeleted",
        97: "AipHeartBeat",
        98: "MCASAlerts",
        99: "OnPremisesFileShareScannerDlp",
        100: "OnPremisesSharePointScannerDlp",
        101: "ExchangeSearch",
        102: "SharePointSearch",
        103: "PrivacyDataMinimization",
        113: "MS365DCustomDetection",
        218: "AttackSimAdmin",
        360: "NoisyAlertPolicy",
    }
)
"""Names as Search-UnifiedAuditLog prints them; a number that is not here is its own name."""

USER_TYPES = (
    "Regular",
    "Reserved",
    "Admin",
    "DcAdmin",
    "System",
    "Application",
    "ServicePrincipal",
    "CustomPolicy",
    "SystemPolicy",
    "PartnerTechnician",
    "Guest",
)
LOGON_TYPES = ("Owner", "Admin", "Delegated", "Transport", "SystemService", "BestAccess", "DelegatedAdmin")

APPLICATIONS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "exchange": ("Microsoft Exchange Online", 20893),
        "sharepoint": ("Microsoft SharePoint Online", 20892),
        "onedrive": ("Microsoft OneDrive for Business", 15600),
        "microsoftteams": ("Microsoft Teams", 28375),
    }
)
"""Workload to the application's name and number in the hunting schema."""

SUITE = ("Office 365", 11161)
"""What the hunting schema calls everything else of the suite, the directory included."""

_NUMBERS = {name.lower(): number for number, name in RECORD_TYPES.items()}
_MAX = 2**31


def record_type(value: object) -> int | None:
    """The number of a kind of record, given as number, as text or by name; None where it is none of them."""
    number = value if type(value) is int and 0 <= value < _MAX else whole(value)
    return number if number is not None else _NUMBERS.get(text(value).strip().lower())


def record_name(number: int | None, written: object) -> str:
    """The name of a kind of record; what was written where the name is not known."""
    known = RECORD_TYPES.get(number) if number is not None else None
    return known or text(written).strip()


def named(value: object, names: tuple[str, ...]) -> str:
    """The name of an enumerated value, given by number or by name; what was written where it is not known."""
    number = value if type(value) is int else whole(value)
    if number is not None and 0 <= number < len(names):
        return names[number]
    return text(value).strip()
