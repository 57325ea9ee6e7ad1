"""User agents: the browser, system and device that a text names. The common families; what is unknown is Other."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workbench.events.query.backend import documents
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct_text
from workbench.events.query.kql.literals import json_text

_VERSION = r"[/ ]v?(\d+)(?:\.(\d+))?(?:\.(\d+))?"

_BROWSERS: Sequence[tuple[str, str]] = (
    ("AdobeAIR", "AdobeAIR"),
    ("Edge", "Edg(?:e|A|iOS)?"),
    ("Opera", "OPR"),
    ("Vivaldi", "Vivaldi"),
    ("Yandex Browser", "YaBrowser"),
    ("Samsung Internet", "SamsungBrowser"),
    ("UC Browser", "UC ?Browser"),
    ("Outlook", "Microsoft Outlook|Outlook-(?:iOS|Android)"),
    ("Thunderbird", "Thunderbird"),
    ("HeadlessChrome", "HeadlessChrome"),
    ("Electron", "Electron"),
    ("Firefox iOS", "FxiOS"),
    ("Chrome Mobile iOS", "CriOS"),
    ("Firefox Mobile", r"\A(?=.*(?:Mobile|Tablet)).*Firefox"),
    ("Firefox", "Firefox"),
    ("Chrome Mobile", r"Chrome(?=/[\d.]+ Mobile)"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Nokia OSS Browser", "Series60"),
    ("Mobile Safari", r"Version(?=/[\d.]+ Mobile)"),
    ("Safari", r"Version(?=/[\d.]+.*Safari)"),
    ("Android", r"Android(?=.*Version)"),
    ("IE", "MSIE"),
    ("Opera", "Opera"),
    ("curl", "curl"),
    ("Wget", "Wget"),
    ("Python Requests", "python-requests"),
    ("Python aiohttp", "aiohttp"),
    ("Python-urllib", "Python-urllib"),
    ("Go-http-client", "Go-http-client"),
    ("PowerShell", "(?:Windows)?PowerShell"),
    ("axios", "axios"),
    ("okhttp", "okhttp"),
    ("Java", "Java"),
    ("Apache-HttpClient", "Apache-HttpClient"),
    ("PostmanRuntime", "PostmanRuntime"),
    ("Googlebot", "Googlebot"),
    ("bingbot", "bingbot"),
)
"""Family, and what stands before its version; the first that is found counts."""

_NT: Mapping[str, str] = MappingProxyType(
    {"5.1": "XP", "5.2": "XP", "6.0": "Vista", "6.1": "7", "6.2": "8", "6.3": "8.1", "10.0": "10"}
)

_SYSTEMS: Sequence[tuple[str, str]] = (
    ("Windows Phone", r"Windows Phone(?: OS)?"),
    ("iOS", r"(?:CPU (?:iPhone )?OS|iPhone OS|iOS)"),
    ("Android", "Android"),
    ("Mac OS X", r"Mac OS X"),
    ("Chrome OS", r"CrOS \w+"),
    ("Symbian OS", "SymbianOS"),
    ("Ubuntu", "Ubuntu"),
    ("Fedora", "Fedora"),
    ("Linux", "Linux"),
)

_DEVICES: Sequence[tuple[str, str, str, str]] = (
    ("iPhone", "iPhone", "Apple", "iPhone"),
    ("iPad", "iPad", "Apple", "iPad"),
    ("iPod", "iPod", "Apple", "iPod"),
    ("Mac", "Macintosh", "Apple", "Mac"),
    ("Spider", r"(?i)bot\b|spider|crawler", "Spider", "Desktop"),
)

_TRIDENT = re.compile(r"Trident/7.*rv:(\d+)\.(\d+)")
_WINDOWS = re.compile(r"Windows NT (\d+\.\d+)")
_NOKIA = re.compile(r"Nokia ?([A-Z0-9][\w-]*)")
_BUILD = re.compile(r"Android[^;)]*; (?:[a-z]{2}[-_][a-zA-Z]{2}; )?([^;)]+?)(?: Build/[^;)]*)?[;)]")
_LONGEST = 2048
"""Characters of a user agent that are looked at."""


def _versioned(names: Sequence[tuple[str, str]], version: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((family, re.compile(f"(?:{before}){version}")) for family, before in names)


_READ_BROWSERS = _versioned(_BROWSERS, _VERSION)
_READ_SYSTEMS = _versioned(_SYSTEMS, r"(?:[/ ](\d+)(?:[._](\d+))?(?:[._](\d+))?(?:[._](\d+))?)?")


def _browser(text: str) -> dict[str, str]:
    names = ("Family", "MajorVersion", "MinorVersion", "Patch")
    if hit := _TRIDENT.search(text):
        return dict(zip(names, ("IE", hit[1], hit[2], ""), strict=True))
    for family, pattern in _READ_BROWSERS:
        if hit := pattern.search(text):
            return dict(zip(names, (family, *hit.groups(default="")), strict=True))
    return dict(zip(names, ("Other", "", "", ""), strict=True))


def _system(text: str) -> dict[str, str]:
    names = ("Family", "MajorVersion", "MinorVersion", "Patch", "PatchMinor")
    if hit := _WINDOWS.search(text):
        return dict(zip(names, ("Windows", _NT.get(hit[1], hit[1]), "", "", ""), strict=True))
    for family, pattern in _READ_SYSTEMS:
        if hit := pattern.search(text):
            return dict(zip(names, (family, *hit.groups(default="")), strict=True))
    family = "Windows" if "Windows" in text else "Other"
    return dict(zip(names, (family, "", "", "", ""), strict=True))


def _device(text: str) -> dict[str, str]:
    names = ("Family", "Brand", "Model")
    for family, pattern, brand, model in _DEVICES:
        if re.search(pattern, text):
            return dict(zip(names, (family, brand, model), strict=True))
    if hit := _NOKIA.search(text):
        return dict(zip(names, (f"Nokia {hit[1]}", "Nokia", hit[1]), strict=True))
    if hit := _BUILD.search(text):
        return dict(zip(names, (hit[1], "Generic_Android", hit[1]), strict=True))
    return dict(zip(names, ("Other", "", ""), strict=True))


_PARTS = MappingProxyType(
    {"browser": ("Browser", _browser), "os": ("OperatingSystem", _system), "device": ("Device", _device)}
)


def _parse_user_agent(text: str, wanted: str = '["browser","os","device"]') -> str | None:
    held = documents.read(wanted)
    words = held if isinstance(held, list) else [wanted]
    parts = [_PARTS[word.lower()] for word in words if isinstance(word, str) and word.lower() in _PARTS]
    return json_text({name: read(text[:_LONGEST]) for name, read in parts}) if parts else None


FAMILY = Family(
    "User agents",
    (
        Function(
            "parse_user_agent",
            "(agent:string, parts:string|dynamic?)",
            "dynamic",
            "Browser, OperatingSystem and Device of a user agent, or those asked for as browser, os, device.",
            distinct_text("dynamic", _parse_user_agent),
            raw=True,
        ),
    ),
)
