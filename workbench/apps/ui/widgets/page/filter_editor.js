// The box in which one condition is made or changed: property, operator, values, and how many would match.

let pickers = 0;

// Properties in groups, found by typing; Enter takes the marked one.
function propertyPicker(properties, taken) {
  const id = `wb-properties-${(pickers += 1)}`;
  const find = h("input", {
    type: "text",
    class: "wb-field",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": id,
    "aria-autocomplete": "list",
    placeholder: "Filter by…",
    "aria-label": "Property",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = h("div", { class: "wb-menu wb-properties", role: "listbox", id, "aria-label": "Properties" });
  const none = h("p", { class: "wb-muted wb-no-match", role: "status" });
  let shownOnes = [];
  let at = 0;
  const draw = () => {
    const wanted = find.value.trim().toLowerCase();
    shownOnes = properties.filter((each) => `${each.label} ${each.name}`.toLowerCase().includes(wanted));
    at = Math.max(0, Math.min(at, shownOnes.length - 1));
    const groups = [...new Set(shownOnes.map((each) => each.group))];
    shownOnes = groups.flatMap((group) => shownOnes.filter((each) => each.group === group));
    replace(
      list,
      groups.flatMap((group) => [
        group ? h("div", { class: "wb-group-title", role: "presentation" }, group) : null,
        ...shownOnes
          .filter((each) => each.group === group)
          .map((each) =>
            h(
              "div",
              {
                class: "wb-option",
                role: "option",
                id: `${id}-${shownOnes.indexOf(each)}`,
                "aria-selected": String(each === shownOnes[at]),
                title: each.help,
                click: () => taken(each),
              },
              h("span", {}, each.label),
            ),
          ),
      ]),
    );
    list.hidden = !shownOnes.length;
    find.setAttribute("aria-expanded", String(!list.hidden));
    replace(none, list.hidden ? "No property has that name." : "");
    none.hidden = !list.hidden;
    find.setAttribute("aria-activedescendant", shownOnes.length ? `${id}-${at}` : "");
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  };
  find.addEventListener("input", () => {
    at = 0;
    draw();
  });
  find.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shownOnes.length) {
      event.preventDefault();
      at = (at + step + shownOnes.length) % shownOnes.length;
      draw();
    } else if (event.key === "Enter" && shownOnes[at]) {
      event.preventDefault();
      taken(shownOnes[at]);
    }
  });
  draw();
  return { node: h("div", { class: "wb-picker" }, find, list, none), focus: () => find.focus() };
}

// Opens at an anchor; apply(condition) is called once, preview(condition or null) after every pause of the reader.
function conditionEditor(anchor, { properties, operators, condition, counted, preview, apply, paste }) {
  const body = h("div", { class: "wb-editor" });
  const count = h("span", { class: "wb-muted wb-number wb-editor-count", role: "status" });
  const taken = button("Apply", null, { class: "wb-primary", click: () => finish() });
  const foot = h(
    "div",
    { class: "wb-editor-foot" },
    count,
    button("Cancel", null, { class: "wb-quiet", click: () => opened.close() }),
    taken,
  );
  let property = properties.find((each) => each.name === condition?.property) ?? null;
  let operator = null;
  let field = null;
  let finished = false;
  const later = debounce(150, () => preview(current()));
  const opened = popup(anchor, body, {
    label: "Filter",
    onClose: () => {
      later.stop();
      stop();
      if (!finished) preview(null);
    },
  });
  const stop = counted(tell);

  function current() {
    const values = field?.read() ?? [];
    return property && operator && values.length >= operator.least && values.length <= operator.most
      ? { property: property.name, operator: operator.name, values }
      : null;
  }

  // A count is said of a condition that can be applied only: that of the one before may come late.
  function tell(text) {
    const many = field?.read().length ?? 0;
    const most = operator?.most ?? 0;
    const excess = `${plural(many, "values")}: at most ${most.toLocaleString("en-US")} are read`;
    replace(count, many > most ? excess : current() ? text : "");
  }

  function changed() {
    taken.disabled = !current();
    tell(count.textContent);
    later();
  }

  function finish() {
    const made = current();
    if (!made) return;
    finished = true;
    later.stop();
    opened.close();
    apply(made);
  }

  function choose() {
    const picker = propertyPicker(properties, (each) => {
      property = each;
      compare([]);
    });
    replace(body, picker.node);
    opened.follow();
    picker.focus();
  }

  function compare(values, name = null) {
    const known = operators[property.kind];
    operator = known.find((each) => each.name === (name || property.first)) ?? known[0];
    const select = h(
      "select",
      { class: "wb-field", "aria-label": "Operator", change: () => compareBy(select.value) },
      known.map((each) => h("option", { value: each.name }, each.words)),
    );
    select.value = operator.name;
    const back = button(property.label, "left", {
      class: "wb-quiet wb-editor-back",
      title: "Choose another property",
      click: choose,
    });
    const place = h("div", { class: "wb-editor-values" });
    const read = (text, told) => paste(text, told, { property: property.name, operator: operator.name });
    const put = (kept) => {
      field = valueField(property, operator, kept, { changed, paste: read });
      place.hidden = !field.node;
      replace(place, field.node);
      if (!field.node) select.focus();
      opened.follow();
      changed();
    };
    const compareBy = (each) => {
      const [kept, before] = [field.read(), entryOf(property, operator)];
      operator = known.find((one) => one.name === each);
      put(entryOf(property, operator) === before ? kept.slice(0, operator.most) : []);
    };
    replace(body, h("div", { class: "wb-editor-head" }, back, select), place, foot);
    put(values);
    if (field.node) field.focus();
  }

  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.target.closest("button, .wb-picker") && !event.isComposing) {
      event.preventDefault();
      finish();
    }
  });
  if (condition && property) compare(condition.values, condition.operator);
  else choose();
  return opened;
}
