"""What a file is by its first bytes, and what its name says it is."""

import re

MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gz"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"MSCF", "cab"),
    (0, b"\x60\xea", "arj"),
    (0, b"MZ", "exe"),
    (0, b"\x7fELF", "elf"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "lnk"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "one"),
    (0, b"ITSF", "chm"),
    (0, b"{\\rt", "rtf"),
    (0, b"\x89PNG", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tif"),
    (0, b"MM\x00*", "tif"),
    (0, b"RIFF", "riff"),
    (0, b"ID3", "mp3"),
    (4, b"ftyp", "mp4"),
    (32769, b"CD001", "iso"),
    (0, b"conectix", "vhd"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"\xd4\xc3\xb2\xa1", "pcap"),
    (0, b"BEGIN:VCALENDAR", "ics"),
    (0, b"BEGIN:VCARD", "vcf"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
)
"""Offset, bytes, type; the first that fits counts."""

_OFFICE = "docx docm dotx dotm xlsx xlsm xlsb xltx xltm xlam pptx pptm ppsx ppsm potx ppam odt ods odp vsdx"
_ENDINGS = {
    "zip": f"zip jar apk epub kmz xpi pages numbers key whl nupkg {_OFFICE}",
    "ole": f"doc dot xls xlt xla ppt pps pot msg msi vsd pub mpp wps one db {_OFFICE}",
    "exe": "exe dll scr com cpl sys pif msi ocx",
    "jpg": "jpg jpeg jpe jfif",
    "gz": "gz tgz svgz",
    "riff": "wav webp avi",
    "mp4": "mp4 m4a m4v mov heic heif 3gp avif",
    "tif": "tif tiff",
    "html": "html htm shtml xhtml mht mhtml hta aspx php",
    "xml": "xml svg xhtml html htm mobileconfig plist rels xsl rdf kml mht mhtml",
    "svg": "svg xml",
    "rtf": "rtf doc",
    "eml": "eml mht mhtml txt",
    "ics": "ics vcs",
    "tnef": "dat",
    "iso": "iso img udf",
    "bz2": "bz2 tbz",
}
_NAMED = {kind: frozenset(endings.split()) for kind, endings in _ENDINGS.items()}
_BLANKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|script|meta|table|div|iframe)\b", re.I | re.S
)
_XML = re.compile(rb"\s*<(?:\?xml|!doctype|plist)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_MAIL = re.compile(rb"(?:Received|Return-Path|From|Delivered-To|MIME-Version|Date|Subject): ", re.IGNORECASE)
_EXTENSION = re.compile(r"\.([a-z0-9_]{1,12})[\s.]*$")
_DOUBLE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt|csv|jpe?g|png|gif|bmp|mp[34]|wav|avi|html?|zip|xml|eml)[\s._]*"
    r"\.(?:exe|scr|com|pif|bat|cmd|cpl|jse?|vbs?e?|wsf|wsh|hta|lnk|ps1|msi|jar|iso|img|vhdx?|chm|one|html?|shtml|svg|"
    r"zip|rar|7z|gz|z|ace|arj|cab|url|reg|scf|docm|xlsm)$"
)
_HEAD = 4_096


def sniff(data: bytes) -> str:
    """The type of a file by its content, for instance ``pdf``; empty where the table does not know it."""
    if not data:
        return ""
    for offset, magic, name in MAGIC:
        if data.startswith(magic, offset):
            return name
    head = data[:_HEAD].lstrip(_BLANKS)
    if head.startswith(b"{\\rt"):
        return "rtf"
    if _XML.match(head) and not _HTML.match(head):
        return "svg" if _SVG.search(head) else "xml"
    if _HTML.match(head):
        return "html"
    if _SVG.match(head):
        return "svg"
    return "eml" if _MAIL.match(head) else ""


def extension(name: str) -> str:
    """What follows the last dot of a file name, in lower case; dots and blanks behind it are skipped, as systems do."""
    found = _EXTENSION.search(name.lower())
    return found[1] if found else ""


def is_mismatch(named: str, sniffed: str) -> bool:
    """Whether the content is of a known type that files of this extension do not have."""
    if not named or not sniffed:
        return False
    return named not in _NAMED.get(sniffed, frozenset((sniffed,)))


def has_two_extensions(name: str) -> bool:
    """Whether a harmless extension stands before one that runs or hides something: ``invoice.pdf.exe``."""
    return _DOUBLE.search(name.lower().rstrip(". ")) is not None
