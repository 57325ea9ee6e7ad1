// The list of names under the caret of a text box. Its keys: arrows, Page keys, Tab or Enter take, Escape closes.

// Where a place of the text stands on the screen: the mirror behind the box has the same text in the same type.
function caret(mirror, at) {
  const range = document.createRange();
  const walker = document.createTreeWalker(mirror, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) {
      range.setStart(node, left);
      range.collapse(true);
      const box = range.getClientRects()[0];
      if (box) return box;
      break;
    }
    left -= node.length;
  }
  const whole = mirror.getBoundingClientRect();
  return { left: whole.left + 12, top: whole.top + 8, bottom: whole.top + 26, height: 18 };
}

function wordList(input, take) {
  const id = `wb-words-${Math.random().toString(36).slice(2)}`;
  const list = h("div", { class: "wb wb-words", role: "listbox", id, popover: "manual", "aria-label": "Names that fit" });
  let [items, chosen, opened] = [[], 0, false];

  const mark = (to) => {
    chosen = (to + items.length) % items.length;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const close = () => {
    if (!opened) return;
    opened = false;
    list.remove();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    const item = items[at];
    close();
    if (item) take(item);
  };
  const show = (found, box) => {
    close();
    if (!found.length) return;
    items = found;
    replace(
      list,
      items.map((item, at) =>
        h(
          "div",
          {
            class: "wb-word-row",
            role: "option",
            id: `${id}-${at}`,
            // A press must not take the focus from the box.
            mousedown: (event) => {
              event.preventDefault();
              choose(at);
            },
          },
          h("span", { class: "wb-word-text" }, item.text),
          h("span", { class: "wb-word-kind" }, item.kind),
          h("span", { class: "wb-word-meaning" }, item.meaning),
        ),
      ),
    );
    document.body.append(list);
    list.showPopover();
    opened = true;
    place(list, box);
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", id);

  // Whether the key was for the list.
  const key = (event) => {
    if (!opened || event.ctrlKey || event.metaKey || event.altKey) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const leaps = { PageDown: 8, PageUp: -8 };
    if (event.key in steps) mark(chosen + steps[event.key]);
    else if (event.key in leaps) mark(Math.max(0, Math.min(items.length - 1, chosen + leaps[event.key])));
    else if (event.key === "Tab" || event.key === "Enter") choose(chosen);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { show, close, key, isOpen: () => opened };
}
