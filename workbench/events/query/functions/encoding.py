"""URLs, base64 and packed text: read and written once for each distinct text of a batch."""

import re
import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from uuid import UUID

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text


def _parse_url(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, _url_parts, pl.String())


def _url_parts(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        port = str(parts.port or "")
    except ValueError:
        return json_text(dict.fromkeys(_PARTS, "") | {"Query Parameters": {}})
    found = (parts.scheme, parts.hostname or "", port, parts.path, parts.username or "", parts.password or "")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    named = dict(zip(_PARTS, found, strict=False))
    return json_text(named | {"Query Parameters": query, "Fragment": parts.fragment})


_PARTS = ("Scheme", "Host", "Port", "Path", "Username", "Password", "Query Parameters", "Fragment")


def _parse_urlquery(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, _query_parts, pl.String())


def _query_parts(text: str) -> str:
    bare = text.removeprefix("?")
    return json_text({"Query Parameters": dict(parse_qsl(bare, keep_blank_values=True))})


def _url_decode(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, unquote, pl.String())


def _url_encode(text: str) -> str:
    """As ``_url_encode_component``, but a space becomes ``+``."""
    return _url_encode_component(text).replace("%20", "+")


def _url_encode_component(text: str) -> str:
    """Everything but letters, digits and ``-._~`` as percent and two small hexadecimal digits."""
    return _ESCAPE.sub(lambda hit: hit[0].lower(), quote(text, safe=""))


_ESCAPE = re.compile("%[0-9A-F]{2}")


def _base64_encode(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, lambda held: b64encode(held.encode()).decode(), pl.String())


def _base64_decode(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, _decoded, pl.String())


def _decoded(text: str) -> str:
    """What is no base64, or no UTF-8 once decoded, gives nothing."""
    try:
        return b64decode(text, validate=True).decode()
    except (Error, UnicodeDecodeError, ValueError):
        return ""


def _decoded_bytes(text: str) -> str | None:
    try:
        return json_text([*b64decode(text, validate=True)])
    except (Error, ValueError):
        return None


def _encoded_bytes(array: str) -> str | None:
    try:
        return b64encode(bytes(each for each in documents.read(array))).decode()  # type: ignore[attr-defined]  # else TypeError
    except (TypeError, ValueError):
        return None


def _to_guid(text: str) -> str | None:
    """The bytes in the order in which .NET keeps them."""
    try:
        return str(UUID(bytes_le=b64decode(text, validate=True)))
    except (Error, ValueError):
        return None


def _from_guid(guid: str) -> str:
    return b64encode(UUID(guid).bytes_le).decode()


def _unpacked(window: int) -> Callable[[str], str | None]:
    """What is packed in a text; what would grow beyond what a text may be gives nothing, and so does what is broken."""

    def unpack(text: str) -> str | None:
        engine = zlib.decompressobj(window)
        try:
            data = engine.decompress(b64decode(text, validate=True), _LARGEST)
            return data.decode() if engine.eof else None
        except (Error, ValueError, zlib.error):
            return None

    return unpack


def _packed(window: int) -> Callable[[str], str]:
    def pack(text: str) -> str:
        engine = zlib.compressobj(wbits=window)
        return b64encode(engine.compress(text.encode()) + engine.flush()).decode()

    return pack


_LARGEST = 4 * 1_048_576
"""Bytes that packed text may grow to."""
_GZIP, _ZLIB = 31, 15


def _packing(name: str, window: int) -> tuple[Function, Function]:
    what = "(text:string)"
    return (
        Function(
            f"{name}_decompress_from_base64_string",
            what,
            "string",
            f"The text that base64 of {name} stands for, up to 4 MB; empty where it stands for none.",
            distinct("string", _unpacked(window)),
        ),
        Function(
            f"{name}_compress_to_base64_string",
            what,
            "string",
            f"The text packed by {name}, as base64.",
            distinct("string", _packed(window)),
        ),
    )


FAMILY = Family(
    "Encodings",
    (
        Function(
            "parse_url",
            "(url:string)",
            "dynamic",
            "The parts of an absolute URL: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.",
            _parse_url,
            aliases=("parseurl",),
        ),
        Function(
            "parse_urlquery",
            "(query:string)",
            "dynamic",
            "The parameters of a URL query as a bag.",
            _parse_urlquery,
            aliases=("parseurlquery",),
        ),
        Function("url_decode", "(text:string)", "string", "The text without percent encoding.", _url_decode),
        Function(
            "url_encode",
            "(text:string)",
            "string",
            "The text with percent encoding, a space as a plus.",
            distinct("string", _url_encode),
        ),
        Function(
            "url_encode_component",
            "(text:string)",
            "string",
            "The text with percent encoding, spaces too.",
            distinct("string", _url_encode_component),
        ),
        Function(
            "base64_encode_tostring",
            "(text:string)",
            "string",
            "The text as base64.",
            _base64_encode,
            aliases=("base64_encodestring",),
        ),
        Function(
            "base64_decode_tostring",
            "(text:string)",
            "string",
            "The text that base64 stands for; empty where it stands for none.",
            _base64_decode,
            aliases=("base64_decodestring",),
        ),
        Function(
            "base64_decode_toarray",
            "(text:string)",
            "dynamic",
            "The bytes that base64 stands for as an array of numbers.",
            distinct("dynamic", _decoded_bytes),
        ),
        Function(
            "base64_encode_fromarray",
            "(bytes:dynamic)",
            "string",
            "An array of bytes as base64.",
            distinct("string", _encoded_bytes),
        ),
        Function(
            "base64_decode_toguid",
            "(text:string)",
            "guid",
            "The guid that base64 stands for.",
            distinct("guid", _to_guid),
        ),
        Function(
            "base64_encode_fromguid", "(guid:guid)", "string", "A guid as base64.", distinct("string", _from_guid)
        ),
        *_packing("gzip", _GZIP),
        *_packing("zlib", _ZLIB),
    ),
)
