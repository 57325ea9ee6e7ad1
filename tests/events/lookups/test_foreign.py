import json
import lzma
from ipaddress import ip_address
from pathlib import Path

import pytest

from workbench.base.errors import BadInput
from workbench.events.lookups.about import Match
from workbench.events.lookups.foreign import incoming

FIRST = int(ip_address("2001:db8::"))


def put(folder: Path, text: str | bytes, name: str = "given.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "match", "entries"),
    [
        ("a.example\n# why\n\n b.example \r\n", Match.hostname, ["a.example", "b.example"]),
        ("\ufeffdomain,seen\na.example,3\n", Match.hostname, ["a.example"]),
        ("192.0.2.0/24\n2001:db8::/32\n192.0.2.9\n", Match.cidr, ["192.0.2.0/24", "2001:db8::/32", "192.0.2.9"]),
        ("192.0.2.0,192.0.2.9,NL\n::1,::9,DE\n", Match.range, ["192.0.2.0,192.0.2.9,NL", "::1,::9,DE"]),
        ("3221225985,3221225986,NL\n", Match.range, ["192.0.2.1,192.0.2.2,NL"]),
        (f"{FIRST},{FIRST + 1},NL\n", Match.range, ["2001:db8::,2001:db8::1,NL"]),
        ('192.0.2.0,192.0.2.9,64496,"Northgate, Inc."\n', Match.range, ["192.0.2.0,192.0.2.9,AS64496 Northgate, Inc."]),
        ("192.0.2.0\t192.0.2.9\t64496\tNL\tNORTH GATE\n", Match.range, ["192.0.2.0,192.0.2.9,AS64496 NORTH GATE"]),
        ("network,country\n192.0.2.0/24,NL\n", Match.range, ["192.0.2.0,192.0.2.255,NL"]),
        ("# title: Ours\n# match: string\n# licence: x\nA b, c\n", Match.string, ["A b, c"]),
    ],
)
def test_each_way_to_write_a_list(tmp_path: Path, text: str, match: Match, entries: list[str]) -> None:
    given = incoming(put(tmp_path, text), "own")
    assert given.about.match is match
    assert given.entries.to_list() == entries
    assert given.about.date


def test_ranges_are_plain_entries_where_the_list_is_one_of_addresses(tmp_path: Path) -> None:
    given = incoming(put(tmp_path, "192.0.2.0/24,NL\n"), "own", Match.cidr)
    assert given.entries.to_list() == ["192.0.2.0/24"]


@pytest.mark.quirk(
    "reference lists", "the kind of a list decides how it matches: string, hostname, substring, cidr, regex"
)
def test_a_misp_list_says_its_kind_date_and_licence(tmp_path: Path) -> None:
    told = {"name": "Ports", "type": "regex", "version": 20260811, "list": ["/^a+/i", "b"]}
    given = incoming(put(tmp_path, json.dumps(told), "list.json"), "own")
    assert given.entries.to_list() == ["^a+", "b"]
    about = given.about
    assert (about.title, about.match, about.date, about.licence) == ("Ports", Match.regex, "2026-08-11", "CC0-1.0")


def test_the_suffix_list_gives_its_public_division_and_date(tmp_path: Path) -> None:
    text = (
        "// VERSION: 2026-10-22_08-36-41_UTC\n// ===BEGIN ICANN DOMAINS===\n// x : y\nuk\nco.uk\n*.ck\n!www.ck\n\n"
        "// ===END ICANN DOMAINS===\n// ===BEGIN PRIVATE DOMAINS===\ngithub.io\n"
    )
    given = incoming(put(tmp_path, text, "public_suffix_list.dat"), "public_suffixes")
    assert given.entries.to_list() == ["uk", "co.uk", "*.ck", "!www.ck"]
    assert (given.about.match, given.about.date) == (Match.suffix, "2026-10-22")


@pytest.mark.parametrize("text", ["", "  \n", "{", '{"list": 3}', '{"a": [1]}', '{"list": {"a": 1}}'])
def test_a_file_that_is_no_list_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"given\.txt"):
        incoming(put(tmp_path, text), "own")


@pytest.mark.parametrize(
    "text", [b"\x00\xff\xfe\x00", b'"' * 999, b'a,"b\nc', b",,,,\n" * 3, b"\x1b[2Ja.example\n", b"{}"]
)
def test_hostile_bytes_are_read_or_refused_in_words(tmp_path: Path, text: bytes) -> None:
    try:
        assert incoming(put(tmp_path, text), "own").entries is not None
    except BadInput as error:
        assert "given.txt" in error.where


@pytest.mark.quirk("reference lists", "warning lists: simulators, shorteners, trusted-site abuse, dynamic DNS")
def test_every_warning_list_of_the_data_sets_is_read_whole(shared: Path) -> None:
    for path in (shared / "datasets/threat_intel_dev/warninglists").glob("*.json.xz"):
        told = json.loads(lzma.decompress(path.read_bytes()))
        assert len(incoming(path, "own").entries) == len(told["list"])
