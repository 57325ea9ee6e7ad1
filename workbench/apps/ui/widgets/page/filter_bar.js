// The filter bar: chips that read like a sentence, brackets for groups, a count, undo and clear.

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "filter-bar");
  const get = (name) => model.get(name);
  const chips = h("div", { class: "wb-chips", role: "group", "aria-label": "Filter" });
  const count = h("span", { class: "wb-number wb-filter-count", role: "status" });
  const go = (by) => () => ask("step", { at: get("steps").at + by });
  const undo = iconButton("Undo the last change (Ctrl+Z)", "undo", { class: "wb-quiet", click: go(-1) });
  const redo = iconButton("Redo (Ctrl+Shift+Z)", "undo", { class: "wb-quiet wb-redo", click: go(1) });
  const past = iconButton("Steps of this filter", "clock", {
    class: "wb-quiet",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    click: () => steps(),
  });
  const clear = button("Clear all", null, { class: "wb-quiet", click: () => change({ op: "all", items: [] }) });
  root.append(
    h(
      "div",
      { class: "wb-card-box wb-filter-box" },
      icon("filter"),
      chips,
      h("div", { class: "wb-filter-side" }, count, undo, redo, past, clear),
    ),
  );
  let seq = 0;
  let counter = null;
  let kept = null;
  let latest = { seq: -1 };
  let reading = null;

  const tree = () => get("filter");
  const propertyOf = (name) => get("properties").find((each) => each.name === name) ?? { label: name, kind: "text" };

  function change(next) {
    seq += 1;
    ask("change", { seq, tree: next });
    drawCount();
  }
  function preview(next) {
    seq += 1;
    ask("preview", { seq, tree: next });
    drawCount();
  }

  // Python reads what was pasted; told hears the answer to the last question only.
  function paste(text, told, by = {}) {
    reading = { seq: (reading?.seq ?? 0) + 1, told };
    ask("paste", { seq: reading.seq, text, ...by });
  }
  function drawPasted() {
    const answer = get("pasted");
    if (!reading?.told || answer.seq !== reading.seq) return;
    const { told } = reading;
    reading.told = null;
    told(answer);
  }

  function steps() {
    const { at, said } = get("steps");
    const items = said.map((label, place) => ({ label, checked: place === at, run: () => ask("step", { at: place }) }));
    menu(past, items, "Steps of this filter").box.classList.add("wb-steps");
  }

  // Only the answer to the last question counts; one that comes late does not replace a later one.
  function drawCount() {
    const given = get("answer");
    if (given.seq !== undefined && given.seq >= latest.seq) latest = given;
    const { seq: answered, matches, total } = latest;
    const fresh = answered >= seq;
    const numbers = matches === undefined ? "" : `${matches.toLocaleString("en-US")} of ${plural(total, get("noun"))}`;
    count.classList.toggle("wb-stale-count", !fresh);
    if (fresh && !counter) replace(count, numbers);
    counter?.(fresh ? `${numbers} would match` : get("fault") ? "Not counted" : "Counting…");
  }

  // What a box over the bar works with; next(made) is the tree with what was made in it.
  function tools(next) {
    return {
      properties: get("properties"),
      operators: get("operators"),
      paste,
      counted: (told) => {
        counter = told;
        return () => {
          counter = null;
          drawCount();
        };
      },
      preview: (made) => {
        if (made) preview(next(made));
        else if (counter === null) preview(tree());
      },
      apply: (made) => change(next(made)),
    };
  }

  function editor(anchor, condition, next) {
    conditionEditor(anchor, { condition, ...tools(next) });
  }

  function chip(condition, path) {
    const property = propertyOf(condition.property);
    const { words } = operatorOf(get("operators"), property.kind, condition.operator);
    const text = conditionText(condition, property, get("operators"));
    const values = valuesText(condition, property.kind);
    const edit = h(
      "button",
      {
        type: "button",
        class: "wb-chip-text",
        title: condition.values
          .slice(0, 50)
          .map((value) => valueText(value, property.kind))
          .join(", "),
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        "aria-label": `${text}. Enter edits, Delete removes.`,
        "data-path": path.join("."),
        click: () => editor(edit, condition, (made) => withItem(tree(), path, made)),
      },
      h("span", { class: "wb-chip-property" }, property.label),
      h("span", { class: "wb-muted" }, words),
      values ? h("span", { class: "wb-chip-values wb-cut" }, values) : null,
    );
    edit.addEventListener("keydown", (event) => {
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        remove(path);
      }
    });
    return h(
      "span",
      { class: "wb-chip" },
      edit,
      iconButton(`Remove ${text}`, "x", { class: "wb-quiet wb-tiny", tabindex: "-1", click: () => remove(path) }),
    );
  }

  function remove(path) {
    const before = path
      .slice(0, -1)
      .concat(Math.max(0, path.at(-1) - 1))
      .join(".");
    kept = before;
    change(without(tree(), path));
  }

  function binding(group, path) {
    const select = h(
      "select",
      {
        class: "wb-binding",
        "aria-label": "How the filters bind",
        change: () => change(withItem(tree(), path, { ...group, op: select.value })),
      },
      Object.entries(GROUP_WORDS).map(([name, [label]]) => h("option", { value: name }, label)),
    );
    select.value = group.op;
    return select;
  }

  // Each is found again by its place when the bar is drawn anew while it has the focus.
  function adder(path, small) {
    const placed = (what) => ({ ...attributes, "data-path": [...path, what].join(".") });
    const attributes = {
      class: `wb-quiet ${small ? "wb-small" : ""} wb-adder`,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    };
    const add = button(small ? "Add" : "Add filter", "plus", {
      ...placed("filter"),
      click: () => editor(add, null, (made) => withAdded(tree(), path, made)),
    });
    const group =
      path.length >= 4
        ? null
        : button(small ? "" : "Add group", "group", {
            ...placed("group"),
            title: "Add a group in brackets",
            "aria-label": "Add group",
            click: () =>
              editor(group, null, (made) =>
                withAdded(tree(), path, { op: itemAt(tree(), path).op === "any" ? "all" : "any", items: [made] }),
              ),
          });
    const pasting = button(small ? "" : "Paste indicators", "copy", {
      ...placed("paste"),
      title: "A list out of a mail, a column or a report, as one filter",
      "aria-label": "Paste indicators",
      click: () => indicatorBox(pasting, tools((made) => withAdded(tree(), path, made))),
    });
    return h("span", { class: "wb-adders" }, add, group, path.length >= 4 ? null : pasting);
  }

  function groupNodes(group, path) {
    const word = GROUP_WORDS[group.op][1];
    return group.items.flatMap((item, at) => {
      const inner = [...path, at];
      const node = item.items ? bracket(item, inner) : chip(item, inner);
      return at ? [h("span", { class: "wb-joiner", "aria-hidden": "true" }, word), node] : [node];
    });
  }

  function bracket(group, path) {
    return h(
      "span",
      { class: "wb-bracket", role: "group", "aria-label": GROUP_WORDS[group.op][0] },
      binding(group, path),
      ...groupNodes(group, path),
      adder(path, true),
      iconButton("Remove this group", "x", { class: "wb-quiet wb-tiny", click: () => remove(path) }),
    );
  }

  // While a box is open its anchor has to stay, and only the count is new.
  function draw() {
    drawPasted();
    if (counter) drawCount();
    else drawChips();
    root.dataset.drawn = String(get("version"));
  }

  function drawChips() {
    const had = chips.contains(document.activeElement) || kept !== null;
    const path = kept ?? document.activeElement?.dataset?.path;
    const whole = tree();
    const many = conditions(whole);
    replace(
      chips,
      whole.items.length > 1 || whole.op !== "all" ? binding(whole, []) : null,
      ...groupNodes(whole, []),
      adder([], false),
    );
    if (had)
      (chips.querySelector(`[data-path="${CSS.escape(path ?? "")}"]`) ?? chips.querySelector(".wb-adder")).focus();
    kept = null;
    const { at, said } = get("steps");
    undo.disabled = at === 0;
    redo.disabled = at === said.length - 1;
    past.disabled = said.length === 1;
    clear.hidden = many === 0;
    drawCount();
  }

  root.addEventListener("keydown", (event) => {
    const nodes = [...chips.querySelectorAll(".wb-chip-text, .wb-adder")];
    const at = nodes.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    if (["z", "y"].includes(key) && !event.target.matches("input, textarea")) {
      event.preventDefault();
      const act = key === "y" || event.shiftKey ? redo : undo;
      if (!act.disabled) act.click();
    } else if (to !== undefined && at >= 0) {
      event.preventDefault();
      nodes[(to + nodes.length) % nodes.length].focus();
    }
  });
  listen("version", draw);
  listen("fault", drawCount);
  draw();
  return done;
}

export default { render };
