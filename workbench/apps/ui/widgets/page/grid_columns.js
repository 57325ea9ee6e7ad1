// The choice of columns: a box to search in and one check box a column; the first column always stays.

const kept = (memory) => `workbench.columns.${memory}`;

// The choice of the last visit, asked for again when the grid comes up.
function remembered(memory, columns, ask) {
  if (!memory) return;
  try {
    const visible = JSON.parse(localStorage.getItem(kept(memory)) ?? "null");
    const now = columns.filter((column) => column.visible).map((column) => column.name);
    if (Array.isArray(visible) && JSON.stringify(visible) !== JSON.stringify(now)) ask("columns", { visible, remembered: true });
  } catch {
    /* nothing was kept, or the browser keeps nothing */
  }
}

function columnChooser(anchor, columns, memory, ask) {
  const find = h("input", {
    class: "wb-field",
    type: "search",
    placeholder: "Find a column",
    "aria-label": "Find a column",
  });
  const boxes = columns.map((column, at) => {
    const box = h("input", { type: "checkbox", name: "column", change: () => send() });
    box.checked = column.visible;
    box.disabled = at === 0;
    return { column, box, row: h("label", { class: "wb-option" }, box, h("span", {}, column.label)) };
  });
  const send = debounce(150, () => {
    const visible = boxes.filter((each) => each.box.checked).map((each) => each.column.name);
    try {
      if (memory) localStorage.setItem(kept(memory), JSON.stringify(visible));
    } catch {
      /* for this visit only */
    }
    ask("columns", { visible });
  });
  const all = (on) => {
    boxes.forEach((each) => {
      if (!each.box.disabled) each.box.checked = on;
    });
    send.now();
  };
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    boxes.forEach((each) => {
      each.row.hidden = !each.column.label.toLowerCase().includes(wanted);
    });
  });
  const list = h(
    "div",
    { class: "wb-menu" },
    boxes.map((each) => each.row),
  );
  const foot = h(
    "div",
    { class: "wb-columns-foot" },
    button("Show all", null, { class: "wb-quiet wb-small", click: () => all(true) }),
    button("Show first only", null, { class: "wb-quiet wb-small", click: () => all(false) }),
  );
  const opened = popup(anchor, h("div", { class: "wb-columns" }, find, list, foot), { label: "Columns" });
  arrows(
    list,
    boxes.map((each) => each.box),
  );
  find.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      boxes[0].box.focus();
    }
  });
  find.focus();
  return opened;
}
