"""Random questions that are well typed: a table, and steps that use the columns there are at that point.

They need not make sense. Whatever they ask, the engine must answer, with the types that the binder promised.
"""

from collections.abc import Callable

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy], str]
Schema = dict[str, str]

EVERY: Schema = {
    "i": "int",
    "n": "long",
    "r": "real",
    "m": "decimal",
    "s": "string",
    "b": "bool",
    "t": "datetime",
    "p": "timespan",
    "g": "guid",
    "d": "dynamic",
}
"""The table with a column of every type."""

LITERALS = {
    "int": ["int(5)", "int(null)", "int(-7)"],
    "long": ["0", "3", "-2", "9223372036854775807", "long(null)"],
    "real": ["1.5", "-2.5", "real(null)", "real(nan)", "0.0"],
    "decimal": ["decimal(2.5)", "decimal(null)"],
    "string": ['"one"', '""', '"Two x-1"', '"é 7"', '"2026-09-14"'],
    "bool": ["true", "false", "bool(null)"],
    "datetime": ["datetime(2026-09-14)", "now()", "ago(1d)", "datetime(null)", "datetime(9999-12-31)"],
    "timespan": ["1h", "1d", "0s", "time(-1.00:00:01)", "timespan(null)"],
    "guid": ["guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid(null)"],
    "dynamic": ['dynamic({"a":{"b":"x"},"l":[1,2]})', 'dynamic([1,"x",null])', "dynamic(null)", 'dynamic("t")'],
}
FORMS: dict[str, list[tuple[str, ...]]] = {
    "int": [("toint({})", "string"), ("toint({})", "real"), ("iff({}, {}, {})", "bool", "int", "int")],
    "long": [
        ("({} + {})", "long", "int"),
        ("({} / {})", "long", "long"),
        ("({} % {})", "long", "long"),
        ("-({})", "long"),
        ("strlen({})", "string"),
        ("tolong({})", "dynamic"),
        ("bin({}, 5)", "long"),
        ("array_length({})", "dynamic"),
        ("iff({}, {}, {})", "bool", "long", "long"),
        ("datetime_diff('day', {}, {})", "datetime", "datetime"),
        ("indexof({}, {})", "string", "string"),
    ],
    "real": [
        ("({} * {})", "real", "long"),
        ("({} / {})", "real", "real"),
        ("({} / {})", "timespan", "timespan"),
        ("bin({}, 0.5)", "real"),
        ("toreal({})", "string"),
        ("round({}, 1)", "real"),
        ("case({}, {}, {}, {}, {})", "bool", "real", "bool", "real", "real"),
    ],
    "decimal": [("todecimal({})", "long")],
    "string": [
        ("tostring({})", "dynamic"),
        ("tostring({})", "real"),
        ("tostring({})", "timespan"),
        ("tostring({})", "datetime"),
        ("tolower({})", "string"),
        ("strcat({}, {}, {})", "string", "long", "bool"),
        ("extract(@'(\\w+)', 1, {})", "string"),
        ("substring({}, {}, 2)", "string", "long"),
        ("iff({}, {}, {})", "bool", "string", "string"),
        ("tostring(split({}, {})[0])", "string", "string"),
        ("replace_string({}, {}, 'x')", "string", "string"),
        ("coalesce({}, {})", "string", "string"),
    ],
    "bool": [
        ("({} == {})", "string", "string"),
        ("({} == {})", "dynamic", "string"),
        ("({} != {})", "long", "real"),
        ("({} > {})", "real", "long"),
        ("({} <= {})", "datetime", "datetime"),
        ("({} has {})", "string", "string"),
        ("({} contains {})", "dynamic", "string"),
        ("({} !startswith_cs {})", "string", "string"),
        ("({} =~ {})", "string", "string"),
        ("({} in ({}, {}))", "string", "string", "string"),
        ("({} in~ ({}, {}))", "string", "string", "dynamic"),
        ("({} !in ({}, 3))", "long", "long"),
        ("({} has_any ({}, 'x'))", "string", "string"),
        ("({} between ({} .. {}))", "long", "long", "long"),
        ("({} between ({} .. {}))", "datetime", "datetime", "timespan"),
        ("({} and {})", "bool", "bool"),
        ("({} or {})", "bool", "bool"),
        ("not({})", "bool"),
        ("isempty({})", "dynamic"),
        ("isnull({})", "real"),
        ("({} in ((Mail | project Id)))", "string"),
        ("({} matches regex @'^\\w')", "string"),
    ],
    "datetime": [
        ("({} + {})", "datetime", "timespan"),
        ("bin({}, 1d)", "datetime"),
        ("todatetime({})", "string"),
        ("startofweek({})", "datetime"),
        ("iff({}, {}, {})", "bool", "datetime", "datetime"),
    ],
    "timespan": [
        ("({} - {})", "datetime", "datetime"),
        ("({} * 2)", "timespan"),
        ("bin({}, 7m)", "timespan"),
        ("totimespan({})", "string"),
    ],
    "guid": [("toguid({})", "string")],
    "dynamic": [
        ("parse_json({})", "string"),
        ("split({}, {})", "string", "string"),
        ("({}).a", "dynamic"),
        ("({})[0]", "dynamic"),
        ("({})[{}]", "dynamic", "long"),
        ("pack_array({}, {})", "string", "long"),
        ("bag_pack('k', {}, 'v', {})", "string", "dynamic"),
        ("iff({}, {}, {})", "bool", "dynamic", "dynamic"),
    ],
}
AGGREGATES = [
    ("count()", "long", ()),
    ("countif({})", "long", ("bool",)),
    ("dcount({})", "long", ("string",)),
    ("dcount({})", "long", ("real",)),
    ("sum({})", "long", ("long",)),
    ("sum({})", "timespan", ("timespan",)),
    ("avg({})", "real", ("int",)),
    ("min({})", "string", ("string",)),
    ("max({})", "datetime", ("datetime",)),
    ("max({})", "bool", ("bool",)),
    ("min({})", "real", ("real",)),
    ("make_set({})", "dynamic", ("string",)),
    ("make_set({}, 2)", "dynamic", ("dynamic",)),
    ("make_list({})", "dynamic", ("timespan",)),
    ("take_any({})", "string", ("string",)),
    ("percentile({}, 50)", "long", ("long",)),
]


def expression(draw: Draw, schema: Schema, kind: str, depth: int = 2) -> str:
    """An expression of a type over some columns."""
    named = [name for name, each in schema.items() if each == kind]
    if named and draw(st.booleans()):
        return draw(st.sampled_from(named))
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(LITERALS[kind]))
    form, *kinds = draw(st.sampled_from(FORMS[kind]))
    return form.format(*(expression(draw, schema, each, depth - 1) for each in kinds))


def _where(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    return f"where {expression(draw, schema, 'bool')}", schema


def _extend(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    kind, name = draw(st.sampled_from(sorted(FORMS))), draw(st.sampled_from([*EVERY, "x", "y"]))
    return f"extend {name} = {expression(draw, schema, kind)}", {**schema, name: kind}


def _project(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    kept = draw(st.lists(st.sampled_from(sorted(schema)), min_size=1, unique=True))
    kind, name = draw(st.sampled_from(sorted(FORMS))), _fresh(schema)
    new = expression(draw, schema, kind)
    return f"project {', '.join(kept)}, {name} = {new}", {**{each: schema[each] for each in kept}, name: kind}


def _summarize(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    chosen = draw(st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=3))
    made = [form.format(*(expression(draw, schema, each, 1) for each in kinds)) for form, _, kinds in chosen]
    keys = draw(st.lists(st.sampled_from(sorted(_plain(schema))), max_size=2, unique=True)) if _plain(schema) else []
    start = _fresh(schema)
    items = ", ".join(f"{start}{number} = {each}" for number, each in enumerate(made))
    found = {key: schema[key] for key in keys} | {f"{start}{number}": each[1] for number, each in enumerate(chosen)}
    return f"summarize {items}{f' by {chr(44).join(keys)}' if keys else ''}", found


def _arg_max(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    rank, key = draw(st.sampled_from(sorted(_ranked(schema)))), draw(st.sampled_from(sorted(_plain(schema))))
    if rank == key:
        return "count as n", {"n": "long"}
    columns = {key: schema[key], rank: schema[rank], **schema}
    return f"summarize arg_max({rank}, *) by {key}", columns


def _distinct(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    kept = draw(st.lists(st.sampled_from(sorted(_plain(schema))), min_size=1, max_size=3, unique=True))
    return f"distinct {', '.join(kept)}", {name: schema[name] for name in kept}


def _sort(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    keys = draw(st.lists(st.sampled_from(sorted(_plain(schema))), min_size=1, max_size=3, unique=True))
    ways = [draw(st.sampled_from(["", " asc", " desc", " asc nulls last", " desc nulls first"])) for _ in keys]
    return f"sort by {', '.join(map(str.__add__, keys, ways))}", schema


def _top(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    key = draw(st.sampled_from(sorted(_plain(schema))))
    return f"top {draw(st.integers(0, 3))} by {key}{draw(st.sampled_from(['', ' asc']))}", schema


def _take(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    return f"take {draw(st.integers(0, 4))}", schema


def _join(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    kind = draw(
        st.sampled_from(["leftouter", "rightouter", "fullouter", "inner", "innerunique", "leftanti", "leftsemi"])
    )
    key = expression(draw, schema, "string", 1)
    step = f"extend jk = {key} | join kind={kind} (Mail | project Id, mu = Urls) on $left.jk == $right.Id"
    whole = {**schema, "jk": "string"}
    return step if kind in ("leftanti", "leftsemi") else f"{step} | project-away Id, mu", whole


def _union(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    return "union (Every | project s, n, d)", {}


def _expand(draw: Draw, schema: Schema) -> tuple[str, Schema]:
    kind = draw(st.sampled_from(["dynamic", "long", "string", "datetime", "real"]))
    value = expression(draw, schema, "dynamic", 1)
    return f"mv-expand e = {value}{'' if kind == 'dynamic' else f' to typeof({kind})'}", {**schema, "e": kind}


def _fresh(schema: Schema) -> str:
    return next(
        name for name in ("z", "zz", "zzz", "zzzz", "zzzzz") if not any(each.startswith(name) for each in schema)
    )


def _plain(schema: Schema) -> list[str]:
    return [name for name, kind in schema.items() if kind != "dynamic"]


def _ranked(schema: Schema) -> list[str]:
    return [name for name, kind in schema.items() if kind not in ("dynamic", "guid")]


@st.composite
def questions(draw: Draw) -> str:
    """The text of a question over the tables Every and Mail."""
    schema, steps = EVERY, ["Every"]
    for _ in range(draw(st.integers(1, 4))):
        known = [_where, _extend, _project, _summarize, _take, _expand, _join]
        known += [_distinct, _sort, _top] if _plain(schema) else []
        known += [_arg_max] if _ranked(schema) else []
        known += [_union] if schema == EVERY else []
        step, schema = draw(st.sampled_from(known))(draw, schema)
        steps.append(step)
        if not schema:
            break
    return " | ".join(steps)


@st.composite
def conditions(draw: Draw) -> str:
    """A condition over the table Every."""
    return expression(draw, EVERY, "bool", 3)
