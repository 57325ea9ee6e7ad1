// Entry of values by the kind of a property. Each gives {node, read, focus}.

const SPLIT = /[\n\r\t,;]+/;

// Tokens that are drawn at once; the rest is found by typing.
const DRAWN = 60;

// Values as tokens. What is typed is parted here; what is pasted is read by Python, which says what it kept.
function tokenField(property, operator, values, { suggestions, changed, paste }) {
  let held = new Set(values);
  const whole = property.prose || operator.most === 1;
  const list = h(
    "datalist",
    { id: `wb-known-${Math.random().toString(36).slice(2)}` },
    suggestions.slice(0, 500).map((value) => h("option", { value })),
  );
  const input = h("input", {
    type: "text",
    class: "wb-token-input",
    "aria-label": "Values",
    placeholder: "Type or paste; Enter adds",
    list: suggestions.length ? list.id : null,
    autocomplete: "off",
    spellcheck: "false",
  });
  const find = h("input", {
    type: "search",
    class: "wb-field",
    "aria-label": "Find among the values",
    input: () => draw(),
  });
  const said = h("p", { class: "wb-muted wb-pasted", role: "status", hidden: true });
  const box = h("div", {
    class: "wb-tokens wb-field",
    click: (event) => {
      if (event.target === box) input.focus();
    },
  });
  const parted = (text) =>
    (whole ? [text] : text.split(SPLIT)).map((each) => each.trim()).filter(Boolean);
  const tell = (text, wrong) => {
    said.hidden = !text;
    said.classList.toggle("wb-wrong", Boolean(wrong));
    replace(said, text);
  };
  const add = (found) => {
    if (!found.length) return;
    held = new Set([...held, ...found]);
    draw();
    input.focus();
    changed();
  };
  const typed = () => {
    const found = parted(input.value);
    input.value = "";
    add(found);
  };
  const drop = (value) => {
    held.delete(value);
    draw();
    changed();
    input.focus();
  };
  const token = (value) =>
    h(
      "span",
      { class: "wb-token" },
      h("span", { class: "wb-cut", title: value }, value),
      iconButton(`Remove ${value}`, "x", { class: "wb-quiet wb-tiny", click: () => drop(value) }),
    );
  const draw = () => {
    const many = held.size > DRAWN;
    find.hidden = !many;
    find.placeholder = `Find among ${plural(held.size, "values")}`;
    const wanted = many ? find.value.toLowerCase() : "";
    const matching = [...held].filter((value) => value.toLowerCase().includes(wanted));
    const more = matching.length - DRAWN;
    replace(
      box,
      matching.slice(0, DRAWN).map(token),
      more > 0 ? h("span", { class: "wb-muted wb-more" }, `and ${more.toLocaleString("en-US")} more`) : null,
      input,
      list,
    );
  };
  input.addEventListener("keydown", (event) => {
    const ends = event.key === "Enter" || (event.key === "," && !whole);
    if (ends && input.value.trim() && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      typed();
    } else if (event.key === "Backspace" && !input.value && held.size) drop([...held].at(-1));
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (operator.most === 1 || !/[\s,;]/.test(text.trim())) return;
    event.preventDefault();
    const before = input.value;
    tell("Reading…");
    paste(before + text, ({ values: found = [], said: told, fault }) => {
      tell(fault ?? told, fault);
      if (fault) return;
      if (input.value === before) input.value = "";
      add(found.map(String));
    });
  });
  input.addEventListener("input", (event) => {
    const chosen = event.inputType === undefined || event.inputType === "insertReplacementText";
    if (chosen && suggestions.includes(input.value)) typed();
    else changed();
  });
  draw();
  const read = () => [...new Set([...held, ...parted(input.value)])];
  return { node: h("div", { class: "wb-listing" }, find, box, said), read, focus: () => input.focus() };
}

// Known values to tick; one that is not among them can be typed, and counts where the data have it.
function listField(values, known, changed) {
  const rows = [];
  const list = h("div", { class: "wb-menu wb-listed", role: "group", "aria-label": "Values" });
  const advice = "No known value. Enter takes it where the data have it.";
  const none = h("p", { class: "wb-muted wb-pasted", hidden: true }, advice);
  const add = (value, checked) => {
    const box = h("input", { type: "checkbox", change: changed });
    box.checked = checked;
    rows.push({ value, box, row: h("label", { class: "wb-option" }, box, h("span", { class: "wb-cut" }, value)) });
    list.append(rows.at(-1).row);
  };
  [...new Set([...known, ...values])].forEach((value) => add(value, values.includes(value)));
  const wanted = () => find.value.trim().toLowerCase();
  const show = () => {
    rows.forEach((each) => {
      each.row.hidden = !each.value.toLowerCase().includes(wanted());
    });
    none.hidden = rows.some((each) => !each.row.hidden);
    list.hidden = !none.hidden;
  };
  const take = () => {
    const found = rows.find((each) => each.value.toLowerCase() === wanted());
    if (found) found.box.checked = true;
    else add(find.value.trim(), true);
    find.value = "";
    show();
    changed();
  };
  const find = h("input", {
    type: "search",
    class: "wb-field",
    placeholder: "Find a value, or type one and press Enter",
    "aria-label": "Find a value",
    input: show,
    keydown: (event) => {
      if (event.key !== "Enter" || !wanted()) return;
      event.preventDefault();
      event.stopPropagation();
      take();
    },
  });
  list.addEventListener("keydown", (event) => {
    const boxes = rows.filter((each) => !each.row.hidden).map((each) => each.box);
    const at = boxes.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (to === undefined || !boxes.length) return;
    event.preventDefault();
    boxes[(to + boxes.length) % boxes.length].focus();
  });
  return {
    node: h("div", { class: "wb-listing" }, find, list, none),
    read: () => rows.filter((each) => each.box.checked).map((each) => each.value),
    focus: () => (rows.find((each) => each.box.checked) ?? rows[0])?.box.focus(),
  };
}

function plainFields(values, count, type, changed) {
  const asText = (value) =>
    value === undefined ? "" : type === "datetime-local" ? String(value).slice(0, 16) : String(value);
  const fields = Array.from({ length: count }, (_, at) =>
    h("input", {
      type: type === "age" ? "text" : type,
      class: "wb-field",
      "aria-label": count > 1 ? ["From", "To"][at] : "Value",
      placeholder: type === "age" ? "90m, 24h, 7d or 4w" : null,
      step: type === "number" ? "1" : null,
      input: changed,
    }),
  );
  fields.forEach((field, at) => {
    field.value = asText(values[at]);
  });
  const node = h(
    "div",
    { class: "wb-plain" },
    fields.flatMap((field, at) => (at ? [h("span", { class: "wb-muted" }, "and"), field] : [field])),
    type === "datetime-local" ? h("span", { class: "wb-muted" }, "UTC") : null,
  );
  return { node, read: () => fields.map((field) => field.value).filter(Boolean), focus: () => fields[0].focus() };
}

function booleanField(values, changed) {
  const name = `wb-yes-no-${Math.random().toString(36).slice(2)}`;
  const rows = [
    ["yes", true],
    ["no", false],
  ].map(([label, value]) => {
    const box = h("input", { type: "radio", name, change: changed });
    box.checked = values[0] === value;
    return { value, box, row: h("label", { class: "wb-option" }, box, h("span", {}, label)) };
  });
  return {
    node: h(
      "div",
      { class: "wb-menu" },
      rows.map((each) => each.row),
    ),
    read: () => rows.filter((each) => each.box.checked).map((each) => each.value),
    focus: () => rows[0].box.focus(),
  };
}

// What values are typed into; those of one form are kept when the operator changes.
function entryOf(property, operator) {
  if (operator.most === 0) return "none";
  if (["list", "boolean"].includes(property.kind)) return property.kind;
  if (property.kind === "time") return operator.name.endsWith("last") ? "age" : "datetime-local";
  return property.kind === "integer" && operator.most <= 2 ? "number" : "tokens";
}

function valueField(property, operator, values, { changed, paste }) {
  const entry = entryOf(property, operator);
  if (entry === "none") return { node: null, read: () => [] };
  if (entry === "list") return listField(values, property.values, changed);
  if (entry === "boolean") return booleanField(values, changed);
  if (entry !== "tokens") return plainFields(values, operator.most, entry, changed);
  const suggestions = operator.most === 1 ? [] : property.values;
  return tokenField(property, operator, values.map(String), { suggestions, changed, paste });
}
