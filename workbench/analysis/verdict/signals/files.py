"""What is attached."""

from collections.abc import Callable, Mapping

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated
from workbench.base.render import visible

_NO_FILES_KNOWN = "the attachments were not read"
_RATIO, _ARCHIVES_INSIDE = 200, 3
_LONGEST_NAME = 60

File = Mapping[str, object]


def _files(case: Case) -> list[File] | None:
    found = case.feature("attachments")
    if case.features is None and case.attachment_count == 0:
        return []
    return [file for file in found if isinstance(file, Mapping)] if isinstance(found, list) else None


def _over_files(test: Callable[[File], bool], sentence: str) -> Callable[[Case], Outcome]:
    def ask(case: Case) -> Outcome:
        files = _files(case)
        if files is None:
            return not_evaluated(_NO_FILES_KNOWN)
        if not files:
            return NOT_APPLICABLE
        names = [visible(file.get("name"), _LONGEST_NAME) for file in files if test(file)]
        return fired(f"{sentence}: {names[0]}", files=names[:10]) if names else CLEAR

    return ask


def _odd(*names: str) -> Callable[[File], bool]:
    def test(file: File) -> bool:
        oddities = file.get("oddities")
        return isinstance(oddities, list) and any(name in oddities for name in names)

    return test


def _number(file: File, *path: str) -> float:
    value: object = file
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else 0.0


def _runs(file: File) -> bool:
    return _odd("runs")(file) or _number(file, "runs_inside") > 0


def _bomb(file: File) -> bool:
    return _number(file, "ratio") > _RATIO or _number(file, "archives_inside") > _ARCHIVES_INSIDE


def _pdf_acts(file: File) -> bool:
    return any(_number(file, "pdf", mark) for mark in ("javascript", "launch"))


def _smuggling(case: Case) -> Outcome:
    marks = case.feature("smuggling")
    if not isinstance(marks, Mapping):
        return not_evaluated(_NO_FILES_KNOWN)
    return fired("HTML builds a file in the reader's browser") if marks and all(marks.values()) else CLEAR


def _html_form(case: Case) -> Outcome:
    files = _files(case)
    if files is None:
        return not_evaluated(_NO_FILES_KNOWN)
    pages = [file for file in files if _odd("html")(file)]
    if not pages:
        return NOT_APPLICABLE
    name = visible(pages[0].get("name"), _LONGEST_NAME)
    return fired(f"An attached page asks for a password: {name}") if case.count("forms", "passwords") else CLEAR


def _intel(case: Case) -> Outcome:
    return NOT_APPLICABLE if _files(case) == [] else not_evaluated("no hash feed or scanner is connected")


GROUP = Group(
    "file",
    "Files",
    0,
    45,
    (
        Signal(
            "file.macros",
            25,
            "Does a document hold macros?",
            _over_files(lambda file: file.get("macros") is True, "A document holds macros"),
        ),
        Signal("file.runs", 25, "Does a file run when opened?", _over_files(_runs, "A file runs when it is opened")),
        Signal("file.smuggling", 35, "Does HTML build a file in the browser?", _smuggling),
        Signal("file.html_form", 25, "Does an attached page ask for a password?", _html_form),
        Signal(
            "file.pdf_acts",
            20,
            "Does a PDF run script or start programs?",
            _over_files(_pdf_acts, "A PDF runs script or starts programs"),
        ),
        Signal(
            "file.double_name",
            25,
            "Does a name hide what the file is?",
            _over_files(_odd("double_extension", "direction_in_name"), "A name hides what the file is"),
        ),
        Signal(
            "file.type_mismatch",
            15,
            "Is a file not what its name says?",
            _over_files(_odd("type_mismatch"), "A file is not what its name says"),
        ),
        Signal(
            "file.encrypted",
            12,
            "Is a file locked against scanners?",
            _over_files(lambda file: file.get("encrypted") is True, "A file is locked against scanners"),
        ),
        Signal(
            "file.bomb",
            25,
            "Does an archive grow without measure?",
            _over_files(_bomb, "An archive grows without measure"),
        ),
        Signal("file.known_bad", 45, "Is a file known to be malicious?", _intel),
    ),
)
