// Rows and cells of the grid, and the box that shows a cut value in full.

const FLEXIBLE = new Set(["subject", "url", "list"]);

function checkbox(label, checked, changed) {
  const box = h("input", { type: "checkbox", "aria-label": label, tabindex: "-1", change: () => changed(box.checked) });
  box.checked = checked;
  return box;
}

function headCell(column, sort, ask) {
  const on = sort.column === column.name;
  const state = !on ? "none" : sort.descending ? "descending" : "ascending";
  const first = column.right || column.kind === "time" || column.kind === "bool";
  const next = () => {
    if (!on) return ask("sort", { column: column.name, descending: first });
    return sort.descending === first
      ? ask("sort", { column: column.name, descending: !first })
      : ask("sort", { column: "" });
  };
  const label = h("span", { class: "wb-cut" }, column.label);
  const mark = on ? icon(sort.descending ? "fall" : "up") : null;
  const content = column.sortable
    ? h(
        "button",
        {
          type: "button",
          class: "wb-head",
          tabindex: "-1",
          title: column.help || `Sort by ${column.label}`,
          click: next,
        },
        label,
        mark,
      )
    : h("span", { class: "wb-head", title: column.help }, label);
  return h(
    "th",
    {
      scope: "col",
      "aria-sort": column.sortable ? state : null,
      class: column.right ? "wb-right" : "",
      tabindex: "-1",
    },
    content,
  );
}

function bodyCell(column, cell, context) {
  const node = cellNode(column.kind, cell, context.now);
  const numeric = column.right
    ? "wb-right wb-number"
    : column.kind === "hash" || column.kind === "id"
      ? "wb-mono"
      : column.kind === "time"
        ? "wb-number"
        : "";
  const content =
    context.opens === column.name && cell !== null
      ? h(
          "button",
          { type: "button", class: "wb-link wb-open", tabindex: "-1", click: () => context.open(context.id) },
          node,
        )
      : node;
  const td = h("td", { role: "gridcell", tabindex: "-1", class: numeric }, content);
  td.wbCell = cell;
  return td;
}

function bodyRow(cells, columns, context) {
  const row = h("tr", {
    role: "row",
    "aria-rowindex": context.index + 2,
    "data-id": context.id,
    dblclick: () => context.open(context.id),
  });
  if (context.selectable) {
    row.append(
      h(
        "td",
        { role: "gridcell", tabindex: "-1", class: "wb-pick" },
        checkbox(`Select row ${context.index + 1}`, context.selected, (on) => context.select(context.id, on)),
      ),
    );
    row.setAttribute("aria-selected", String(context.selected));
  }
  columns.forEach((column, at) => row.append(bodyCell(column, cells[at], context)));
  if (context.fill) row.append(h("td", { class: "wb-fill", "aria-hidden": "true" }));
  return row;
}

// The whole value of the focused cell where the cell shows less; a press on its button copies the raw value.
function peeker(root) {
  let box = null;
  const hide = () => {
    box?.remove();
    box = null;
  };
  const show = (cell) => {
    hide();
    if (!("wbCell" in cell) || cell.wbCell === null) return;
    const cut = [...cell.querySelectorAll(".wb-cut")].some(
      (part) => part.scrollWidth > part.clientWidth + 1 || (part.wbText ?? part.textContent) !== part.textContent,
    );
    if (!cut && shown(cell.wbCell) === raw(cell.wbCell)) return;
    const take = iconButton("Copy the raw value", "copy", {
      class: "wb-quiet wb-small",
      tabindex: "-1",
      click: () => copy(raw(cell.wbCell), take),
    });
    box = h(
      "div",
      { class: "wb wb-popup wb-peek", popover: "manual", pointerdown: (event) => event.preventDefault() },
      h("span", { class: cell.classList.contains("wb-mono") ? "wb-mono" : "" }, shown(cell.wbCell)),
      take,
    );
    root.append(box);
    box.showPopover();
    place(box, cell.getBoundingClientRect());
  };
  return { show, hide };
}
