// The panel beside a list: facts, small tables, text in fixed width; text nodes only.

function copyMark(cell) {
  const mark = iconButton("Copy the raw value", "copy", {
    class: "wb-quiet wb-small wb-take",
    click: () => copy(raw(cell), mark),
  });
  return mark;
}

function factNodes(section, at, ask) {
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
              title: pair.pivot,
              click: () => ask("pivot", { section: at, pair: index }),
            })
          : null;
      if (follow) follow.append(value);
      return [
        h("dt", {}, pair.label),
        h(
          "dd",
          { class: pair.kind === "hash" || pair.kind === "id" ? "wb-mono" : "" },
          h("span", { class: "wb-value" }, follow ?? value),
          pair.cell === null ? null : copyMark(pair.cell),
        ),
      ];
    }),
  );
}

function listingNode(section) {
  if (!section.rows.length) return h("p", { class: "wb-muted" }, section.empty);
  return h(
    "div",
    { class: "wb-table-view", tabindex: "0" },
    h(
      "table",
      {},
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
        section.rows.map((cells) =>
          h(
            "tr",
            {},
            cells.map((cell, at) =>
              h(
                "td",
                { class: section.columns[at].right ? "wb-right wb-number" : "", title: shown(cell) },
                cellNode(section.columns[at].kind, cell, Date.now()),
              ),
            ),
          ),
        ),
      ),
    ),
    section.cut ? h("p", { class: "wb-muted" }, section.cut) : null,
  );
}

function sectionNode(section, at, ask) {
  const body = {
    facts: () => factNodes(section, at, ask),
    listing: () => listingNode(section),
    block: () => {
      const take = button("Copy", "copy", {
        class: "wb-quiet wb-small wb-block-copy",
        "aria-label": `Copy ${section.title}`,
        click: () => copy(section.text, take),
      });
      return h(
        "div",
        { class: "wb-block" },
        h("pre", { tabindex: "0" }, section.text),
        take,
        section.cut ? h("p", { class: "wb-muted" }, section.cut) : null,
      );
    },
    note: () => h("p", { class: "wb-panel-note" }, section.text),
  }[section.what];
  return h("section", { class: "wb-section" }, section.title ? h("h3", {}, section.title) : null, body ? body() : null);
}

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "panel");
  const get = (name) => model.get(name);
  const title = h("h2", { tabindex: "-1" });
  const subtitle = h("p", { class: "wb-muted" });
  const place = h("span", { class: "wb-muted wb-number" });
  const tools = h(
    "div",
    { class: "wb-panel-tools" },
    place,
    iconButton("Previous (Alt+Up)", "left", { class: "wb-quiet wb-small", click: () => ask("step", { by: -1 }) }),
    iconButton("Next (Alt+Down)", "right", { class: "wb-quiet wb-small", click: () => ask("step", { by: 1 }) }),
    iconButton("Close (Escape)", "x", { class: "wb-quiet wb-small", click: () => ask("close") }),
  );
  const actions = h("div", { class: "wb-panel-actions" });
  const body = h("div", { class: "wb-panel-body" });
  const box = h(
    "aside",
    { class: "wb-card-box", "aria-label": "Details" },
    h("div", { class: "wb-panel-head" }, h("div", { class: "wb-panel-title" }, title, subtitle), tools),
    actions,
    body,
  );
  root.append(box);

  function draw() {
    const opening = get("opened") && box.hidden;
    box.hidden = !get("opened");
    root.classList.toggle("wb-panel-open", get("opened"));
    replace(title, get("title"));
    replace(subtitle, get("subtitle"));
    subtitle.hidden = !get("subtitle");
    replace(place, get("place"));
    actions.hidden = get("actions").length === 0;
    replace(
      actions,
      get("actions").map((action) =>
        button(action.label, action.icon, {
          class: `wb-small ${action.primary ? "wb-primary" : ""}`,
          click: () => ask("action", { id: action.id }),
        }),
      ),
    );
    replace(
      body,
      get("sections").map((section, at) => sectionNode(section, at, ask)),
    );
    body.scrollTop = 0;
    fitMiddle(body);
    if (opening) title.focus({ preventScroll: true });
    root.dataset.drawn = String(get("version"));
  }

  root.addEventListener("keydown", (event) => {
    const to = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
    if (to) {
      event.preventDefault();
      ask("step", { by: to });
    } else if (event.key === "Escape") ask("close");
  });
  box.hidden = true;
  listen("version", draw);
  listen("place", () => replace(place, get("place")));
  draw();
  return done;
}

export default { render };
