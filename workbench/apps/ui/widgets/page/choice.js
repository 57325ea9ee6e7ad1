// Tabs with counts, segments, a list, or a switch between two: one is always chosen.

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "choice");
  const get = (name) => model.get(name);
  const bar = h("div", { class: "wb-choice-bar" });
  const caption = h("span", { class: "wb-muted wb-choice-caption", "aria-hidden": "true" });
  root.append(h("div", { class: "wb-choice-line" }, caption, bar));

  function draw() {
    const had = bar.contains(document.activeElement);
    bar.className = `wb-choice-bar wb-${get("look")}`;
    ({ list: drawList, switch: drawSwitch }[get("look")] ?? drawButtons)();
    if (had) bar.querySelector('[tabindex="0"], select')?.focus();
    root.dataset.drawn = String(get("version"));
  }

  function drawButtons() {
    const tabs = get("look") === "tabs";
    bar.setAttribute("role", tabs ? "tablist" : "radiogroup");
    bar.setAttribute("aria-label", get("label"));
    const nodes = get("options").map((option) => {
      const on = option.id === get("chosen");
      return h(
        "button",
        {
          type: "button",
          class: "wb-tab",
          role: tabs ? "tab" : "radio",
          tabindex: on ? "0" : "-1",
          "aria-selected": tabs ? String(on) : null,
          "aria-checked": tabs ? null : String(on),
          click: () => ask("choose", { id: option.id }),
        },
        h("span", {}, option.label),
        option.count === "" ? null : h("span", { class: "wb-count wb-number" }, option.count),
      );
    });
    replace(bar, nodes);
    caption.hidden = tabs;
    replace(caption, get("label"));
    bar.onkeydown = (event) => {
      const at = nodes.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = nodes[(to + nodes.length) % nodes.length];
      next.focus();
      next.click();
    };
  }

  function drawSwitch() {
    const [off, on] = get("options");
    const pressed = get("chosen") === on.id;
    const toggle = button(get("label"), pressed ? "check" : "clock", {
      tabindex: "0",
      "aria-pressed": String(pressed),
      click: () => ask("choose", { id: pressed ? off.id : on.id }),
    });
    bar.removeAttribute("role");
    caption.hidden = true;
    replace(bar, toggle);
  }

  function drawList() {
    const select = h(
      "select",
      { class: "wb-field", change: () => ask("choose", { id: select.value }) },
      get("options").map((option) => {
        const beside = option.why || option.count;
        const node = h(
          "option",
          { value: option.id, disabled: Boolean(option.why) },
          beside ? `${option.label} (${beside})` : option.label,
        );
        node.selected = option.id === get("chosen");
        return node;
      }),
    );
    bar.removeAttribute("role");
    caption.hidden = true;
    replace(bar, h("label", { class: "wb-choice-label" }, h("span", { class: "wb-muted" }, get("label")), select));
  }

  listen("version", draw);
  draw();
  return done;
}

export default { render };
