"""Whether all words around the list of a page are there to be read."""

from playwright.sync_api import Page

CLIPPED = """() => {
    const box = (each) => each.getBoundingClientRect();
    const all = ".wb-choice button, .wb-legend .wb-key, .wb-bar h1, .wb-bar .wb-button, .wb-card-head > *, .wb-vega svg text, "
      + ".wb-filter-bar button, .wb-grid-count, .wb-world h2";
    const shown = [...document.querySelectorAll(all)].filter((each) => box(each).width > 0 && box(each).height > 0 && each.textContent);
    const cut = shown.filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflow === "hidden");
    const out = shown.filter((each) => {
      const frame = each.closest("svg.marks");
      const [right, left] = frame ? [box(frame).right, box(frame).left] : [innerWidth, 0];
      return box(each).right > right + 1 || box(each).left < left - 1;
    });
    const over = shown.filter((each, at) => shown.slice(at + 1).some((other) => !each.contains(other) && !other.contains(each)
      && Math.min(box(each).right, box(other).right) - Math.max(box(each).left, box(other).left) > 1.5
      && Math.min(box(each).bottom, box(other).bottom) - Math.max(box(each).top, box(other).top) > 1.5));
    const wide = [...document.querySelectorAll(".wb")].filter((each) => !each.matches(".wb-popup") && each.scrollWidth > each.clientWidth + 1
      && each.clientWidth > 0);
    const told = (kind, found) => found.map((each) => `${kind}: ${each.textContent.slice(0, 60)}`);
    return [shown.length, ...told("cut", cut), ...told("outside", out), ...told("overlaps", over), ...told("too wide", wide)];
}"""
"""How many words there are around the list, and which of them are cut, outside, or over one another."""

PAINTED = """() => [...document.querySelectorAll(".wb-chart .role-axis-grid line")].every((each) =>
  each.getAttribute("stroke") === getComputedStyle(each.closest(".wb-chart")).getPropertyValue("--wb-line"))"""
"""Whether charts have the colours of their page, which may have changed under them."""


def whole(page: Page) -> None:
    """No word of tabs, pivots, filter, chart or titles is cut or covered, and the page does not scroll sideways."""
    shown, *faults = page.evaluate(CLIPPED)
    assert shown > 20
    assert not faults, faults
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_function(PAINTED)
