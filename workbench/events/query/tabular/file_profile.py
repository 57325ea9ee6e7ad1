"""``FileProfile``: what the service knows of a file all over the world (documentation page "FileProfile()").

Nobody knows that here: its columns are there and empty, so that hunts which narrow by prevalence bind and say so.
"""

from typing import TYPE_CHECKING

from workbench.events.query.kql.syntax import Call, Literal, Name
from workbench.events.query.plan import Columns, Const, Node, extended, nothing
from workbench.events.query.tabular._declare import Tabular, arguments

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

_COLUMNS: Columns = (
    ("SHA1", "string"),
    ("SHA256", "string"),
    ("MD5", "string"),
    ("FileSize", "long"),
    ("GlobalPrevalence", "int"),
    ("GlobalFirstSeen", "datetime"),
    ("GlobalLastSeen", "datetime"),
    ("Signer", "string"),
    ("Issuer", "string"),
    ("SignerHash", "string"),
    ("IsCertificateValid", "bool"),
    ("IsRootSignerMicrosoft", "bool"),
    ("SignatureState", "string"),
    ("IsExecutable", "bool"),
    ("ThreatName", "string"),
    ("Publisher", "string"),
    ("SoftwareName", "string"),
    ("ProfileAvailability", "string"),
)

_NOTE = (
    "FileProfile() gives empty columns, since the service alone knows them: a condition such as GlobalPrevalence < 100 "
    "holds for no row."
)


def _bind(call: Call, source: Node | None, binder: "Binder") -> Node:
    given = arguments(call, 0, 2, "T | invoke FileProfile(SHA1, 1000)", binder)
    if source is None:
        raise binder.error(call, "'FileProfile' works on rows")
    tree = given[0] if given else Name("SHA1", at=call.at)
    name = tree.name if isinstance(tree, Name) else tree.value if isinstance(tree, Literal) else None
    if not isinstance(name, str) or name not in source.types:
        raise binder.unknown(tree, "column", str(name or ""), source.types)
    binder.note(_NOTE)
    made = [(name, kind) for name, kind in _COLUMNS if name not in source.types]
    empty = ((name, nothing(kind)) for name, kind in made)
    told = [(name, Const("Missing", type="string") if name == "ProfileAvailability" else each) for name, each in empty]
    return extended(source, tuple(told))


TABULAR = Tabular(
    "FileProfile",
    "(SHA1, 1000)",
    "Prevalence, signer and verdict of files, as columns that are empty here: the service alone knows them.",
    _bind,
    follows=True,
)
