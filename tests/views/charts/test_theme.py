import json
from itertools import combinations, pairwise

import pytest

from workbench.base.errors import UnknownName
from workbench.views.charts import theme
from workbench.views.charts.crossed import SHADES
from workbench.views.charts.theme import SERIES, TOKENS, Mode, colour, contrast, css, mark, resolve, var, vocabulary

MODES: tuple[Mode, ...] = ("light", "dark")
SURFACES = ("page", "card", "raised", "hover", "selected")
SEEN = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""How linear RGB is seen (Machado, Oliveira and Fernandes 2009, full severity)."""


def apart(first: str, second: str, eye: tuple[tuple[float, ...], ...]) -> float:
    """The distance of two colours in OKLab, as an eye sees them."""
    return sum((a - b) ** 2 for a, b in zip(oklab(first, eye), oklab(second, eye), strict=True)) ** 0.5


def oklab(value: str, eye: tuple[tuple[float, ...], ...]) -> list[float]:
    channels = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    seen = [min(1.0, max(0.0, each)) for each in times(eye, linear)]
    cones = times(
        (
            (0.41222147, 0.53633254, 0.05144599),
            (0.2119035, 0.68069955, 0.10739696),
            (0.08830246, 0.28171884, 0.6299787),
        ),
        seen,
    )
    return times(
        (
            (0.21045426, 0.79361779, -0.00407205),
            (1.9779985, -2.4285922, 0.45059371),
            (0.02590404, 0.78277177, -0.80867577),
        ),
        [each ** (1 / 3) for each in cones],
    )


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(line, vector, strict=True)) for line in matrix]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("token", [token.name for token in TOKENS if token.use == "text"])
def test_text_is_readable_on_every_surface(token: str, mode: Mode) -> None:
    for surface in SURFACES:
        assert contrast(colour(token, mode), colour(surface, mode)) >= 4.5, surface


@pytest.mark.parametrize("mode", MODES)
def test_numbers_are_readable_in_every_shade_and_shades_grow(mode: Mode) -> None:
    shades = [colour("card", mode), *(colour(f"heat-{at}", mode) for at in range(1, SHADES + 1))]
    assert all(contrast(colour("text", mode), shade) >= 4.5 for shade in shades)
    away = [contrast(shades[0], shade) for shade in shades]
    assert all(one * 1.1 < other for one, other in pairwise(away))


@pytest.mark.parametrize("mode", MODES)
def test_the_words_on_a_primary_button_are_readable(mode: Mode) -> None:
    assert contrast(colour("on-link", mode), colour("link", mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("token", ["edge", "delivered", "junked", "blocked", "replaced", "single"])
def test_marks_and_borders_of_fields_stand_out_on_a_card(token: str, mode: Mode) -> None:
    assert contrast(colour(token, mode), colour("card", mode)) >= 3


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("mode", MODES)
def test_categories_can_be_told_apart_by_every_eye(mode: Mode, eye: str) -> None:
    colours = [colour(name, mode) for name in [*(f"series-{at}" for at in range(SERIES)), "other"]]
    closest = min(apart(first, second, SEEN[eye]) for first, second in combinations(colours, 2))
    assert closest >= 0.07


@pytest.mark.parametrize("kind", theme.VOCABULARIES)
def test_every_word_of_a_vocabulary_has_a_shape_of_its_own(kind: str) -> None:
    marks = theme.VOCABULARIES[kind].values()
    assert len({each.shape for each in marks}) == len(marks)


def test_not_evaluated_is_hatched_and_never_green() -> None:
    shown = mark("verdict", "Not evaluated")
    assert shown is not None
    assert (shown.shape, shown.token) == ("hatch", "unknown")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)


def test_css_holds_every_token_in_both_modes() -> None:
    text = css()
    assert all(text.count(f"--wb-{token.name}:") == 2 for token in TOKENS)
    assert all(f"--wb-{token.name}:{token.dark};" in text for token in TOKENS)


def test_dark_needs_a_dark_page_or_a_dark_jupyterlab() -> None:
    dark = css().split("color-scheme:light}")[1]
    assert 'html[data-wb-theme="dark"]' in dark
    assert 'body[data-jp-theme-light="false"]' in dark


def test_the_configuration_of_charts_names_only_known_colours() -> None:
    for mode in MODES:
        assert "var(" not in json.dumps(resolve(theme.config(), mode))


def test_resolve_replaces_colours_at_any_depth_and_nothing_else() -> None:
    spec = {"a": [{"b": var("card")}], "c": (1, None, "text"), "d": True}
    assert resolve(spec, "dark") == {"a": [{"b": "#171D26"}], "c": [1, None, "text"], "d": True}


def test_an_unknown_colour_says_which_it_could_be() -> None:
    with pytest.raises(UnknownName, match="malicious"):
        colour("malicous")


@pytest.mark.parametrize(
    ("words", "known"),
    [(["Delivered", "BLOCKED"], True), (["High", "Low"], True), (["Delivered", "High"], False), ([], False)],
)
def test_a_vocabulary_is_found_when_it_holds_all_words(words: list[str], known: bool) -> None:
    assert bool(vocabulary(words)) is known


def test_a_word_outside_the_vocabulary_has_no_mark() -> None:
    assert mark("severity", "Gigantic") is None
    assert mark("no such kind", "High") is None
