"""URLs, base64 and hashes: read and written once for each distinct text of a batch."""

from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, as_text, plain
from workbench.events.query.functions._declare import Family, Function
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


def _url_encode(text: pl.Expr) -> pl.Expr:
    return documents.mapped(text, lambda held: quote(held, safe=""), pl.String())


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


def _sha256(value: Value) -> Value:
    hashed = documents.mapped(as_text(value), lambda held: sha256(held.encode()).hexdigest(), pl.String())
    return plain(hashed, "string")


FAMILY = Family(
    "Encodings",
    (
        Function(
            "parse_url",
            "(url:string)",
            "dynamic",
            "The parts of an absolute URL: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.",
            _parse_url,
        ),
        Function(
            "parse_urlquery", "(query:string)", "dynamic", "The parameters of a URL query as a bag.", _parse_urlquery
        ),
        Function("url_decode", "(text:string)", "string", "The text without percent encoding.", _url_decode),
        Function("url_encode", "(text:string)", "string", "The text with percent encoding.", _url_encode),
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
        Function("hash_sha256", "(value:any)", "string", "SHA-256 of the text of a value.", _sha256, raw=True),
    ),
)
