// A map of the world: land in grey, countries with a count shaded, read under the pointer and picked by a click.

function render({ model, el }) {
  const part = mount(model, el, "world");
  const { root, listen, ask, offs } = part;
  const get = (name) => model.get(name);
  const { width, height, shapes, dots, rest } = get("outlines");
  const outline = (path) => s("path", { d: path });
  const dot = ([x, y]) => s("circle", { cx: x, cy: y, r: 32 });
  const drawn = new Map([
    ...Object.entries(shapes).map(([code, path]) => [code, outline(path)]),
    ...Object.entries(dots).map(([code, at]) => [code, dot(at)]),
  ]);
  const land = s("g", { class: "wb-land" }, outline(rest), ...drawn.values());
  const picture = s("svg", { viewBox: `0 0 ${width} ${height}`, class: "wb-globe", role: "img" }, land);
  const head = h("div", { class: "wb-card-head" });
  const legend = h("div", { class: "wb-legend" });
  root.append(
    h("div", { class: "wb-card-box" }, head, h("div", { class: "wb-card-body" }, legend, picture)),
  );
  let [tip, known] = [null, new Map()];

  const swatch = (level) =>
    s("svg", { viewBox: "0 0 10 10", class: "wb-shape", "aria-hidden": "true" },
      s("rect", { x: 0.5, y: 0.5, width: 9, height: 9, rx: 1.5, class: `wb-level-${level}` }));

  function draw() {
    leave();
    replace(head, h("h2", {}, get("title")), h("span", { class: "wb-muted wb-caption" }, get("caption")));
    known = new Map(get("countries").map((each) => [drawn.get(each.code), each]));
    for (const node of drawn.values()) node.removeAttribute("class");
    // The counted stand before the others, so that no border of a neighbour covers theirs.
    for (const [node, each] of known) {
      node.setAttribute("class", `wb-counted wb-level-${each.level}`);
      land.append(node);
    }
    const shades = get("levels").map((words, at) => h("span", { class: "wb-key" }, swatch(at + 1), h("span", {}, words)));
    replace(legend, shades, h("span", { class: "wb-key wb-muted" }, swatch(0), h("span", {}, "none")));
    picture.setAttribute("aria-label", get("described"));
    root.dataset.drawn = String(get("version"));
  }

  function leave() {
    tip?.remove();
    tip = null;
  }

  function read(event) {
    const each = known.get(event.target);
    if (!each) return leave();
    const share = get("countries").reduce((sum, one) => sum + one.count, 0);
    const part = ((each.count / share) * 100).toFixed(1);
    tip ??= root.appendChild(h("div", { class: "wb wb-popup wb-tip", popover: "manual" }));
    replace(
      tip,
      h("div", { class: "wb-reading-title" }, each.label),
      h("div", { class: "wb-number" }, `${plural(each.count, get("unit"))}, ${part} % of those on the map`),
    );
    if (!tip.matches(":popover-open")) tip.showPopover();
    place(tip, { left: event.clientX + 12, top: event.clientY - 12, bottom: event.clientY + 12 });
    return undefined;
  }

  picture.addEventListener("pointermove", read);
  picture.addEventListener("pointerleave", leave);
  picture.addEventListener("click", (event) => {
    const each = known.get(event.target);
    if (each) ask("pick", { code: each.code });
  });
  offs.push(leave);
  listen("version", draw);
  draw();
  return part.done;
}

export default { render };
