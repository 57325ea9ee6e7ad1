"""Parameters of a playbook as a form of a page sends them."""

from collections.abc import Iterable

from workbench.base.errors import BadParameter, WorkbenchError
from workbench.operations.runs import Question

PREFIX = "p."


def given(questions: Iterable[Question], sent: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The values that were filled in; what was left empty keeps its default, unless the default is a text.

    Browsers end the lines of a form with two characters; a value has one.

    Fields that belong to no question are kept too: the check of parameters names them.
    """
    texts = {
        name.removeprefix(PREFIX): str(value).replace("\r\n", "\n") for name, value in sent if name.startswith(PREFIX)
    }
    known = {each.name: each for each in questions}
    values: dict[str, object] = {name: value for name, value in texts.items() if name not in known}
    for name, ask in known.items():
        value = _value(ask, texts.get(name))
        if value is not None:
            values[name] = value
    return values


def wrong(error: WorkbenchError | None) -> dict[str, str]:
    """What the form says when it comes back: what is at fault, and which parameter, where it is one."""
    if error is None:
        return {"fault": "", "wrong": "", "why": ""}
    name = error.name if isinstance(error, BadParameter) else ""
    return {"fault": f"{error.what}. {error.next_step}", "wrong": name, "why": error.what}


def _value(ask: Question, text: str | None) -> object:
    """A value for the check of parameters, or None where nothing was filled in."""
    if ask.kind == "bool" and not ask.many and not ask.optional:
        return text == "true"
    if text is None:
        return None
    if ask.many:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if text:
        return text
    return text if ask.kind == "str" and not ask.choices and not ask.required and not ask.optional else None
