// Entry of values by the kind of a property. Each gives {node, read, focus}.

const SPLIT = /[\n\r\t,;]+/;

function tokenField(values, suggestions, changed) {
  let held = [...values];
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
  const box = h("div", {
    class: "wb-tokens wb-field",
    click: (event) => {
      if (event.target === box) input.focus();
    },
  });
  const add = (text) => {
    const found = text
      .split(SPLIT)
      .map((each) => each.trim())
      .filter(Boolean);
    if (!found.length) return;
    held = [...new Set([...held, ...found])].slice(0, 1000);
    input.value = "";
    draw();
    input.focus();
    changed();
  };
  const drop = (value) => {
    held = held.filter((each) => each !== value);
    draw();
    changed();
    input.focus();
  };
  const draw = () =>
    replace(
      box,
      held
        .slice(0, 60)
        .map((value) =>
          h(
            "span",
            { class: "wb-token" },
            h("span", { class: "wb-cut" }, value),
            iconButton(`Remove ${value}`, "x", { class: "wb-quiet wb-tiny", click: () => drop(value) }),
          ),
        ),
      held.length > 60 ? h("span", { class: "wb-muted" }, `+${held.length - 60} more`) : null,
      input,
      list,
    );
  input.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === ",") && input.value.trim() && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      add(input.value);
    } else if (event.key === "Backspace" && !input.value && held.length) drop(held.at(-1));
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (SPLIT.test(text)) {
      event.preventDefault();
      add(input.value + text);
    }
  });
  input.addEventListener("input", (event) => {
    const chosen = event.inputType === undefined || event.inputType === "insertReplacementText";
    if (chosen && suggestions.includes(input.value)) add(input.value);
    else changed();
  });
  draw();
  const read = () => [
    ...new Set([
      ...held,
      ...input.value
        .split(SPLIT)
        .map((each) => each.trim())
        .filter(Boolean),
    ]),
  ];
  return { node: box, read, focus: () => input.focus() };
}

function listField(values, known, changed) {
  const find = h("input", {
    type: "search",
    class: "wb-field",
    placeholder: "Find a value",
    "aria-label": "Find a value",
  });
  const rows = known.map((value) => {
    const box = h("input", { type: "checkbox", change: changed });
    box.checked = values.includes(value);
    return { value, box, row: h("label", { class: "wb-option" }, box, h("span", {}, value)) };
  });
  find.addEventListener("input", () =>
    rows.forEach((each) => {
      each.row.hidden = !each.value.toLowerCase().includes(find.value.toLowerCase());
    }),
  );
  const list = h(
    "div",
    { class: "wb-menu wb-listed", role: "group", "aria-label": "Values" },
    rows.map((each) => each.row),
  );
  arrows(
    list,
    rows.map((each) => each.box),
  );
  const node = h("div", { class: "wb-listing" }, known.length > 8 ? find : null, list);
  return {
    node,
    read: () => rows.filter((each) => each.box.checked).map((each) => each.value),
    focus: () => (rows.find((each) => each.box.checked) ?? rows[0])?.box.focus(),
  };
}

function plainFields(values, count, type, changed) {
  const asText = (value) =>
    value === undefined ? "" : type === "datetime-local" ? String(value).slice(0, 16) : String(value);
  const fields = Array.from({ length: count }, (_, at) =>
    h("input", {
      type,
      class: "wb-field",
      "aria-label": count > 1 ? ["From", "To"][at] : "Value",
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

function valueField(property, operator, values, changed) {
  if (property.kind === "list") return listField(values, property.values, changed);
  if (property.kind === "boolean") return booleanField(values, changed);
  if (property.kind === "time") return plainFields(values, operator.most, "datetime-local", changed);
  if (property.kind === "integer" && operator.most <= 2) return plainFields(values, operator.most, "number", changed);
  return tokenField(values.map(String), operator.most === 1 ? [] : property.values, changed);
}
