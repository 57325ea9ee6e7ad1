"""The audit trail: a chain of keyed digests with an anchor outside the database, and its proof."""

from workbench.ledger.audit.anchor import FILE as ANCHOR
from workbench.ledger.audit.anchor import Anchor, Line, Sink, last_line
from workbench.ledger.audit.chain import Trail, declare_restored, head_of, open_trail, rotate, seal
from workbench.ledger.audit.entry import SYSTEM, Actor, Entry, Head
from workbench.ledger.audit.export import Selection, export, show
from workbench.ledger.audit.faults import Fault, Tampering
from workbench.ledger.audit.keys import PUBLIC, prove_keys, read_public
from workbench.ledger.audit.verify import Verdict, verify

__all__ = [
    "ANCHOR",
    "PUBLIC",
    "SYSTEM",
    "Actor",
    "Anchor",
    "Entry",
    "Fault",
    "Head",
    "Line",
    "Selection",
    "Sink",
    "Tampering",
    "Trail",
    "Verdict",
    "declare_restored",
    "export",
    "head_of",
    "last_line",
    "open_trail",
    "prove_keys",
    "read_public",
    "rotate",
    "seal",
    "show",
    "verify",
]
