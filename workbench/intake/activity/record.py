"""One audit record to rows."""

from collections.abc import Callable
from functools import partial

from workbench.intake.activity.alerts import alert_rows
from workbench.intake.activity.carrier import Carried, opened
from workbench.intake.activity.clicks import click_rows
from workbench.intake.activity.cloud_apps import cloud_app_rows
from workbench.intake.activity.event import Event, common
from workbench.intake.activity.files import file_rows
from workbench.intake.activity.investigations import investigation_rows, submission_rows
from workbench.intake.activity.office import office_rows
from workbench.intake.activity.reading import Context, Faults, Reading, Row, guarded
from workbench.intake.activity.sign_ins import sign_in_rows
from workbench.intake.activity.threat_mail import threat_mail_rows

Tables = dict[str, list[Row]]
Mapping = Callable[[Event], Tables]


def read_record(record: Row, context: Context) -> Reading:
    """Read one audit record: the document itself, or an export's row that carries it in a cell.

    Whatever it holds, nothing is raised. Every record that has a time gives a row of CloudAppEvents; what its kind adds
    is read in a guarded step of its own. A record without a time, or cut by its carrier, is to be set aside.
    """
    faults = Faults()
    carried = guarded(faults, "record", lambda: opened(record), Carried({}, "the record cannot be read"))
    read = guarded(faults, "record", lambda: _read(carried, context, faults), None)
    if read is None:
        return Reading({}, faults.kept(), carried.cut or "the record cannot be read")
    rows, document = read
    if not rows:
        return Reading({}, faults.kept(), carried.cut or "CreationTime is missing or no instant")
    return Reading(rows, faults.kept(), carried.cut, document if document is carried.document else None)


def _read(carried: Carried, context: Context, faults: Faults) -> tuple[Tables, Row]:
    """Rows, and the document as it stands in them."""
    if not carried.document:
        return {}, {}
    event = common(carried.document, context, faults)
    return ({}, {}) if event.time is None else (_rows(event, carried.cut, faults), event.document)


def _rows(event: Event, cut: str, faults: Faults) -> Tables:
    rows = {"CloudAppEvents": cloud_app_rows(event, cut)}
    if cut:
        return rows
    mappings = _OF_KIND.get(event.kind or 0, (_office,))
    for each in mappings:
        found = guarded(faults, event.kind_name or "record", partial(each, event), Tables())
        rows |= {name: listed for name, listed in found.items() if listed}
    return rows


def _office(event: Event) -> Tables:
    return {"OfficeActivity": office_rows(event)}


def _into(table: str, read: Callable[[Event], list[Row]]) -> Mapping:
    return lambda event: {table: read(event)}


_SIGN_INS = (_into("EntraIdSignInEvents", sign_in_rows),)
_INVESTIGATIONS = (_into("WorkbenchAirInvestigations", investigation_rows),)
_OF_KIND: dict[int, tuple[Mapping, ...]] = {
    9: _SIGN_INS,
    15: _SIGN_INS,
    28: (threat_mail_rows,),
    29: (_into("WorkbenchSubmissions", submission_rows),),
    40: (alert_rows,),
    41: (_into("UrlClickEvents", click_rows),),
    47: (_into("FileMaliciousContentInfo", file_rows),),
    64: _INVESTIGATIONS,
    86: _INVESTIGATIONS,
    89: _INVESTIGATIONS,
}
"""What a kind of record adds to its row of CloudAppEvents; of other kinds, those of mirrored services are mirrored."""
