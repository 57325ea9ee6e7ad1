// A table of counts, one column by another: read by arrow keys, picked by a press, shaded by how many.

function render({ model, el }) {
  const { root, listen, ask, offs, done } = mount(model, el, "cross");
  const get = (name) => model.get(name);
  const head = h("div", { class: "wb-card-head" });
  const table = h("table", { role: "grid" });
  const scroll = h("div", { class: "wb-cross-scroll" }, table);
  const key = h("div", { class: "wb-cross-key wb-muted" });
  const nothing = h("div", { class: "wb-empty" });
  root.append(h("div", { class: "wb-card-box" }, head, scroll, key, nothing));
  let active = [1, 1];

  const copyAll = button("Copy", "copy", { class: "wb-quiet wb-small", click: () => copy(get("text"), copyAll) });
  const save = button("CSV", "download", {
    class: "wb-quiet wb-small",
    "aria-label": "Save the table as CSV",
    click: () => ask("take"),
  });

  function draw() {
    const had = scroll.contains(document.activeElement);
    const none = get("total") === "";
    nothing.hidden = !none;
    scroll.hidden = key.hidden = copyAll.hidden = save.hidden = none;
    replace(
      head,
      h("h2", {}, get("title")),
      h("span", { class: "wb-muted wb-caption" }, get("caption")),
      h("span", { class: "wb-spacer" }),
      copyAll,
      save,
    );
    replace(
      nothing,
      icon("table"),
      h("strong", {}, "Nothing to count"),
      get("empty") ? h("span", {}, get("empty")) : null,
    );
    if (none) replace(table);
    else drawTable();
    drawKey();
    if (had) focus(Math.min(active[0], lines().length - 1), active[1]);
    root.dataset.drawn = String(get("version"));
  }

  // A head that can be picked is a button; what stands for many values is words.
  function headCell(side, at, where) {
    const { cells, rest, kind } = get(side);
    const text = rest[at] ? h("span", { class: "wb-cut" }, shown(cells[at])) : cellNode(kind, cells[at]);
    const press = rest[at]
      ? text
      : h("button", { type: "button", class: `wb-link wb-of-${side}`, tabindex: "-1", title: `Filter by ${shown(cells[at])}` }, text);
    const node = h(
      "th",
      { scope: side === "rows" ? "row" : "col", class: side === "rows" ? "" : "wb-right", tabindex: "-1" },
      press,
    );
    if (rest[at]) press.classList.add("wb-muted");
    else node.wbPick = where;
    return node;
  }

  function countCell(row, column) {
    const count = get("counts").lines[row][column];
    const [first, second] = [get("rows"), get("columns")];
    const named = !first.rest[row] && !second.rest[column];
    const node = h(
      "td",
      {
        role: "gridcell",
        tabindex: "-1",
        class: `wb-right wb-number wb-heat-${get("counts").shades[row][column]} ${count ? "" : "wb-zero"}`,
        title: `${shown(first.cells[row])}, ${shown(second.cells[column])}: ${count.toLocaleString("en-US")}`,
      },
      count.toLocaleString("en-US"),
    );
    if (named && count) node.wbPick = { row, column };
    node.classList.toggle("wb-can", Boolean(node.wbPick));
    return node;
  }

  const sum = (value) =>
    h("td", { role: "gridcell", tabindex: "-1", class: "wb-right wb-number wb-sum" }, value.toLocaleString("en-US"));

  function drawTable() {
    const [first, second] = [get("rows"), get("columns")];
    const top = h(
      "tr",
      {},
      h("th", { scope: "col", class: "wb-corner", tabindex: "-1" }, h("span", { class: "wb-cut" }, get("corner").rows)),
      second.cells.map((_, at) => headCell("columns", at, { row: -1, column: at })),
      h("th", { scope: "col", class: "wb-right wb-sum", tabindex: "-1" }, "Total"),
    );
    const body = first.cells.map((_, row) =>
      h(
        "tr",
        {},
        headCell("rows", row, { row, column: -1 }),
        second.cells.map((__, column) => countCell(row, column)),
        sum(first.totals[row]),
      ),
    );
    const foot = h(
      "tr",
      { class: "wb-cross-foot" },
      h("th", { scope: "row", tabindex: "-1" }, "Total"),
      second.totals.map(sum),
      h("td", { role: "gridcell", tabindex: "-1", class: "wb-right wb-number wb-sum" }, get("total")),
    );
    replace(table, h("thead", {}, top), h("tbody", {}, body, foot));
    table.setAttribute("aria-label", `${get("title")}, ${get("total")} ${get("caption")}`);
    const wide = second.cells.length > 5 ? 200 : 320;
    top.firstChild.style.width = `${wide}px`;
    table.style.minWidth = `${wide + 84 + 98 * second.cells.length}px`;
    mark(...active);
    fitMiddle(table);
  }

  function drawKey() {
    const ends = (get("shades").ends ?? []).map(([low, high], at) => [low, high, at + 1]).filter(([low, high]) => low <= high);
    replace(
      key,
      ends.map(([low, high, at]) => {
        const [first, last] = [low, high].map((each) => each.toLocaleString("en-US"));
        return h("span", {}, h("span", { class: `wb-swatch wb-heat-${at}` }), low === high ? first : `${first}–${last}`);
      }),
    );
    key.hidden ||= ends.length === 0;
  }

  const lines = () => [...table.querySelectorAll("tr")];
  const cellAt = (row, column) => lines()[row]?.children[column];

  // One cell can be tabbed to; the arrow keys carry that from cell to cell.
  function mark(row, column) {
    table.querySelectorAll('[tabindex="0"]').forEach((cell) => cell.setAttribute("tabindex", "-1"));
    (cellAt(row, column) ?? cellAt(1, 1))?.setAttribute("tabindex", "0");
  }

  function focus(row, column) {
    const cell = cellAt(row, column);
    if (!cell) return;
    active = [row, column];
    mark(row, column);
    cell.focus();
  }

  const placeOf = (cell) => [lines().indexOf(cell.parentNode), [...cell.parentNode.children].indexOf(cell)];

  function pick(cell) {
    if (cell?.wbPick) ask("pick", cell.wbPick);
  }

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const [row, column] = placeOf(cell);
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, cell.parentNode.children.length - 1],
    }[event.key];
    if (to) focus(...to);
    else if (event.key === "Enter" || event.key === " ") pick(cell);
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell) return;
    focus(...placeOf(cell));
    pick(cell);
  });

  const resized = new ResizeObserver(debounce(60, () => fitMiddle(table)));
  resized.observe(scroll);
  offs.push(() => resized.disconnect());
  listen("version", draw);
  draw();
  return done;
}

export default { render };
