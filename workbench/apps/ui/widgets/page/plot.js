// One figure: legend, drawing, table of its numbers, reading by pointer and keys, picking, marking a window.

// What a drawing is made of: where none of it is another, nothing is drawn anew.
const DRAWN = ["data", "legend", "spec", "signals"];

function plot({ model, root, listen, ask, offs }, host) {
  const get = (name) => model.get(name);
  const hatch = hatching(root);
  const look = (name) =>
    name === "var(--wb-hatch)" ? `url(#${hatch})` : getComputedStyle(root).getPropertyValue(name.slice(4, -1)).trim();
  const legend = h("div", { class: "wb-legend" });
  const canvas = h("div", { class: "wb-canvas" });
  const column = h("div", { class: "wb-column", hidden: true });
  const brush = h("div", { class: "wb-brush", hidden: true });
  const spoken = h("div", { class: "wb-visually-hidden", role: "status", "aria-live": "polite" });
  const stage = h(
    "div",
    { class: "wb-stage", tabindex: "0", role: "group", "aria-roledescription": "chart" },
    canvas,
    column,
    brush,
  );
  const nothing = h("div", { class: "wb-empty", hidden: true });
  const table = h("div", { class: "wb-table-view", hidden: true, tabindex: "0" });
  host.append(legend, stage, nothing, table, spoken);
  const paint = painter(canvas, look);
  let [places, active, turn, tip, press, asTable, known] = [[], -1, 0, null, null, false, null];
  let owed = false;

  function dashOf(entry) {
    return get("kind") === "lines" ? (get("spec").encoding.strokeDash.scale.range[entry.code] ?? null) : null;
  }
  function widthOf() {
    return Math.floor(stage.getBoundingClientRect().width);
  }

  async function draw() {
    const mine = (turn += 1);
    const version = get("version");
    known = DRAWN.map(get);
    places = placesOf(get("data"));
    unread();
    drawLegend();
    const none = places.length === 0;
    nothing.hidden = !none;
    stage.hidden = none || asTable;
    table.hidden = none || !asTable;
    nothing.style.minHeight = stage.style.height = `${get("height")}px`;
    stage.setAttribute("aria-label", get("described"));
    replace(
      nothing,
      get("kind")
        ? [
            icon("chart"),
            h("strong", {}, `No ${get("unit").split(" per ")[0] || "data"}`),
            get("empty") ? h("span", {}, get("empty")) : null,
          ]
        : h("span", { class: "wb-bone" }, "…"),
    );
    if (none) paint.clear();
    if (asTable) drawTable();
    if (none || asTable) return finished(version);
    // JupyterLab takes the room away while it changes its theme: what could not be drawn is drawn once there is some.
    owed = !widthOf();
    if (owed) return undefined;
    try {
      await paint.draw({
        spec: get("spec"),
        rows: marksOf(get("data"), get("legend"), look),
        signals: get("signals"),
        width: widthOf(),
        height: get("height"),
        mode: look("var(--wb-card)"),
      });
    } catch (error) {
      if (mine === turn) failed(error, version);
      return undefined;
    }
    if (mine !== turn) return undefined;
    drawBrush();
    return finished(version);
  }

  function finished(version) {
    root.dataset.drawn = String(version);
  }

  function failed(error, version) {
    asTable = true;
    drawTable();
    stage.hidden = true;
    table.hidden = false;
    table.prepend(
      h("p", { class: "wb-muted" }, `The chart could not be drawn (${error.message}); these are its numbers.`),
    );
    finished(version);
  }

  function drawLegend() {
    const named = get("legend").filter((entry) => entry.label);
    legend.hidden = named.length === 0 || places.length === 0;
    replace(
      legend,
      named.map((entry) => {
        const parts = [
          legendShape(entry, dashOf(entry)),
          h("span", {}, entry.label),
          entry.total === null ? null : h("span", { class: "wb-number wb-muted" }, entry.total.toLocaleString("en-US")),
        ];
        return get("pickable") && !entry.rest
          ? h(
              "button",
              {
                type: "button",
                class: "wb-key",
                title: `Filter by ${entry.label}`,
                click: () => ask("pick", { code: entry.code }),
              },
              parts,
            )
          : h("span", { class: "wb-key" }, parts);
      }),
    );
  }

  function drawTable() {
    const named = get("legend").filter((entry) => entry.label);
    const barred = get("axis") === "name";
    const numbers = (place) =>
      named.length && get("kind") !== "pie"
        ? named.map((entry) => place.marks.find((mark) => mark.code === entry.code)?.y ?? (entry.total === null ? NaN : 0))
        : [place.marks.reduce((sum, mark) => sum + mark.y, 0)];
    const first = (place, at) =>
      barred && get("pickable")
        ? button(place.x, null, { class: "wb-link", click: () => ask("pick", { place: at }) })
        : barred
          ? place.x
          : placeText(place, get("axis"), get("signals"));
    const heads = [
      { name: "Name", number: "Value" }[get("axis")] ?? "Time (UTC)",
      ...(named.length && get("kind") !== "pie" ? named.map((entry) => entry.label) : [get("unit") || "Count"]),
    ];
    replace(
      table,
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            heads.map((text, at) => h("th", { scope: "col", class: at ? "wb-right" : "" }, text)),
          ),
        ),
        h(
          "tbody",
          {},
          places.map((place, at) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, first(place, at)),
              numbers(place).map((y) => h("td", { class: "wb-right wb-number" }, Number.isNaN(y) ? "–" : y.toLocaleString("en-US"))),
            ),
          ),
        ),
      ),
    );
    table.style.maxHeight = `${Math.max(get("height"), 140)}px`;
  }

  function read(at, { aloud = false } = {}) {
    active = at;
    const view = paint.view();
    if (at < 0 || !view || !places[at] || get("kind") === "pie") return unread();
    const box = boxOf(view, places[at], get("signals"), get("kind"));
    Object.assign(column.style, {
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${Math.max(box.width, 1)}px`,
      height: `${box.height}px`,
    });
    column.hidden = false;
    const told = reading(places[at], get("legend"), placeTitle(places[at], get("axis"), get("signals")), get("unit"));
    tip ??= root.appendChild(h("div", { class: "wb wb-popup wb-tip", popover: "manual" }));
    replace(tip, readingNode(told, dashOf));
    if (!tip.matches(":popover-open")) tip.showPopover();
    const area = stage.getBoundingClientRect();
    const right = area.left + box.left + box.width;
    const fits = right + tip.offsetWidth + 12 < innerWidth;
    const beside = get("kind") !== "bars";
    const left = beside
      ? fits
        ? right + 8
        : area.left + box.left - tip.offsetWidth - 8
      : area.left + Math.min(box.width * 0.4, area.width - tip.offsetWidth);
    Object.assign(tip.style, {
      left: `${Math.max(8, left)}px`,
      top: `${Math.max(8, Math.min(innerHeight - tip.offsetHeight - 8, beside ? area.top + 8 : area.top + box.top + box.height + 4))}px`,
    });
    if (aloud) spoken.textContent = readingText(told);
    return undefined;
  }

  function unread() {
    active = -1;
    column.hidden = true;
    tip?.remove();
    tip = null;
  }

  // The window that is marked, while the pointer moves and as Python has it.
  function drawBrush(ends = get("selection")) {
    const view = paint.view();
    brush.hidden = !view || ends.from === undefined;
    if (brush.hidden) return;
    const [left, top] = view.origin();
    const scale = view.scale("x");
    const [start, end] = [ends.from, ends.to].map((moment) => Math.max(0, Math.min(view.width(), scale(moment))));
    Object.assign(brush.style, {
      left: `${left + start}px`,
      top: `${top}px`,
      width: `${Math.max(1, end - start)}px`,
      height: `${view.height()}px`,
    });
  }

  function moment(event) {
    const view = paint.view();
    const x = event.clientX - stage.getBoundingClientRect().left - view.origin()[0];
    return view
      .scale("x")
      .invert(Math.max(0, Math.min(view.width(), x)))
      .valueOf();
  }

  stage.addEventListener("pointermove", (event) => {
    const view = paint.view();
    if (!view) return;
    if (press) {
      const [from, to] = [press.from, moment(event)].sort((one, other) => one - other);
      press.moved ||= Math.abs(event.clientX - press.x) > 4;
      if (press.moved) {
        unread();
        drawBrush({ from, to });
      }
      return;
    }
    const area = stage.getBoundingClientRect();
    const at = nearest(view, places, get("signals"), get("kind"), [event.clientX - area.left, event.clientY - area.top]);
    if (at !== active) read(at);
  });
  stage.addEventListener("pointerleave", () => {
    if (!press) unread();
  });
  stage.addEventListener("blur", unread);
  stage.addEventListener("pointerdown", (event) => {
    if (!get("brushable") || !paint.view() || event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    press = { x: event.clientX, from: moment(event), moved: false };
  });
  stage.addEventListener("pointerup", (event) => {
    if (press?.moved) ask("brush", { from: press.from, to: moment(event) });
    else if (press && get("selection").from !== undefined) ask("brush");
    else if (press && active >= 0 && get("signals").step) cut(active);
    press = null;
  });
  const cut = (at) => ask("brush", { from: places[at].x, to: places[at].x + get("signals").step });
  stage.addEventListener("pointercancel", () => {
    press = null;
    drawBrush();
  });
  stage.addEventListener("click", () => {
    if (get("pickable") && get("kind") === "bars" && active >= 0) ask("pick", { place: active });
  });
  stage.addEventListener("keydown", (event) => {
    const horizontal = get("kind") !== "bars";
    const [back, on] = horizontal ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const to = {
      [back]: Math.max(0, active - 1),
      [on]: Math.min(places.length - 1, active + 1),
      Home: 0,
      End: places.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (event.shiftKey && get("brushable") && active >= 0) extend(to);
      else read(to, { aloud: true });
    } else if (event.key === "Enter" && active >= 0 && get("brushable") && get("signals").step) {
      cut(active);
    } else if (event.key === "Enter" && active >= 0 && get("pickable") && !horizontal) {
      ask("pick", { place: active });
    } else if (event.key === "Escape") {
      unread();
      if (get("selection").from !== undefined) ask("brush");
    }
  });

  // Shift and an arrow key mark from where the marking began to the place now read.
  function extend(to) {
    const step = get("signals").step ?? 0;
    const held = get("selection").from === undefined ? { at: active } : (extend.held ?? { at: active });
    extend.held = held;
    const [low, high] = [places[held.at].x, places[to].x].sort((one, other) => one - other);
    read(to, { aloud: true });
    ask("brush", { from: low, to: high + step });
  }

  const resized = new ResizeObserver(
    debounce(60, async () => {
      const width = widthOf();
      if (!width || stage.hidden) return;
      if (owed || !paint.view()) return draw();
      unread();
      await paint.resize(width);
      return drawBrush();
    }),
  );
  resized.observe(stage);
  offs.push(
    () => resized.disconnect(),
    onTheme(debounce(60, () => draw())),
    () => {
      unread();
      paint.clear();
    },
  );
  // A new mark alone redraws nothing: what is being read stays.
  const same = () => known && DRAWN.every((name, at) => get(name) === known[at]);
  listen("version", () => (same() && paint.view() ? (drawBrush(), finished(get("version"))) : draw()));
  listen("pickable", drawLegend);
  const toggle = iconButton("Show as table", "table", {
    class: "wb-quiet wb-small wb-toggle",
    "aria-pressed": "false",
    click: () => {
      asTable = !asTable;
      toggle.setAttribute("aria-pressed", String(asTable));
      return draw();
    },
  });
  draw();
  return { toggle, draw };
}
