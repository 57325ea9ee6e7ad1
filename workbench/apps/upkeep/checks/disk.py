"""Room on the disk, now and at the rate at which rows come."""

from collections.abc import Iterator
from datetime import UTC, datetime

from workbench.apps.service.ready import LEAST_FREE
from workbench.apps.upkeep.finding import Checks, Finding, fault, ok, warn
from workbench.base.config import Workspace
from workbench.base.errors import StoreError
from workbench.events.store import Fault, Store, disk, free, limits, look
from workbench.events.tables import tables

_GIB, _SHOWN = 2**30, 5


def room(workspace: Workspace) -> Iterator[Finding]:
    """Is there room now?"""
    yield judged_room(free(Store(workspace.store)))


def judged_room(left: int) -> Finding:
    """So many bytes that are free."""
    if left < LEAST_FREE:
        return fault(f"only {left / _GIB:,.2f} GiB are free", "workbench store maintain, or enlarge the disk")
    return ok(f"{left / _GIB:,.1f} GiB are free")


def growth(workspace: Workspace) -> Iterator[Finding]:
    """Will there be room in 90 days?"""
    store, keep, now = Store(workspace.store), limits(workspace.settings.retention), datetime.now(UTC)
    found = [each for name in store.held() if (each := disk(store, name, now, keep.get(name)))]
    held = sum(each.data + each.sidecars for each in found)
    yield judged_growth(held, sum(each.forecast[1] for each in found), free(store))


def judged_growth(held: int, ahead: int, left: int) -> Finding:
    """Bytes of the tables now and in 90 days, and what is free."""
    said = f"tables take {held / _GIB:,.2f} GiB and {ahead / _GIB:,.2f} GiB in 90 days"
    if ahead - held > left:
        return warn(f"{said}: more than is free", "set [retention] in workbench.toml, then: workbench store maintain")
    return ok(said)


def readable(workspace: Workspace) -> Iterator[Finding]:
    """Can every table be opened, and are its data files as its log says?"""
    store = Store(workspace.store)
    for name in tables():
        try:
            found = list(look(store, name))
        except StoreError as error:
            found = [Fault(name, "", error.what, error.next_step)]
        for each in found[:_SHOWN]:
            yield fault(_said(each), f"workbench store check {name}")
        if len(found) > _SHOWN:
            yield fault(f"{len(found):,} data files of {name} are damaged", f"workbench store check {name}")


CHECKS = Checks("disk", (room, growth, readable))


def _said(each: Fault) -> str:
    return f"the data file {each.where} of {each.table} {each.what}" if each.where else each.what
