"""What only audit records tell, and no published table holds: reports of mail, and investigations of Microsoft 365.

Both keep the states that were logged, one row each; the record itself is in CloudAppEvents under the same ReportId.
"""

from workbench.events.tables._declare import Column, Family, Table

WORKBENCH_SUBMISSIONS = Table(
    "WorkbenchSubmissions",
    "Mail that users and administrators reported to Microsoft, one row per logged state of a report.",
    (
        Column("Timestamp", "datetime", "When this state was logged (UTC)"),
        Column("SubmissionId", "string", "Key of the report; its states share it"),
        Column(
            "State",
            "string",
            "State as the feed names it: UserSubmission, UserSubmissionTriage, AdminSubmissionRegistered, "
            "AdminSubmissionDeliveryCheck, AdminSubmissionSubmitted, AdminSubmissionTriage, ...",
        ),
        Column("Origin", "string", "User or Admin; empty where the state does not tell"),
        Column("IsSimulation", "bool", "Whether the reported mail was a simulation's"),
        Column("ReportedAs", "string", "What the reporter took it for: Phish, Malware, Junk, NotJunk, ..."),
        Column("ContentType", "string", "What was reported: Mail, URL, Attachment, ..."),
        Column("Verdict", "string", "What the service found when it looked again; empty before"),
        Column("SubmitterUpn", "string", "Who reported it, in lower case"),
        Column("NetworkMessageId", "string", "Service-wide key of the message; joins EmailEvents"),
        Column("InternetMessageId", "string", "Message-ID of the message, in angle brackets"),
        Column("SenderFromAddress", "string", "Header From of the message, else its envelope sender, in lower case"),
        Column("SenderIPAddress", "string", "Address that handed the message over"),
        Column("Recipients", "dynamic", "Recipients of the message, as a JSON list in lower case"),
        Column("Subject", "string", "Subject of the message"),
        Column("MessageTime", "datetime", "When the message was received (UTC)"),
        Column("ReportId", "string", "Id of the audit record; the same in CloudAppEvents"),
    ),
    key=("ReportId",),
    required=("SubmissionId", "State"),
)

WORKBENCH_AIR_INVESTIGATIONS = Table(
    "WorkbenchAirInvestigations",
    "Automated and manual investigations that Microsoft 365 ran, one row per logged state of an investigation.",
    (
        Column("Timestamp", "datetime", "When the investigation last changed, else when the record was logged (UTC)"),
        Column("InvestigationId", "string", "Key of the investigation, such as urn:ZappedUrlInvestigation:...; shared"),
        Column("InvestigationName", "string", "Name as the portal shows it"),
        Column("InvestigationType", "string", "What set it off: user report, zapped mail, changed URL verdict, ..."),
        Column("Status", "string", "State: Investigation Started, Pending Action, Threats Found, Remediated, ..."),
        Column("StartTime", "datetime", "When the investigation began (UTC)"),
        Column("EndTime", "datetime", "When it ended (UTC); null while it is open"),
        Column("ActionCount", "int", "Actions that it took or recommended"),
        Column("PendingActionCount", "int", "Actions that wait for approval or run"),
        Column("Actions", "dynamic", "The actions with status, approver and entities, as a JSON list of bags"),
        Column("Entities", "dynamic", "Mail, mail clusters, mailboxes, URLs, files, addresses, as a JSON list of bags"),
        Column("AlertIds", "dynamic", "Alerts behind it, as a JSON list; joins AlertInfo"),
        Column("Link", "string", "Address of the investigation in the portal"),
        Column("RecordType", "string", "AirInvestigation, AirManualInvestigation or AirAdminActionInvestigation"),
        Column("ReportId", "string", "Id of the audit record; the same in CloudAppEvents"),
    ),
    key=("ReportId",),
    required=("InvestigationId", "Status"),
)

FAMILY = Family("activity", "Reports and investigations", (WORKBENCH_SUBMISSIONS, WORKBENCH_AIR_INVESTIGATIONS))
