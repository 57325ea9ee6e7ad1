// Values of a panel: facts and small tables; each can be copied, and some lead on to what is known of them.

function copyMark(cell, attributes = {}) {
  const mark = iconButton("Copy the raw value", "copy", {
    class: "wb-quiet wb-small wb-take",
    ...attributes,
    click: () => copy(raw(cell), mark),
  });
  return mark;
}

function openMark(cell, run, attributes = {}) {
  const label = `What is known of ${shown(cell)}`;
  return iconButton(label, "open", { class: "wb-quiet wb-small wb-take", ...attributes, click: run });
}

// Rows from which on a listing can be searched and saved.
const MANY = 5;

// What a panel hands to its sections: "pivot" and "open" ask Python, "openable" says whether "open" leads anywhere.
function factNodes(section, at, { ask, openable }) {
  return h(
    "dl",
    { class: "wb-facts" },
    section.pairs.flatMap((pair, index) => {
      const value =
        pair.cell === null
          ? h("span", { class: "wb-none" }, "–")
          : pair.kind === "time"
            ? cellNode("time", pair.cell, Date.now())
            : MARKS[pair.kind]
              ? word(pair.kind, shown(pair.cell))
              : h("span", {}, shown(pair.cell));
      const follow =
        pair.pivot && pair.cell !== null
          ? button("", null, {
              class: "wb-link",
              title: `Filter by it: ${pair.pivot}`,
              click: () => ask("pivot", { section: at, pair: index }),
            })
          : null;
      if (follow) follow.append(value);
      const leads = openable && pair.opens && pair.cell !== null;
      return [
        h("dt", {}, pair.label),
        h(
          "dd",
          { class: pair.kind === "hash" || pair.kind === "id" ? "wb-mono" : "" },
          h("span", { class: "wb-value" }, follow ?? value),
          pair.cell === null
            ? null
            : h(
                "span",
                { class: "wb-marks" },
                copyMark(pair.cell),
                leads ? openMark(pair.cell, () => ask("open", { section: at, row: index, column: 0 })) : null,
              ),
        ),
      ];
    }),
  );
}

// A cell of a listing with its kind: that of its column, unless it brings one of its own.
function told(section, row, column) {
  const cell = section.rows[row][column];
  const { kind, opens } = section.columns[column];
  return cell === null || typeof cell === "string" || Array.isArray(cell) ? { cell, kind, opens } : cell;
}

function listingNode(section, at, panel) {
  if (!section.rows.length) return h("p", { class: "wb-muted" }, section.empty);
  const cells = section.rows.map((values, row) =>
    values.map((_, column) => {
      const { cell, kind } = told(section, row, column);
      return h(
        "td",
        { class: section.columns[column].right ? "wb-right wb-number" : "", title: shown(cell), tabindex: "-1" },
        cellNode(kind, cell, Date.now()),
      );
    }),
  );
  const table = h(
    "table",
    { role: "grid", "aria-label": section.title },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        section.columns.map((column) =>
          h("th", { scope: "col", class: column.right ? "wb-right" : "" }, column.label),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      cells.map((row) => h("tr", {}, row)),
    ),
  );
  walk(table, cells, section, at, panel);
  return [
    section.rows.length < MANY ? null : listingTools(section, cells, () => panel.ask("take", { section: at })),
    h("div", { class: "wb-table-view", scroll: (event) => edge(event.currentTarget) }, table),
    section.cut ? h("p", { class: "wb-muted" }, section.cut) : null,
  ];
}

// A value as the data have it, so that what was copied is found.
function plain(section, row, column) {
  const { cell } = told(section, row, column);
  return cell === null ? "" : raw(cell);
}

// A field that leaves only the rows with what is typed, and a button that saves them all.
function listingTools(section, cells, take) {
  const many = h("span", { class: "wb-muted wb-number", role: "status" });
  const find = h("input", {
    class: "wb-field wb-small",
    type: "search",
    placeholder: section.cut ? `Find among the ${cells.length} shown` : `Find among ${cells.length}`,
    "aria-label": `Find in ${section.name}`,
    // Escape takes back what was typed before it closes the panel.
    keydown: (event) => {
      if (event.key !== "Escape" || !find.value) return;
      event.stopPropagation();
      event.preventDefault();
      find.value = "";
      find.dispatchEvent(new Event("input"));
    },
    input: () => {
      const wanted = find.value.trim().toLowerCase();
      const texts = cells.map((row, at) =>
        row.map((cell, column) => `${cell.title}\n${cell.textContent}\n${plain(section, at, column)}`).join("\n"),
      );
      cells.forEach((row, at) => (row[0].parentElement.hidden = !texts[at].toLowerCase().includes(wanted)));
      const left = cells.filter((row) => !row[0].parentElement.hidden);
      replace(many, wanted ? `${left.length.toLocaleString("en-US")} found` : null);
      if (!left.length) return;
      cells.flat().forEach((cell) => (cell.tabIndex = -1));
      left[0][0].tabIndex = 0;
    },
  });
  const save = button("CSV", "download", {
    class: "wb-quiet wb-small",
    title: "Save all rows as CSV",
    "aria-label": `Save all rows of ${section.name} as CSV`,
    click: take,
  });
  return h("div", { class: "wb-listing-tools" }, find, many, h("span", { class: "wb-spacer" }), save);
}

// A table that goes on to the right fades out there.
function edge(view) {
  view.classList.toggle("wb-goes-on", view.scrollLeft + view.clientWidth < view.scrollWidth - 1);
}

// One stop for Tab; arrows go from cell to cell, Enter leads on, Ctrl+C copies. The marks follow pointer and focus.
function walk(table, cells, section, at, { ask, openable }) {
  const place = (node) => {
    const cell = node.closest?.("td");
    const row = cell ? cell.parentElement.sectionRowIndex : -1;
    if (!cell) return null;
    const { cell: value, opens } = told(section, row, cell.cellIndex);
    return { cell, row, column: cell.cellIndex, value, opens };
  };
  const leads = (found) => openable && found.opens && found.value !== null;
  const lead = (found) => ask("open", { section: at, row: found.row, column: found.column });
  let marks = null;
  function mark(found) {
    if (marks?.parentElement === found?.cell) return;
    marks?.remove();
    marks = null;
    if (!found || found.value === null) return;
    const quiet = { tabindex: "-1" };
    const on = leads(found) ? openMark(found.value, () => lead(found), quiet) : null;
    marks = h("span", { class: "wb-marks" }, copyMark(found.value, quiet), on);
    found.cell.append(marks);
  }
  // The next row that is shown, or the same where there is none.
  function next(row, by) {
    let at = row + by;
    while (cells[at]?.[0].parentElement.hidden) at += by;
    return cells[at] ? at : row;
  }
  const focused = () => (table.contains(document.activeElement) ? place(document.activeElement) : null);
  cells[0][0].tabIndex = 0;
  table.addEventListener("focusin", (event) => {
    const found = place(event.target);
    if (!found || event.target !== found.cell) return;
    table.querySelectorAll('td[tabindex="0"]').forEach((each) => (each.tabIndex = -1));
    found.cell.tabIndex = 0;
    mark(found);
  });
  table.addEventListener("focusout", (event) => table.contains(event.relatedTarget) || mark(null));
  table.addEventListener("pointerover", (event) => mark(place(event.target) ?? focused()));
  table.addEventListener("pointerleave", () => mark(focused()));
  table.addEventListener("keydown", (event) => {
    const found = place(event.target);
    if (!found || event.altKey || event.target !== found.cell) return;
    const lastColumn = section.columns.length - 1;
    const to = {
      ArrowUp: [next(found.row, -1), found.column],
      ArrowDown: [next(found.row, 1), found.column],
      ArrowLeft: [found.row, found.column - 1],
      ArrowRight: [found.row, found.column + 1],
      Home: [found.row, 0],
      End: [found.row, lastColumn],
    }[event.key];
    if (to) {
      event.preventDefault();
      cells[to[0]][Math.min(Math.max(to[1], 0), lastColumn)].focus();
    } else if (event.key === "Enter" && leads(found)) lead(found);
    else if (event.key === "c" && (event.ctrlKey || event.metaKey)) copy(raw(found.value), found.cell);
  });
}
