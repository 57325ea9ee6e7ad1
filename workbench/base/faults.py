"""What is wrong with a value that was checked, in words that follow on its name: "days" "is no whole number"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_PREFIX = "Value error, "
_TIME = "is no time with its zone, such as 2026-03-02T08:30:00Z"
_GROUP = "is no group of names and values"
_SAID = MappingProxyType(
    {
        "missing": "must be given",
        "extra_forbidden": "is not known here",
        "json_invalid": "is no JSON",
        "int_parsing_size": "has more digits than a whole number may have",
        "string_unicode": "holds half a character, which no file or page can show",
        "string_too_long": "has more than {max_length:,} characters",
        "string_too_short": "has fewer than {min_length:,} characters",
        "string_pattern_mismatch": "does not have the form that is asked for",
        "too_long": "has {actual_length:,} members, at most {max_length:,}",
        "too_short": "has {actual_length:,} members, at least {min_length:,}",
        "literal_error": "is not one of {expected}",
        "enum": "is not one of {expected}",
        "greater_than": "is not more than {gt:,}",
        "greater_than_equal": "is less than {ge:,}",
        "less_than": "is not less than {lt:,}",
        "less_than_equal": "is more than {le:,}",
        "ip_v4_network": "is no range of addresses, such as 192.0.2.0/24",
        "ip_v6_network": "is no range of addresses, such as 192.0.2.0/24",
        "timezone_aware": _TIME,
        "frozen_set_type": "is no list",
        "set_type": "is no list",
        "tuple_type": "is no list",
        "list_type": "is no list",
        "dict_type": _GROUP,
        "model_type": _GROUP,
        "model_attributes_type": _GROUP,
        "finite_number": "is no number that is finite",
    }
)
"""By the kind of fault, as Pydantic names it."""
_FAMILIES = (
    ("int_", "is no whole number"),
    ("float_", "is no number"),
    ("bool_", "is neither true nor false"),
    ("string_", "is no text"),
    ("datetime_", _TIME),
    ("date_", "is no day, such as 2026-03-02"),
)
"""By how the kind of fault begins."""


def said(fault: Mapping[str, Any]) -> str:
    """What is wrong, of one of the ``errors()`` of Pydantic; never repeats what was given.

    What a check of our own says stays as it is.
    """
    kind, told = str(fault["type"]), str(fault["msg"])
    if kind in _SAID:
        return _SAID[kind].format(**fault.get("ctx", {}))
    family = next((words for begin, words in _FAMILIES if kind.startswith(begin)), "")
    return family or ("cannot be taken" if told.startswith("Input ") else told.removeprefix(_PREFIX))
