import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.operations.runs.conftest import HOSTILE
from workbench.base.errors import BadParameter
from workbench.operations.runs import playbook
from workbench.operations.runs.parameters import Question, checked, declared, is_secret, model, questions

CELL = """
from typing import Literal, Optional
message: str = "x # no comment"  # an id
days: "int" = 7  # how far back
people: list[str] = [
    "a",  # not the help
]  # who
severity: Literal["low", "high"] = "low"  # how bad
level: Literal[1, 2, 3] = 1
since: int | None = None  # perhaps
must: str = None
old = 3  # type: int how old
kinds: list[Literal["url", "file"]] = ["url"]
share: float = 1
ranks: list[Literal[1, 2]] = [1]
mood: Literal["calm", "odd"] | None = "calm"
seen: Optional[list[str]] = ["x"]
"""


def test_types_defaults_help_and_choices_are_read_from_the_cell() -> None:
    found = {each.name: each for each in declared(CELL, "x")}
    assert [(each.type, each.default, each.help) for each in found.values()] == [
        ("str", '"x # no comment"', "an id"), ("int", "7", "how far back"), ("list[str]", '[\n    "a",  # not the help\n]', "who"),
        ("Literal['low', 'high']", '"low"', "how bad"), ("Literal[1, 2, 3]", "1", ""), ("int | None", "None", "perhaps"),
        ("str", "None", ""), ("int", "3", "how old"), ("list[Literal['url', 'file']]", '["url"]', ""), ("float", "1", ""),
        ("list[Literal[1, 2]]", "[1]", ""), ("Literal['calm', 'odd'] | None", '"calm"', ""), ("list[str] | None", '["x"]', ""),
    ]  # fmt: skip
    assert found["severity"].choices == ("low", "high")
    assert [name for name, each in found.items() if each.required] == ["must"]


def test_a_form_is_asked_in_the_order_of_the_cell_and_as_data() -> None:
    found = {each.name: each for each in questions(declared(CELL, "x"))}
    assert list(found)[:3] == ["message", "days", "people"]
    assert found["people"] == Question("people", "str", True, False, False, ["a"], "who", ())
    assert found["kinds"] == Question("kinds", "str", True, False, False, ["url"], "", ("url", "file"))
    assert found["level"].kind == "int"
    assert found["must"].required
    assert found["since"].optional
    json.dumps([vars(each) for each in found.values()])


def test_the_schema_tells_programs_what_may_be_given() -> None:
    said = model(declared(CELL, "x")).model_json_schema()
    assert said["required"] == ["must"]
    assert said["additionalProperties"] is False
    assert said["properties"]["severity"]["enum"] == ["low", "high"]
    assert said["properties"]["days"] == {
        "default": 7,
        "description": "how far back",
        "maximum": 2**63 - 1,
        "minimum": -(2**63),
        "title": "Days",
        "type": "integer",
    }


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ({"level": "2"}, {"level": 2}), ({"since": ""}, {"since": None}), ({"since": "5"}, {"since": 5}),
        ({"since": None}, {"since": None}), ({"ranks": "1, 2"}, {"ranks": [1, 2]}), ({"mood": ""}, {"mood": None}), ({"seen": " "}, {"seen": None}), ({"kinds": "url, file"}, {"kinds": ["url", "file"]}), ({"days": " 3 "}, {"days": 3}),
    ],
)  # fmt: skip
def test_texts_of_forms_become_what_is_wanted(given_: dict[str, object], read: dict[str, object]) -> None:
    assert checked(declared(CELL, "x"), given_ | {"must": "y"}, "x") == read | {"must": "y"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": "hihg"}, {"level": "9"}, {"kinds": "url, mail"}, {"share": float("nan")}, {"share": "inf"},
        {"days": 10**5_000}, {"days": "9" * 4_000}, {"days": 2**63}, {"days": "9" * 26}, {"message": "\ud800"}, {"people": "[" * 5_000}, {"share": 10**400},
        {"people": ["x"] * 10_001}, {"message": "x" * 1_000_001}, {"days": True and "yes"}, {"since": "later"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_never_repeated(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(BadParameter, match=f"The parameter {name}") as caught:
        checked(declared(CELL, "x"), wrong | {"must": "y"}, "x")
    assert len(str(caught.value)) < 400


def test_a_choice_that_does_not_exist_meets_the_nearest() -> None:
    with pytest.raises(BadParameter) as caught:
        checked(declared(CELL, "x"), {"severity": "hihg", "must": "y"}, "x")
    assert caught.value.next_step.endswith("Did you mean high?")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("%matplotlib inline", "cannot be read"), ("x: int = (", "cannot be read"), ("x: int = 'a'", "no plain value of type int"),
        ("x: str = str(5)", "no plain value"), ("x: int = 5.0", "no plain value"), ("x: Literal['a', 'b'] = 'c'", "no plain value"),
        ("x: Literal['a', 1] = 'a'", "has the type"), ("x: Literal[True] = True", "has the type"), ("x: set[str] = None", "has the type"),
        ("x: list[list[str]] = []", "has the type"), ("x: int | str = 1", "has the type"), ("x: float = float('nan')", "no plain value"),
        ("x: float = 1e999", "no plain value"), ("x: 'int | ' = 1", "has the type"), ("x: '' = 1", "has no type"),
        ("x: Literal['\\ud800'] = '\\ud800'", "has the type"), (f"x: Literal[{10**30}] = {10**30}", "has the type"),
        ("x: Literal[()] = 1", "has the type"), ("x: str = '\\ud800'", "no plain value"), ("x: int = 0x" + "f" * 9_000, "no plain value"),
        ("x: str = 'a'\nx: int = 5", "declared twice"), ("_x: int = 5", "cannot have that name"), ("list: int = 5", "cannot have that name"),
        ("x: int = " + "-" * 5_000 + "1", "x|cannot be read"), ("x: int = " + "1+" * 9_000 + "1", "x|cannot be read"),
        ("x: " + "list[" * 150 + "int" + "]" * 150 + " = []", "x|cannot be read"),
    ],
)  # fmt: skip
def test_a_cell_that_declares_what_cannot_be_checked_is_refused(cell: str, what: str) -> None:
    with pytest.raises(BadParameter, match=what):
        declared(cell, "x", {"Literal"})


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("x: date = '2026-01-01'", "Write x: str, and date.fromisoformat(x) where it is needed."),
        ("x: datetime.datetime = None", "Write x: str, and datetime.fromisoformat(x) where it is needed."),
        ("x: timedelta = None", "Write x: int, and timedelta(days=x) where it is needed."),
        ("x: Path = None", "Write x: str, and Path(x) where it is needed."),
        ("x: dict[str, int] = {}", "Write x: str, and json.loads(x) where it is needed."),
        ("x: set[str] = None", "Write x: list[str], and set(x) where it is needed."),
        ("x: list = []", "Write x: list[str]."), ("x: Sequence[str] = []", "Write x: list[str]."),
        ("x: string = ''", "Write x: str."), ("x: Integer = 1", "Write x: int."), ("x: flaot = 1.0", "Write x: float."),
        ("x: Boolean = True", "Write x: bool."), ("x: Any = 1", "Write x: str, and json.loads(x) where it is needed."),
        ("x = 5", "Write x: int."), ("x = True", "Write x: bool."), ("x = ['a']", "Write x: list[str]."), ("x = f()", "Write x: str."),
    ],
)  # fmt: skip
def test_a_type_that_cannot_be_checked_meets_the_nearest_that_can(cell: str, advice: str) -> None:
    with pytest.raises(BadParameter) as caught:
        declared(cell, "x")
    assert caught.value.next_step.startswith(advice)


@pytest.mark.parametrize(
    ("cell", "needs"),
    [
        ("x: Literal['a'] = 'a'", "Literal"), ("x: Optional[int] = 5", "Optional"), ("x: typing.Literal['a'] = 'a'", "typing"),
        ("x: list[Literal['a']] | None = None", "Literal"), ("x: Literal['a'] = 'a'\nfrom typing import Literal", "Literal"),
    ],
)  # fmt: skip
def test_a_type_that_the_kernel_would_not_know_is_refused_with_the_line_that_is_missing(cell: str, needs: str) -> None:
    with pytest.raises(BadParameter, match=f"needs {needs}, which nothing imports") as caught:
        declared(cell, "x")
    assert caught.value.next_step == (
        f"Begin the cell with: {'' if needs == 'typing' else 'from typing '}import {needs}"
    )
    assert declared(f"from typing import Literal, Optional\nimport typing\n{cell}", "x")[0].name == "x"
    assert declared(cell, "x", {"Literal", "Optional", "typing"})[0].name == "x"


@pytest.mark.parametrize(
    "first", ["from typing import *", "from __future__ import annotations", "import typing as t, typing"]
)
def test_what_brings_names_along_is_known(first: str) -> None:
    assert declared(f"{first}\nx: {'t.' if ' t,' in first else ''}Literal['a'] = 'a'", "x")[0].choices == ("a",)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Optional[int]", "int | None"), ("Union[None, list[str]]", "list[str] | None"), ("None | int", "int | None"),
        ("List[str]", "list[str]"), ("Literal['a', 'a', 'b']", "Literal['a', 'b']"), ("'list[int] | None'", "list[int] | None"),
    ],
)  # fmt: skip
def test_what_means_the_same_is_one_type(written: str, text: str) -> None:
    (found,) = declared(f"from typing import *\nx: {written} = None", "x")
    assert (found.type, found.many) == (text, "list" in text)


def test_a_default_over_several_lines_and_a_type_in_a_comment_are_read() -> None:
    cell = 'x: str = (\n    "a"\n    "b"\n)  # two\ny = "c"  # type: Literal["c", "d"] | None which [one]\nz: int\n'
    assert [(each.type, each.value, each.help) for each in declared(cell, "x")] == [
        ("str", "ab", "two"), ("Literal['c', 'd'] | None", "c", "which [one]"), ("int", None, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["schema", "model_dump", "model_config", "copy", "json", "In", "hash"])
def test_a_name_that_models_need_for_themselves_is_a_name_like_any_other(name: str) -> None:
    found = declared(f"{name}: int = 5", "x")
    assert checked(found, {name: "7"}, "x") == {name: 7}
    assert model(found).model_json_schema()["properties"][name]["type"] == "integer"


@pytest.mark.parametrize(
    "name",
    ["password", "api_key", "apiKey", "APIToken", "client_secret", "private_key", "graph_access_key", "session_cookie"],
)
def test_a_secret_is_refused_as_a_parameter_with_the_advice_to_pass_a_reference(name: str) -> None:
    assert is_secret(name)
    with pytest.raises(BadParameter, match="would be a secret") as caught:
        declared(f'{name}: str = ""', "x")
    assert f"{name}_ref" in caught.value.next_step


@pytest.mark.parametrize(
    "name", ["message", "password_ref", "secret_name", "key", "keyword", "tokenised", "api", "secretary"]
)
def test_names_that_only_look_like_it_are_no_secrets(name: str) -> None:
    assert not is_secret(name)


def test_a_number_of_tokens_is_no_secret() -> None:
    assert declared("tokens: int = 5", "x")[0].name == "tokens"


TRIAGE = "from typing import Annotated\nword: Annotated[str, r'a+|b'] = None  # like a\nmaybe: Annotated[str, 'x'] | None = None"


def test_a_text_that_has_to_look_like_something_is_held_against_all_of_it() -> None:
    found = declared(TRIAGE, "x")
    assert [(each.type, each.plain, each.required) for each in found] == [
        ("Annotated[str, 'a+|b']", "str", True), ("Annotated[str, 'x'] | None", "str | None", False),
    ]  # fmt: skip
    assert checked(found, {"word": "aaa", "maybe": None}, "x") == {"word": "aaa", "maybe": None}
    for bad in ("", "ab", "xa", "b\n", "a\nb"):
        with pytest.raises(BadParameter, match="The parameter word does not have the form") as caught:
            checked(found, {"word": bad}, "x")
        assert caught.value.next_step == "It is of type str: like a."
    assert model(found).model_json_schema()["properties"]["word"]["pattern"] == "^(?:a+|b)$"


@pytest.mark.parametrize(
    "bad",
    ["Annotated[str, '(']", "Annotated[str, '']", "Annotated[int, '1']", "Annotated[str]", "Annotated[str, 5]",
     "Annotated[str, '(a)\\\\1']", "Annotated[str, 'a', 'b']", f"Annotated[str, '{'a' * 501}']"],
)  # fmt: skip
def test_a_pattern_that_is_none_is_refused_when_the_cell_is_read(bad: str) -> None:
    with pytest.raises(BadParameter, match="has the type"):
        declared(f"from typing import Annotated\nx: {bad} = None", "x")


def test_a_default_fits_its_pattern() -> None:
    with pytest.raises(BadParameter, match="no plain value"):
        declared("from typing import Annotated\nx: Annotated[str, 'a'] = 'b'", "x")


@pytest.mark.parametrize(
    ("span", "fits"),
    [("", True), ("7d", True), (" 24 h ", True), ("2026-09-14..2026-09-18", True), ("2026-09-14T10:00:00.5Z..", True),
     ("20260914..20260915", True), ("99zz", False), ("7 days", False), ("yesterday", False), ("..", False)],
)  # fmt: skip
def test_the_triage_takes_windows_and_nothing_else(span: str, fits: bool) -> None:
    parameters = playbook("phish_triage").parameters
    try:
        assert checked(parameters, {"message": "m", "span": span}, "x")["span"] == span
        assert fits
    except BadParameter as error:
        assert not fits
        assert "The parameter span" in error.what
        assert "7d, 24h or FROM..TO" in error.next_step


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_cell_is_read_or_refused(cell: str) -> None:
    try:
        declared(cell, "x")
    except BadParameter as error:
        assert error.what


@settings(deadline=None, max_examples=often(40))
@given(
    st.dictionaries(
        st.sampled_from(["message", "days", "people", "level", "since"]),
        st.none() | st.text() | st.integers() | st.floats() | st.lists(st.text()),
    )
)
def test_what_passes_is_of_the_declared_types(values: dict[str, object]) -> None:
    try:
        read = checked(declared(CELL, "x"), values | {"must": "y"}, "x")
    except BadParameter:
        return
    json.dumps(read, allow_nan=False)
    assert {type(read[name]) for name in ("days", "level") if name in read} <= {int}
    assert set(read) == {*values, "must"}


EVERY = """
from typing import Literal
text: str = ""
number: int = 0
share: float = 0.0
loud: bool = False
texts: list[str] = []
numbers: list[int] = []
shares: list[float] = []
flags: list[bool] = []
level: Literal[1, -2, 3] = 1
word: Literal["low", "it's \\"high\\"\\n"] = "low"
words: list[Literal["url", "file"]] = []
perhaps: str | None = None
since: int | None = None
people: list[str] | None = None
"""
TEXT = st.text() | st.sampled_from(
    [*HOSTILE, "nan", "inf", "\\", '"' * 7, "'" * 7, "?", "x?", "!ls", "%env", "a\\", "\x00", "\ud800"]
)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([10**18, -(2**63), 2**63 - 1, 0])
SHARE = st.floats(allow_nan=False, allow_infinity=False)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT, "number": NUMBER, "share": SHARE, "loud": st.booleans(), "texts": st.lists(TEXT, max_size=3), "numbers": st.lists(NUMBER, max_size=3),
        "shares": st.lists(SHARE, max_size=3), "flags": st.lists(st.booleans(), max_size=3), "level": st.sampled_from([1, -2, 3]),
        "word": st.sampled_from(["low", 'it\'s "high"\n']), "words": st.lists(st.sampled_from(["url", "file"])),
        "perhaps": TEXT | st.none(), "since": NUMBER | st.none(), "people": st.lists(TEXT, min_size=1, max_size=3) | st.none(),
    },
)  # fmt: skip


def written(value: object) -> object:
    """A value as a form or a command line gives it: text; a text and None that a text cannot be stay what they are."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def in_kernel(values: dict[str, object]) -> dict[str, object]:
    """What a kernel has under these names once its two cells ran: that of the notebook, and that which papermill injects."""
    from IPython.core.inputtransformer2 import TransformerManager
    from papermill.translators import PythonTranslator

    names: dict[str, object] = {}
    for cell in (EVERY, PythonTranslator.codify(values)):
        exec(compile(TransformerManager().transform_cell(cell), "cell", "exec"), names)
    return names


@settings(deadline=None, max_examples=often(30))
@given(GIVEN)
def test_values_of_every_type_survive_from_the_form_to_the_kernel(values: dict[str, object]) -> None:
    found = declared(EVERY, "x")
    for sent in (values, {name: written(value) for name, value in values.items()}):
        try:
            read = checked(found, sent, "x")
        except BadParameter as error:
            assert "half a character" in error.what
            return
        there = in_kernel(read)
        assert {name: there[name] for name in values} == values
        assert {name: type(there[name]) for name in values} == {name: type(value) for name, value in values.items()}
    json.dumps(read, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("value", ["x" * 1_000_000, '\U0001f98a\\"' * 30_000])
def test_a_value_of_a_megabyte_survives_too(value: str) -> None:
    assert in_kernel(checked(declared(EVERY, "x"), {"text": value, "texts": [value]}, "x"))["texts"] == [value]
