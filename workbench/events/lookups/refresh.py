"""Take a newer list into a workspace: checked as a whole, then put in place at once."""

import gzip
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from workbench.base.errors import BadInput, NotFound
from workbench.events.lookups.about import NAME, SUFFIXES, About, Match, about, read
from workbench.events.lookups.foreign import incoming
from workbench.events.lookups.lists import SUPPLIED, Lookups, entries_of, files_in
from workbench.events.lookups.matching import faults

_SHOWN = 5
_LONGEST_SHOWN = 100
_HOSTS = (Match.hostname, Match.domain)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did. ``before`` is the list that counted until now, None where there was none.

    ``refused`` are entries the list cannot hold, with the reason: the first few of ``refusals``.
    """

    name: str
    before: About | None
    after: About
    refusals: int
    repeated: int
    refused: Mapping[str, str]


def refresh(
    folder: Path, name: str, path: Path, *, match: Match | None = None, licence: str = "", shrinking: bool = False
) -> Refreshed:
    """Make a file the workspace's list of that name. ``folder`` is the workspace's; nothing else is changed.

    The entries are meant as those of the list that counts until now, unless ``match`` says otherwise; those of a list
    that is new, as the file says or looks. Entries that cannot be are left out and told; a file with more of them than
    of sound ones is refused, and so is one with fewer than half the rows that count until now, unless it is
    said to be ``shrinking``.

    Raises:
        BadInput: the name or file cannot be used; the list that counts stays as it is.
    """
    if not NAME.fullmatch(name):
        step = "Use lower-case letters, digits and underscores, a letter first, such as partner_domains."
        raise BadInput(f"{name[:80]!r} is no name of a list", next_step=step)
    before = _in_force(folder, name)
    expected = match or (before.match if before else SUPPLIED[name][0] if name in SUPPLIED else None)
    given = incoming(path, name, expected)
    listed = _tidy(given.entries, given.about.match)
    wrong = faults(given.about.match, listed)
    sound = listed.filter(~pl.Series(range(len(listed)), dtype=pl.Int64).is_in(list(wrong)))
    entries = sound.unique(maintain_order=True)
    refused = {listed[place][:_LONGEST_SHOWN]: why for place, why in list(wrong.items())[:_SHOWN]}
    _must_be_sound(len(entries), wrong, refused, path)
    if before and not shrinking:
        _must_not_shrink(_rows(folder, name, before), len(entries), path)
    after = replace(given.about, rows=len(entries), licence=licence or given.about.licence)
    _put(folder, name, after, entries)
    return Refreshed(name, before, after, len(wrong), len(sound) - len(entries), refused)


def remove(folder: Path, name: str) -> bool:
    """Remove the workspace's own list; answers whether one that ships counts again.

    Raises:
        NotFound: the workspace has no list of its own of that name.
    """
    if name not in files_in(folder):
        raise NotFound(f"This workspace has no list of its own named {name[:80]!r}", where=str(folder))
    for suffix in SUFFIXES:
        (folder / f"{name}{suffix}").unlink(missing_ok=True)
    return name in Lookups(folder).paths


def _in_force(folder: Path, name: str) -> About | None:
    """What the list that counts says of itself; None where there is none, or one that cannot be read."""
    held = Lookups(folder).paths.get(name)
    try:
        return about(held) if held else None
    except BadInput:
        return None


def _tidy(entries: pl.Series, match: Match) -> pl.Series:
    """Entries as we write them: no blanks around; hosts in lower case, ``*.`` as a leading dot; no line breaks."""
    lines = entries.cast(pl.String).fill_null("").str.replace_all(r"[\r\n]+", " ").str.strip_chars()
    lines = lines.filter(lines != "")
    return lines.str.to_lowercase().str.strip_prefix("*").str.strip_suffix(".") if match in _HOSTS else lines


def _must_be_sound(kept: int, wrong: Mapping[int, str], refused: Mapping[str, str], path: Path) -> None:
    if kept and len(wrong) <= kept:
        return
    why = "; ".join(f"{entry!r} {reason}" for entry, reason in refused.items())
    what = f"The file does not look like such a list: {kept:,} entries are sound, {len(wrong):,} are not"
    raise BadInput(f"{what} ({why})" if why else what, where=str(path), next_step="Name its kind with --match.")


def _rows(folder: Path, name: str, said: About) -> int:
    """The rows of the list that counts: as its head says, else counted."""
    return said.rows if said.rows is not None else len(entries_of(read(Lookups(folder).paths[name])))


def _must_not_shrink(before: int, after: int, path: Path) -> None:
    if after * 2 >= before:
        return
    what = f"The file holds {after:,} {'entry' if after == 1 else 'entries'}, and the list that counts {before:,}"
    raise BadInput(what, where=str(path), next_step="If it is meant to shrink by more than half, add --yes.")


def _put(folder: Path, name: str, said: About, entries: pl.Series) -> None:
    """Write the list beside its place and move it there; what counted before is whole until then."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".{name}.new"
    content = "".join([said.head(), *(f"{entry}\n" for entry in entries)]).encode()
    with new.open("wb") as file:
        file.write(gzip.compress(content, 6, mtime=0))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / f"{name}.txt.gz")
    (folder / f"{name}.txt").unlink(missing_ok=True)
    (folder / f"{name}.txt.xz").unlink(missing_ok=True)
