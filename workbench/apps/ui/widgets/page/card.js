// A card: title, number with its change, figure, and the ways to what lies behind.

const ARROWS = { up: "up", down: "fall", even: "even" };

// The link of the header to another page of this server; JupyterLab has none.
const pageOf = (name) => document.querySelector(`.wbt-top a[data-page="${CSS.escape(name)}"]`);

function render({ model, el }) {
  const part = mount(model, el, "card");
  const get = (name) => model.get(name);
  const head = h("div", { class: "wb-card-head" });
  const figure = h("div", { class: "wb-card-figure" });
  const number = h("div", { class: "wb-card-number" });
  const foot = h("div", { class: "wb-card-foot" });
  part.root.append(
    h("div", { class: "wb-card-box wb-card-flex" }, head, h("div", { class: "wb-card-body" }, number, figure), foot),
  );
  let drawn = null;

  function drawNumber() {
    const [value, change, missing] = ["number", "change", "missing"].map(get);
    number.hidden = !missing && value.shown === undefined;
    number.classList.toggle("wb-card-missing", Boolean(missing));
    if (missing) return replace(number, h("strong", {}, "No data"), h("span", {}, missing));
    const tone = { better: "wb-better", worse: "wb-worse" }[change.word] ?? "";
    return replace(
      number,
      h(
        "div",
        { class: "wb-figure" },
        h("span", { class: "wb-big wb-number", title: value.exact }, value.shown),
        value.unit ? h("span", { class: "wb-muted" }, value.exact === "1" ? singular(value.unit) : value.unit) : null,
      ),
      change.before
        ? h(
            "div",
            { class: "wb-change wb-number" },
            change.text
              ? h(
                  "span",
                  { class: `wb-tone ${tone}` },
                  icon(ARROWS[change.sign]),
                  change.text,
                  change.word ? h("span", {}, change.word) : null,
                )
              : null,
            h("span", { class: "wb-muted" }, change.before),
          )
        : null,
    );
  }

  function draw() {
    const flat = get("kind") === "sparkline" && get("number").exact === "0";
    const kind = flat ? "" : get("kind");
    if (kind && !drawn) drawn = plot(part, figure);
    const wide = kind && kind !== "sparkline";
    figure.hidden = !kind || Boolean(get("missing"));
    part.root.classList.toggle("wb-with-figure", Boolean(wide));
    replace(
      head,
      h("h2", {}, get("title")),
      get("definition") ? infoMark(get("definition")) : null,
      wide ? h("span", { class: "wb-muted wb-caption" }, get("caption")) : null,
      h("span", { class: "wb-spacer" }),
      wide ? drawn.toggle : null,
    );
    drawNumber();
    foot.hidden = get("actions").length === 0;
    replace(
      foot,
      get("actions").map((action) => {
        const to = action.page ? pageOf(action.page) : null;
        return button(action.label, action.icon, {
          class: action.primary ? "wb-primary wb-small" : "wb-link",
          role: to ? "link" : null,
          title: to ? `Opens on the page ${to.textContent}` : null,
          click: () =>
            to ? location.assign(`${to.pathname}#${action.state}`) : part.ask("action", { id: action.id }),
        });
      }),
    );
    if (!kind) part.root.dataset.drawn = String(get("version"));
  }

  part.listen("version actions title definition", draw);
  draw();
  return part.done;
}

export default { render };
