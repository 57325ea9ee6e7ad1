// Boxes over the page: where they stand, menus, and how keys go through them.

function place(node, at) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  const below = at.bottom + 4 + height <= innerHeight - 8 || at.top < height + 12;
  const top = below ? Math.min(at.bottom + 4, Math.max(8, innerHeight - height - 8)) : at.top - height - 4;
  Object.assign(node.style, { left: `${left}px`, top: `${top}px` });
}

// A box over the page that belongs to an anchor: closed by Escape, by leaving it, or by a press elsewhere.
function popup(anchor, content, { label, onClose = () => {}, role = "dialog" } = {}) {
  const box = h(
    "div",
    { class: "wb wb-popup", popover: "manual", role, "aria-label": label, keydown: keepKeys },
    content,
  );
  let open = true;
  const close = (refocus = true) => {
    if (!open) return;
    open = false;
    anchor.removeEventListener("click", again, true);
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("scroll", follow, true);
    removeEventListener("resize", follow);
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) anchor.focus();
    onClose();
  };
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  // A second press on the button closes what the first one opened.
  const again = (event) => {
    event.stopImmediatePropagation();
    close();
  };
  const follow = () => (anchor.isConnected ? place(box, anchor.getBoundingClientRect()) : close(false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") around(event);
  });
  // Tab goes round in the box: it stands at the end of the document, and there is nothing after it.
  const around = (event) => {
    const stops = [...box.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")].filter(
      (node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility(),
    );
    const end = event.shiftKey ? stops[0] : stops.at(-1);
    if (stops.length && document.activeElement !== end && box.contains(document.activeElement)) return;
    event.preventDefault();
    if (stops.length) (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    else close();
  };
  document.body.append(box);
  box.showPopover();
  follow();
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  addEventListener("scroll", follow, true);
  addEventListener("resize", follow);
  anchor.addEventListener("click", again, true);
  return { box, close, follow };
}

// A list of commands under a button. items: [{label, icon, run, checked}]
function menu(anchor, items, label) {
  const rows = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        class: "wb-option",
        role: item.checked === undefined ? "menuitem" : "menuitemradio",
        "aria-checked": item.checked === undefined ? null : String(item.checked),
        click: () => {
          opened.close();
          item.run();
        },
      },
      item.checked ? icon("check") : h("span", { class: "wb-icon" }),
      h("span", {}, item.label),
    ),
  );
  const list = h("div", { class: "wb-menu" }, rows);
  const opened = popup(anchor, list, { label, role: "menu" });
  arrows(list, rows);
  (rows.find((row) => row.getAttribute("aria-checked") === "true") ?? rows[0])?.focus();
  return opened;
}

// Up, down, home and end move between the given nodes.
function arrows(container, nodes, [back, on] = ["ArrowUp", "ArrowDown"]) {
  container.addEventListener("keydown", (event) => {
    const at = nodes.indexOf(document.activeElement);
    const to = { [on]: at + 1, [back]: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    nodes[(to + nodes.length) % nodes.length]?.focus();
  });
}
