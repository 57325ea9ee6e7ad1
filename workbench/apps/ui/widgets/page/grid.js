// The grid: Python sends one page, the reader asks for another.

function render({ model, el }) {
  const { root, listen, ask, offs, done } = mount(model, el, "grid");
  const get = (name) => model.get(name);
  const peek = peeker(root);
  const count = h("span", { class: "wb-grid-count", role: "status" });
  const picked = selection(model, { ask, listen, offs });
  const range = h("span", { class: "wb-number wb-muted" });
  const move = (offset) => request("page", { offset, size: get("size") });
  const first = iconButton("First page", "first", { class: "wb-quiet wb-small", click: () => move(0) });
  const back = iconButton("Previous page", "left", {
    class: "wb-quiet wb-small",
    click: () => move(get("offset") - get("size")),
  });
  const on = iconButton("Next page", "right", {
    class: "wb-quiet wb-small",
    click: () => move(get("offset") + get("size")),
  });
  const last = iconButton("Last page", "last", { class: "wb-quiet wb-small", click: () => move(get("total") - 1) });
  const sizes = h("select", {
    class: "wb-field wb-small",
    "aria-label": "Rows a page",
    change: () => request("page", { offset: get("offset"), size: Number(sizes.value) }),
  });
  const columns = button("Columns", "columns", {
    class: "wb-quiet wb-small",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    click: () => columnChooser(columns, get("columns"), get("memory"), request),
  });
  const bar = h(
    "div",
    { class: "wb-grid-bar" },
    count,
    picked.node,
    h("span", { class: "wb-spacer" }),
    columns,
    sizes,
    h("span", { class: "wb-pager" }, first, back, range, on, last),
  );
  const table = h("table", { role: "grid" });
  const scroll = h("div", { class: "wb-grid-scroll" }, table);
  const nothing = h("div", { class: "wb-empty" });
  root.append(h("div", { class: "wb-card-box" }, bar, scroll, nothing));
  let active = { row: 0, column: 1 };
  let anchor = null;
  let waiting = 0;
  let was = "";

  function request(kind, body) {
    peek.hide();
    clearTimeout(waiting);
    waiting = setTimeout(() => root.setAttribute("aria-busy", "true"), 150);
    ask(kind, body);
  }

  // Whether the focus is on something that can be seen: not so when the panel that held it has just closed.
  function shownFocus() {
    const held = document.activeElement;
    return held && held !== document.body && held.checkVisibility();
  }

  function rest() {
    clearTimeout(waiting);
    root.setAttribute("aria-busy", String(get("busy")));
  }

  function draw() {
    rest();
    const closed = was && !get("opened") && !shownFocus();
    const inside = scroll.contains(document.activeElement) || closed;
    if (closed) active.row = Math.max(0, (get("page").ids ?? []).indexOf(was));
    was = get("opened");
    peek.hide();
    const cleared = drawBar();
    drawTable();
    nothing.hidden = get("total") > 0;
    scroll.hidden = get("total") === 0;
    replace(
      nothing,
      icon("empty"),
      h("strong", {}, `No ${get("noun").split(" per ")[0]}`),
      get("empty") ? h("span", {}, get("empty")) : null,
    );
    if (inside || cleared) focus(Math.min(active.row, rows().length - 1), active.column);
    root.dataset.drawn = String(get("version"));
  }

  function drawBar() {
    const [offset, size, total] = ["offset", "size", "total"].map(get);
    const many = get("page").ids?.length ?? 0;
    replace(count, plural(total, get("noun")));
    replace(
      range,
      total
        ? `${(offset + 1).toLocaleString("en-US")}–${(offset + many).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`
        : "0 of 0",
    );
    first.disabled = back.disabled = offset <= 0;
    on.disabled = last.disabled = offset + size >= total;
    replace(
      sizes,
      get("sizes").map((each) => {
        const option = h("option", { value: each }, `${each} a page`);
        option.selected = each === size;
        return option;
      }),
    );
    sizes.hidden = total <= get("sizes")[0];
    range.parentNode.hidden = total === 0;
    return picked.draw();
  }

  function drawTable() {
    const page = get("page");
    const known = Object.fromEntries(get("columns").map((column) => [column.name, column]));
    const seen = (page.columns ?? []).map((name) => known[name]).filter(Boolean);
    const chosen = new Set(get("selected"));
    const opens = get("openable") ? (seen.find((column) => column.opens) ?? seen[0])?.name : null;
    const flexible = seen.some((column) => FLEXIBLE.has(column.kind));
    const grows = (column) => (flexible ? FLEXIBLE.has(column.kind) : column.grows);
    const fill = !seen.some(grows);
    const context = {
      now: get("now") || Date.now(),
      opens,
      fill,
      selectable: get("selectable"),
      open: (id) => get("openable") && request("open", { id }),
      select: choose,
    };
    const bodies = (page.rows ?? []).map((cells, at) =>
      bodyRow(cells, seen, {
        ...context,
        id: page.ids[at],
        index: get("offset") + at,
        selected: get("whole") || chosen.has(page.ids[at]),
      }),
    );
    bodies.forEach((row) => row.classList.toggle("wb-opened", row.dataset.id === get("opened")));
    const whole = bodies.length > 0 && (get("whole") || page.ids.every((id) => chosen.has(id)));
    const head = h(
      "tr",
      { role: "row", "aria-rowindex": 1 },
      context.selectable
        ? h(
            "th",
            { class: "wb-pick", tabindex: "-1" },
            checkbox("Select all rows of this page", whole, (state) => ask("select", { ids: page.ids, on: state })),
          )
        : null,
      seen.map((column) => headCell(column, get("sort"), request)),
      fill ? h("th", { class: "wb-fill", "aria-hidden": "true" }) : null,
    );
    const wide = seen.reduce(
      (sum, column) => sum + (FLEXIBLE.has(column.kind) ? Math.round(column.width * 0.65) : column.width),
      context.selectable ? 36 : 0,
    );
    const sizesOf = seen.map((column) => {
      const col = h("col", {});
      if (!grows(column)) col.style.width = `${column.width}px`;
      return col;
    });
    const pick = h("col", {});
    pick.style.width = "36px";
    replace(
      table,
      h("colgroup", {}, context.selectable ? pick : null, sizesOf, fill ? h("col", {}) : null),
      h("thead", {}, head),
      h("tbody", {}, bodies),
    );
    table.style.minWidth = `${wide}px`;
    table.classList.toggle("wb-with-pick", context.selectable);
    scroll.style.maxHeight = `${(get("tall") + 1) * 28 + 2}px`;
    Object.entries({
      "aria-rowcount": get("total") + 1,
      "aria-colcount": seen.length,
      "aria-multiselectable": context.selectable,
      "aria-label": get("label") || get("noun"),
    }).forEach(([name, value]) => table.setAttribute(name, String(value)));
    mark(active.row, active.column);
    fitMiddle(table);
  }

  function reveal() {
    model.set("revealed", get("reveals"));
    root.scrollIntoView({ block: get("total") ? "start" : "nearest" });
    focus(0, get("selectable") ? 1 : 0);
    peek.hide();
  }

  const rows = () => [...table.querySelectorAll("tbody tr")];
  const cellAt = (row, column) => (row < 0 ? table.querySelector("thead tr") : rows()[row])?.children[column];

  // One cell can be tabbed to; the arrow keys carry that from cell to cell.
  function mark(row, column) {
    table.querySelectorAll('[tabindex="0"]').forEach((cell) => cell.setAttribute("tabindex", "-1"));
    (cellAt(row, column) ?? cellAt(0, 0) ?? cellAt(-1, 0))?.setAttribute("tabindex", "0");
  }

  function focus(row, column) {
    const cell = cellAt(row, column);
    if (!cell || cell.classList.contains("wb-fill")) return;
    active = { row, column };
    mark(row, column);
    cell.focus({ preventScroll: false });
  }

  function choose(id, state) {
    anchor = id;
    ask("select", { ids: [id], on: state });
  }

  function span(to) {
    const ids = get("page").ids;
    const [start, end] = [ids.indexOf(anchor), ids.indexOf(to)].sort((one, other) => one - other);
    ask("select", { ids: ids.slice(Math.max(start, 0), end + 1), on: true });
  }

  function keys(event) {
    const cell = event.target.closest("td, th");
    if (!cell || event.altKey) return;
    const row = rows().indexOf(cell.parentNode);
    const column = [...cell.parentNode.children].indexOf(cell);
    const held = event.ctrlKey || event.metaKey;
    const ends = cell.parentNode.children.length - 1;
    const moves = {
      ArrowUp: () => focus(row - 1, column),
      ArrowDown: () => focus(row + 1, column),
      ArrowLeft: () => focus(row, column - 1),
      ArrowRight: () => focus(row, column + 1),
      Home: () => focus(held ? 0 : row, 0),
      End: () => focus(held ? rows().length - 1 : row, ends),
      PageUp: () => back.disabled || back.click(),
      PageDown: () => on.disabled || on.click(),
      Enter: () =>
        row < 0
          ? cell.querySelector("button")?.click()
          : get("openable") && request("open", { id: cell.parentNode.dataset.id }),
      " ": () => pressed(cell, row, event.shiftKey),
      Escape: () => peek.hide(),
    };
    if (held && event.key.toLowerCase() === "c" && "wbCell" in cell && !getSelection()?.toString()) {
      event.preventDefault();
      copy(raw(cell.wbCell), cell);
    } else if (held && event.key.toLowerCase() === "a" && get("selectable")) {
      event.preventDefault();
      ask("whole");
    } else if (Object.hasOwn(moves, event.key) && (!held || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      moves[event.key]();
    }
  }

  function pressed(cell, row, ranged) {
    if (row < 0) return cell.querySelector("input, button")?.click();
    if (!get("selectable")) return undefined;
    const id = cell.parentNode.dataset.id;
    return ranged && anchor ? span(id) : choose(id, !(get("whole") || get("selected").includes(id)));
  }

  table.addEventListener("keydown", keys);
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell) return;
    active = { row: rows().indexOf(cell.parentNode), column: [...cell.parentNode.children].indexOf(cell) };
    mark(active.row, active.column);
    if (event.target === cell) peek.show(cell);
  });
  table.addEventListener("focusout", peek.hide);
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (event.shiftKey && anchor && cell) {
      getSelection()?.removeAllRanges();
      span(cell.parentNode.dataset.id);
    }
    if (cell && !event.target.closest("button, input")) cell.focus();
  });
  const edges = () => {
    root.classList.toggle("wb-more-left", scroll.scrollLeft > 1);
    root.classList.toggle("wb-more-right", scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - 1);
  };
  scroll.addEventListener("scroll", () => {
    peek.hide();
    edges();
  });
  const resized = new ResizeObserver(
    debounce(60, () => {
      edges();
      fitMiddle(table);
    }),
  );
  resized.observe(scroll);
  offs.push(() => resized.disconnect());
  listen("version", draw);
  listen("fault", rest);
  listen("reveals", reveal);
  remembered(get("memory"), get("columns"), ask);
  draw();
  // Asked for while another list stood in this one's place.
  if (get("revealed") < get("reveals")) requestAnimationFrame(reveal);
  return () => {
    peek.hide();
    done();
  };
}

export default { render };
