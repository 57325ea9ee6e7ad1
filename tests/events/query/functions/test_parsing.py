import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import check, value
from workbench.base.errors import BadQuery

CASES = [
    (
        'parse_csv(\'aa,"b,b,b",cc,"Escaping quotes: ""Title""","line1\\nline2"\')',
        ["aa", "b,b,b", "cc", 'Escaping quotes: "Title"', "line1\nline2"],
    ),
    ("parse_csv('record1,a,b,c\\nrecord2,x,y,z')", ["record1", "a", "b", "c"]),
    ('parse_command_line("echo \\"hello world!\\"", "windows")', ["echo", "hello world!"]),
    (
        'parse_command_line(@\'"C:\\Program Files\\a.exe" -x "a\\"b" c\\\\"d e" \\\\srv\\x\', "windows")',
        ["C:\\Program Files\\a.exe", "-x", 'a"b', "c\\d e", "\\\\srv\\x"],
    ),
    (
        'parse_path(@"C:\\temp\\file.txt")',
        {
            "Scheme": "",
            "RootPath": "C:",
            "DirectoryPath": "C:\\temp",
            "DirectoryName": "temp",
            "Filename": "file.txt",
            "Extension": "txt",
            "AlternateDataStreamName": "",
        },
    ),
    (
        'parse_path(@"temp\\file.txt")',
        {
            "Scheme": "",
            "RootPath": "",
            "DirectoryPath": "temp",
            "DirectoryName": "temp",
            "Filename": "file.txt",
            "Extension": "txt",
            "AlternateDataStreamName": "",
        },
    ),
    (
        'parse_path("file://C:/temp/file.txt:some.exe")',
        {
            "Scheme": "file",
            "RootPath": "C:",
            "DirectoryPath": "C:/temp",
            "DirectoryName": "temp",
            "Filename": "file.txt",
            "Extension": "txt",
            "AlternateDataStreamName": "some.exe",
        },
    ),
    (
        'parse_path(@"\\\\shared\\users\\temp\\file.txt.gz")',
        {
            "Scheme": "",
            "RootPath": "",
            "DirectoryPath": "\\\\shared\\users\\temp",
            "DirectoryName": "temp",
            "Filename": "file.txt.gz",
            "Extension": "gz",
            "AlternateDataStreamName": "",
        },
    ),
    (
        'parse_path("/usr/lib/temp/file.txt")',
        {
            "Scheme": "",
            "RootPath": "",
            "DirectoryPath": "/usr/lib/temp",
            "DirectoryName": "temp",
            "Filename": "file.txt",
            "Extension": "txt",
            "AlternateDataStreamName": "",
        },
    ),
    (
        'parse_path(@"C:\\file")',
        {
            "Scheme": "",
            "RootPath": "C:",
            "DirectoryPath": "C:",
            "DirectoryName": "",
            "Filename": "file",
            "Extension": "",
            "AlternateDataStreamName": "",
        },
    ),
    ('extract_json("$.a.b[0]", \'{"a":{"b":[5]}}\')', "5"),
    ('extractjson("$.a", \'{"a":7}\', typeof(long))', 7),
    ("extractjson(\"a\", 'x')", ""),
    ('parse_csv("")', []),
    ('parse_command_line("", "windows")', None),
    (
        'parse_path("")',
        {
            "Scheme": "",
            "RootPath": "",
            "DirectoryPath": "",
            "DirectoryName": "",
            "Filename": "",
            "Extension": "",
            "AlternateDataStreamName": "",
        },
    ),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_texts_that_hold_values_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(BadQuery, match="is no path into JSON"):
        value('extract_json("$.[", "{}")')


def test_only_command_lines_of_windows_are_read() -> None:
    with pytest.raises(BadQuery, match="of the kind 'windows' only"):
        value('parse_command_line("ls -l", "bash")')


@given(st.text(max_size=60))
def test_nothing_that_is_read_breaks_the_reader(text: str) -> None:
    for call in ('parse_command_line(t, "windows")', "parse_csv(t)", "parse_path(t)", "parse_xml(t)"):
        value(call, t=text)
