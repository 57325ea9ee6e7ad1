import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.base.errors import BadParameter
from workbench.operations.runs.parameters import Question, checked, declared, is_secret, model, questions

CELL = """
from typing import Literal
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
"""


def test_types_defaults_help_and_choices_are_read_from_the_cell() -> None:
    found = {each.name: each for each in declared(CELL, "x")}
    assert [(each.type, each.default, each.help) for each in found.values()] == [
        ("str", '"x # no comment"', "an id"), ("int", "7", "how far back"), ("list[str]", '[\n    "a",  # not the help\n]', "who"),
        ("Literal['low', 'high']", '"low"', "how bad"), ("Literal[1, 2, 3]", "1", ""), ("int | None", "None", "perhaps"),
        ("str", "None", ""), ("int", "3", "how old"), ("list[Literal['url', 'file']]", '["url"]', ""), ("float", "1", ""),
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
        "title": "Days",
        "type": "integer",
    }


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ({"level": "2"}, {"level": 2}), ({"since": ""}, {"since": None}), ({"since": "5"}, {"since": 5}),
        ({"since": None}, {"since": None}), ({"kinds": "url, file"}, {"kinds": ["url", "file"]}), ({"days": " 3 "}, {"days": 3}),
    ],
)  # fmt: skip
def test_texts_of_forms_become_what_is_wanted(given_: dict[str, object], read: dict[str, object]) -> None:
    assert checked(declared(CELL, "x"), given_ | {"must": "y"}, "x") == read | {"must": "y"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": "hihg"}, {"level": "9"}, {"kinds": "url, mail"}, {"share": float("nan")}, {"share": "inf"},
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
        ("x: float = 1e999", "no plain value"), ("x: 'int | ' = 1", "has the type"), ("x: '' = 1", "has the type"),
    ],
)  # fmt: skip
def test_a_cell_that_declares_what_cannot_be_checked_is_refused(cell: str, what: str) -> None:
    with pytest.raises(BadParameter, match=what):
        declared(cell, "x")


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


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_cell_is_read_or_refused(cell: str) -> None:
    try:
        declared(cell, "x")
    except BadParameter as error:
        assert error.what


@settings(deadline=None)
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
