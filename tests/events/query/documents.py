"""Documents of every kind, and texts that are none, as columns of real tables hold them."""

import orjson
from hypothesis import strategies as st

_TEXT = st.one_of(
    st.sampled_from(["pass", "5", "null", "true", '"x"', '{"UserId":"inner"}', "\x01pass", "", "2026-09-01T00:00:00Z"]),
    st.text(max_size=6),
)
_SCALAR = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), _TEXT)
_KEYS = st.sampled_from(["UserId", "DMARC", "displayName", "user", "userPrincipalName", "other"])
_VALUES = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=8,
)
_BAGS = st.dictionaries(_KEYS, _VALUES, min_size=1)
_DOCUMENTS = st.one_of(_BAGS, st.lists(_BAGS, max_size=2), _VALUES).map(lambda value: orjson.dumps(value).decode())
CELLS = st.one_of(
    _DOCUMENTS, _DOCUMENTS, _DOCUMENTS.map(lambda text: text[:-1]), _TEXT, st.sampled_from(["", "{", "nul", "[1,"])
)
