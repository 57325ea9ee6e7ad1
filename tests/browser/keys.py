"""A reader without a pointer: keys alone, and at every step something visible that has the focus."""

from dataclasses import dataclass

from playwright.sync_api import Page

HELD = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "nothing has the focus";
  const box = at.getBoundingClientRect();
  if (!box.width || !box.height || box.bottom < 0 || box.top > innerHeight) return `out of sight: ${at.outerHTML.slice(0, 120)}`;
  const marked = (node) => {
    const look = getComputedStyle(node);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  };
  // A field that is part of a box is marked by the box.
  if (at.matches("h2") || [at, at.parentElement, at.parentElement.parentElement].some(marked)) return "";
  return `not marked: ${at.outerHTML.slice(0, 120)}`;
}"""


@dataclass(frozen=True)
class Keys:
    """The keyboard of a page."""

    page: Page

    def held(self, after: str) -> None:
        """Something in sight has the focus and shows it."""
        amiss = self.page.evaluate(HELD)
        assert not amiss, f"after {after}: {amiss}"

    def press(self, *keys: str) -> None:
        """Press keys, and wait until what they asked for is there."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(60)
            self.page.wait_for_function("!document.querySelector('[aria-busy=true]')")
            self.page.wait_for_timeout(60)
            self.held(key)

    def go(self, selector: str, key: str = "Tab", most: int = 45) -> None:
        """Press a key until what is wanted has the focus."""
        for _ in range(most):
            self.page.keyboard.press(key)
            self.held(key)
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{selector} is not reached by {key}")

    def at(self, selector: str) -> bool:
        """Whether what is wanted has the focus."""
        return bool(self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector))
