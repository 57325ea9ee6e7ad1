// The head of a page.

const OLD = [
  [3600000, "wb-stale", "warning"],
  [900000, "wb-aging", "clock"],
];

function freshness(newest, live) {
  if (!newest) return h("span", { class: "wb-fresh" }, icon("clock"), "No data yet");
  const title = `Newest event ${instant(newest, true)} UTC`;
  if (!live) return h("span", { class: "wb-fresh", title }, icon("clock"), `Data through ${instant(newest)} UTC`);
  const age = Date.now() - newest;
  const [, tone, symbol] = OLD.find(([limit]) => age > limit) ?? [0, "wb-new", "clock"];
  return h("span", { class: `wb-fresh ${tone}`, title }, icon(symbol), `Newest event ${ago(newest, Date.now())}`);
}

function render({ model, el }) {
  const { root, listen, ask, offs, done } = mount(model, el, "bar");
  const get = (name) => model.get(name);
  const title = h("h1", {});
  const question = h("p", { class: "wb-muted" });
  const saved = h("p", { class: "wb-bar-saved", hidden: true });
  const tools = h("div", { class: "wb-bar-tools" });
  const age = h("span", {});
  root.append(h("header", { class: "wb-bar-head" }, h("div", { class: "wb-bar-title" }, title), tools, question, saved));

  const span = h("button", {
    type: "button",
    class: "wb-button",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    click: () => spanChooser(span, get("span"), get("presets"), (text) => ask("span", { text })),
  });
  const exporting = button("Export", "download", {
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    click: () =>
      menu(
        exporting,
        get("exports").map((each) => ({ label: each.label, run: () => ask("export", { id: each.id }) })),
        "Export",
      ),
  });
  const follow = button("Live", "pulse", {
    class: "wb-follow",
    title: "Look for new data every ten seconds",
    click: () => ask("follow", { on: !get("following") }),
  });
  const refresh = iconButton("Refresh", "refresh", { click: () => ask("refresh") });

  // A button stays the same node as long as there is one of its name, so that it keeps the focus.
  const made = new Map();
  const press = (id) => {
    const action = get("actions").find((each) => each.id === id);
    if (action?.control) visit(model, action.control, action.state);
    else ask("action", { id });
  };
  const acting = ({ id, label, icon: symbol, primary }) => {
    if (!made.has(id))
      made.set(id, button(label, symbol, { class: primary ? "wb-primary" : "", click: () => press(id) }));
    return made.get(id);
  };

  function draw() {
    replace(title, get("title"));
    replace(question, get("question"));
    question.hidden = !get("question");
    saved.hidden = !get("saved");
    replace(saved, icon("save"), "Saved view ", h("strong", {}, get("saved")));
    const held = get("span");
    replace(span, icon("calendar"), h("span", {}, held.label ?? ""), icon("down"));
    span.title = held.from ? `${instant(held.from)} to ${instant(held.to)} UTC` : "";
    replace(
      tools,
      age,
      held.label ? span : null,
      get("exports").length ? exporting : null,
      get("actions")
        .filter((each) => !each.control || control(model))
        .map(acting),
      get("followable") ? follow : null,
      refresh,
    );
    follow.setAttribute("aria-pressed", String(get("following")));
    tick();
    root.dataset.drawn = String(get("version"));
  }

  function tick() {
    replace(age, get("span").label ? freshness(get("newest"), get("live")) : null);
  }

  const clock = setInterval(tick, 30000);
  const steps = setInterval(() => {
    if (get("following") && document.visibilityState === "visible") ask("tick");
  }, 10000);
  offs.push(() => [clock, steps].forEach(clearInterval));
  listen("version title question actions exports saved control", draw);
  draw();
  return done;
}

export default { render };
