// The box into which indicators of any kind are pasted: what was found in them by property, and what was not read.

// Opens at an anchor; apply(group) is called once with a group of the conditions that are ticked.
function indicatorBox(anchor, { properties, operators, paste, counted, preview, apply }) {
  const text = h("textarea", {
    class: "wb-field wb-paste-text",
    "aria-label": "Indicators",
    placeholder:
      "URLs, domains, IP addresses and networks, sender addresses, SHA-256 hashes, message IDs: " +
      "one a line, a CSV column or a whole report, defanged or not",
    spellcheck: "false",
    input: () => later(),
  });
  const said = h("p", { class: "wb-muted wb-pasted", role: "status" });
  const found = h("div", { class: "wb-menu wb-paste-found", role: "group", "aria-label": "Filters" });
  const count = h("span", { class: "wb-muted wb-number wb-editor-count", role: "status" });
  const taken = button("Apply", null, { class: "wb-primary", disabled: true, click: () => finish() });
  const heading = h("h2", {}, "Paste indicators");
  const body = h(
    "div",
    { class: "wb-paste" },
    h("div", { class: "wb-paste-body" }, heading, text, said, found),
    h(
      "div",
      { class: "wb-editor-foot" },
      count,
      button("Cancel", null, { class: "wb-quiet", click: () => opened.close() }),
      taken,
    ),
  );
  let rows = [];
  let finished = false;
  let read = null;
  const opened = popup(anchor, body, {
    label: "Paste indicators",
    onClose: () => {
      later.stop();
      stop();
      if (!finished) preview(null);
    },
  });
  const stop = counted((told) => replace(count, told));
  const later = debounce(200, () => {
    read = text.value;
    if (read.trim()) paste(read, (answer) => draw(answer));
    else draw({ said: "" });
  });

  // The conditions that are ticked, as one group.
  function made() {
    const items = rows.filter((each) => each.box.checked).map((each) => each.item);
    return items.length && read === text.value ? { op: "any", items } : null;
  }

  function changed() {
    const group = made();
    taken.disabled = !group;
    if (group) preview(group);
    else replace(count);
  }

  function draw({ said: told, group, fault }) {
    said.classList.toggle("wb-wrong", Boolean(fault));
    replace(said, fault ?? told);
    rows = (fault ? [] : (group?.items ?? [])).map((item) => {
      const property = properties.find((each) => each.name === item.property);
      const { words } = operatorOf(operators, property.kind, item.operator);
      const box = h("input", { type: "checkbox", change: changed });
      box.checked = true;
      const label = h("span", { class: "wb-cut" }, `${property.label} ${words}`);
      const many = h("span", { class: "wb-number" }, plural(item.values.length, "values"));
      const title = item.values.slice(0, 50).join(", ");
      return { item, box, row: h("label", { class: "wb-option", title }, box, label, many) };
    });
    found.hidden = !rows.length;
    replace(
      found,
      rows.map((each) => each.row),
    );
    opened.follow();
    changed();
  }

  function finish() {
    const group = made();
    if (!group) return;
    finished = true;
    opened.close();
    apply(group);
  }

  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.closest("button")) return;
    if (event.target === text && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    finish();
  });
  draw({ said: "" });
  text.focus();
  return opened;
}
