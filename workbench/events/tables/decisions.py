"""What people decided in the ledger, and the trail of it, as rows: changed by nobody here, projected from there."""

from workbench.events.tables._declare import Accelerators, Column, Family, Table

_VERSION = Column("Version", "long", "Counts the changes of the object; the greatest is how it stands now")
_CHANGED = (
    Column("CreatedBy", "string", "Account that made it"),
    Column("UpdatedBy", "string", "Account that last changed it"),
    Column("UpdatedTime", "datetime", "When it was last changed"),
    Column("IsDeleted", "bool", "Whether it was removed"),
)


def _made(what: str) -> Column:
    return Column("Timestamp", "datetime", f"When {what}")


WORKBENCH_AUDIT = Table(
    "WorkbenchAudit",
    "One row per audit record: every change of the ledger, look at content and denial. The proof is the ledger's.",
    (
        _made("it was done"),
        Column("Seq", "long", "Number of the record, from 1 without gaps"),
        Column("Actor", "string", "Account that did it; system for the product itself"),
        Column("ActorKind", "string", "user, automation or system"),
        Column("Roles", "dynamic", "Roles of the account at the time"),
        Column("SessionId", "string", "Session or token it was done with"),
        Column("IPAddress", "string", "Address the request came from"),
        Column("Verb", "string", "What was done, such as note.edit or message.look"),
        Column("ObjectKind", "string", "Kind of the object"),
        Column("ObjectId", "string", "Id of the object"),
        Column("Before", "dynamic", "Changed fields as they were"),
        Column("After", "dynamic", "Changed fields as they are"),
        Column("Reason", "string", "Why, as the actor gave it"),
        Column("RequestId", "string", "Request it was done in, which stands in the logs too"),
        Column("Mac", "string", "Digest that binds the record to the one before"),
    ),
    key=("Seq",),
    own=True,
    required=("Seq", "Actor", "Verb"),
)

WORKBENCH_RUNS = Table(
    "WorkbenchRuns",
    "One row per run of a playbook, as it stands.",
    (
        _made("it was asked for"),
        Column("RunId", "string", "Id of the run"),
        _VERSION,
        Column("Playbook", "string", "Name of the playbook"),
        Column("PlaybookSHA256", "string", "SHA-256 of the notebook that was asked for"),
        Column("Parameters", "dynamic", "Parameters it runs with"),
        Column("State", "string", "queued, running, succeeded, failed, cancelled or timed_out"),
        Column("Priority", "int", "Lower is sooner"),
        Column("Trigger", "string", "What started it: person, alert or schedule"),
        Column("TriggerReference", "string", "Alert, or schedule and tick"),
        Column("RequestedBy", "string", "Account that asked for it"),
        Column("Worker", "string", "Worker that runs or ran it"),
        Column("Attempts", "int", "How often it was begun"),
        Column("FailureCause", "string", "Why it did not succeed"),
        Column("FailureNextStep", "string", "What to do about it"),
        Column("FindingsSHA256", "string", "SHA-256 of its findings"),
        Column("ExecutedSHA256", "string", "SHA-256 of the executed notebook"),
        Column("StartTime", "datetime", "When it was begun"),
        Column("EndTime", "datetime", "When it ended"),
        Column("Deadline", "datetime", "When it is ended at the latest"),
        *_CHANGED,
    ),
    key=("RunId",),
    own=True,
    required=("RunId", "Version", "Playbook", "State"),
    version=("Version",),
    accelerators=Accelerators(lookups=("RunId",)),
)

WORKBENCH_NOTES = Table(
    "WorkbenchNotes",
    "One row per note on an entity, as it stands.",
    (
        _made("it was written"),
        Column("NoteId", "string", "Id of the note"),
        _VERSION,
        Column("EntityKind", "string", "What it is about: domain, user, url ..."),
        Column("EntityValue", "string", "The entity in canonical form"),
        Column("Text", "string", "What was written"),
        *_CHANGED,
    ),
    key=("NoteId",),
    own=True,
    required=("NoteId", "Version", "EntityKind", "EntityValue"),
    version=("Version",),
)

WORKBENCH_SAVED_VIEWS = Table(
    "WorkbenchSavedViews",
    "One row per saved view of the Explorer, as it stands.",
    (
        _made("it was saved"),
        Column("ViewId", "string", "Id of the saved view"),
        _VERSION,
        Column("Name", "string", "Its name"),
        Column("Text", "string", "The view as a text: window, filter, pivot, list, columns and order, in YAML"),
        Column("Note", "string", "What it is for"),
        *_CHANGED,
    ),
    key=("ViewId",),
    own=True,
    required=("ViewId", "Version", "Name"),
    version=("Version",),
)

WORKBENCH_TRACKED_QUERIES = Table(
    "WorkbenchTrackedQueries",
    "One row per tracked query, as it stands.",
    (
        _made("it was tracked first"),
        Column("QueryId", "string", "Id of the tracked query"),
        _VERSION,
        Column("Name", "string", "Its name"),
        Column("Query", "string", "The question in KQL"),
        Column("Span", "string", "Window it is asked of"),
        Column("Note", "string", "What it is for"),
        Column("IsEnabled", "bool", "Whether it is asked"),
        Column("LastAskedTime", "datetime", "When the service asked it last"),
        Column("LastCount", "long", "Rows it had then"),
        *_CHANGED,
    ),
    key=("QueryId",),
    own=True,
    required=("QueryId", "Version", "Name", "Query"),
    version=("Version", "LastAskedTime"),
)

WORKBENCH_SCHEDULES = Table(
    "WorkbenchSchedules",
    "One row per schedule of a playbook, as it stands.",
    (
        _made("it was made"),
        Column("ScheduleId", "string", "Id of the schedule"),
        _VERSION,
        Column("Name", "string", "Its name"),
        Column("Playbook", "string", "Playbook that runs"),
        Column("Parameters", "dynamic", "Parameters it runs with"),
        Column("Cron", "string", "When, as a cron expression"),
        Column("TimeZone", "string", "Time zone of the expression"),
        Column("IsEnabled", "bool", "Whether it runs"),
        Column("Missed", "string", "What becomes of ticks nobody was there for: skip, or once for all of them"),
        *_CHANGED,
    ),
    key=("ScheduleId",),
    own=True,
    required=("ScheduleId", "Version", "Name", "Playbook", "Cron"),
    version=("Version",),
)

FAMILY = Family(
    "decisions",
    "Decisions and audit",
    (
        WORKBENCH_AUDIT,
        WORKBENCH_RUNS,
        WORKBENCH_NOTES,
        WORKBENCH_SAVED_VIEWS,
        WORKBENCH_TRACKED_QUERIES,
        WORKBENCH_SCHEDULES,
    ),
)
