// Choosing a window: presets, or two dates.

function spanChooser(anchor, span, presets, choose) {
  const day = (moment) => instant(moment).slice(0, 10);
  const look = {
    type: "text",
    class: "wb-field wb-number",
    placeholder: "YYYY-MM-DD",
    maxlength: 10,
    autocomplete: "off",
    spellcheck: "false",
  };
  const from = h("input", { ...look, "aria-label": "First day (UTC), YYYY-MM-DD" });
  const to = h("input", { ...look, "aria-label": "Last day (UTC), included, YYYY-MM-DD" });
  from.value = day(span.from);
  to.value = day(span.to - 1);
  const apply = button("Apply", null, { class: "wb-primary", click: () => pick(`${from.value}..${to.value}`) });
  const real = (field) => /^\d{4}-\d{2}-\d{2}$/.test(field.value) && !Number.isNaN(Date.parse(field.value));
  const check = () => {
    apply.disabled = !real(from) || !real(to) || from.value > to.value;
  };
  [from, to].forEach((field) => field.addEventListener("input", check));
  [from, to].forEach((field) =>
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (!apply.disabled) apply.click();
    }),
  );
  const rows = presets.map((preset) =>
    h(
      "button",
      {
        type: "button",
        class: "wb-option",
        role: "menuitemradio",
        "aria-checked": String(preset.text === span.text),
        click: () => pick(preset.text),
      },
      preset.text === span.text ? icon("check") : h("span", { class: "wb-icon" }),
      h("span", {}, preset.label),
    ),
  );
  const list = h("div", { class: "wb-menu" }, rows);
  const dates = h(
    "div",
    { class: "wb-dates" },
    h("span", { class: "wb-muted" }, "Days, UTC, both included"),
    h("div", { class: "wb-dates-row" }, from, h("span", {}, "–"), to, apply),
  );
  const opened = popup(anchor, h("div", {}, list, dates), { label: "Time window" });
  const pick = (text) => {
    opened.close();
    choose(text);
  };
  arrows(list, rows);
  check();
  (rows.find((row) => row.getAttribute("aria-checked") === "true") ?? rows[0]).focus();
}
