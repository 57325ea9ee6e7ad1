"""Text that is there and not seen."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from workbench.intake.mail.hidden import colour, hidden_nodes


def hidden(source: str) -> list[str]:
    tree = LexborHTMLParser(source)
    return [node.text().strip() for node in hidden_nodes(tree, source.lower())]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : none !important",
        "visibility: hidden",
        "opacity:0",
        "opacity: 0.0;",
        "font-size:0",
        "font-size: 0px;",
        "font-size:1px",
        "font-size:.5px",
        "font:0/0 a",
        "max-height:0;overflow:hidden",
        "height: 0px; overflow: hidden",
        "color:#fff",
        "color: white",
        "color:rgb(255, 255, 255)",
        "color:#123456;background:#123456",
        "background-color:#abc;color:#aabbcc",
    ],
)
def test_styles_that_hide_are_found(style: str) -> None:
    assert hidden(f'<body><p>seen</p><p style="{style}">not seen</p>') == ["not seen"]


@pytest.mark.parametrize(
    "source",
    [
        '<p style="display:block">x',
        '<p style="font-size:10px">x',
        '<p style="font-size:1em0">x',
        '<p style="opacity:0.5">x',
        '<p style="max-height:0">x',
        '<p style="color:#000">x',
        '<table bgcolor="#003366"><tr><td style="color:#ffffff">x',
        '<table><td background="http://a/dark.png"><font color="#ffffff">x</font></table>',
        '<style>.dark {background:#000}</style><div class="dark"><p style="color:#fff">x</p></div>',
        '<p style="background:#fff;color:#000">x',
        '<p style="color:#fff"></p>',
    ],
)
def test_styles_that_show_are_not_found(source: str) -> None:
    assert hidden(f"<body>{source}") == []


def test_an_attribute_and_an_old_tag_hide_too() -> None:
    assert hidden("<body><p hidden>one</p><font color=white>two</font>") == ["one", "two"]


def test_the_colour_behind_is_that_of_the_nearest_element_around() -> None:
    inner = '<div style="background:#ffffff"><p style="color:#ffffff">x</p></div>'
    assert hidden(f'<body bgcolor="#000000">{inner}') == ["x"]
    assert hidden('<body bgcolor="#000000"><p style="color:#ffffff">x</p>') == []


def test_a_layout_of_size_nothing_around_sized_columns_hides_nothing() -> None:
    assert hidden('<div style="font-size:0"><span style="font-size:14px">seen</span></div>') == []
    assert hidden('<div style="font-size:0"><span>not seen</span></div>') == ["not seen"]


def test_of_nested_hidden_elements_only_the_outermost_is_told() -> None:
    inner = '<p style="visibility:hidden">b</p>'
    assert hidden(f'<div style="display:none">a{inner}</div><p hidden>c</p>') == ["ab", "c"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("#FFF", "ffffff"),
        (" #A1b2C3;", "a1b2c3"),
        ("rgb(1, 2,3)", "010203"),
        ("rgba(255 255 255 / 0)", "ffffff"),
        ("White url(x)", "ffffff"),
        ("transparent", ""),
        ("", ""),
    ],
)
def test_colours_of_every_spelling_are_compared_as_one(text: str, digits: str) -> None:
    assert colour(text) == digits
