// Reading a drawn chart: the column or bar under the pointer or the arrow keys, what it holds, and marking a window.

// The distinct places of the x values (or bars), in order, with the marks of each.
function placesOf(data) {
  const places = new Map();
  (data.x ?? []).forEach((x, at) => {
    if (!places.has(x)) places.set(x, []);
    places.get(x).push({ y: data.y[at], code: data.code[at] });
  });
  const found = [...places].map(([x, marks]) => ({ x, marks }));
  return typeof found[0]?.x === "number" ? found.sort((one, other) => one.x - other.x) : found;
}

function timeText(x, step) {
  if (!step) return instant(x).slice(0, instant(x).endsWith("00:00") ? 10 : 16);
  const [start, end] = [instant(x), instant(x + step)];
  if (step % 86400000 === 0 && start.endsWith("00:00"))
    return step === 86400000 ? start.slice(0, 10) : `${start.slice(0, 10)} to ${instant(x + step - 1).slice(0, 10)}`;
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`;
}

function placeText(place, axis, signals) {
  if (axis === "name") return place.x;
  return axis === "number" ? place.x.toLocaleString("en-US") : timeText(place.x, signals.step);
}

function placeTitle(place, axis, signals) {
  return placeText(place, axis, signals) + (axis === "time" ? " UTC" : "");
}

// What one place holds, as lines: its title, each category, and the sum where that means something.
function reading(place, legend, title, unit) {
  const lines = legend
    .map((entry) => {
      const y = place.marks.find((mark) => mark.code === entry.code)?.y ?? 0;
      return { entry, y };
    })
    .filter((line) => line.entry.label && line.y);
  const aside = new Set(legend.filter((entry) => entry.aside).map((entry) => entry.code));
  const sum = place.marks.reduce((whole, mark) => whole + (aside.has(mark.code) ? 0 : mark.y), 0);
  return { title, lines, sum: unit || !lines.length ? `${sum.toLocaleString("en-US")} ${unit}` : "" };
}

function readingNode({ title, lines, sum }, dashOf) {
  return h(
    "div",
    { class: "wb-reading" },
    h("div", { class: "wb-reading-title" }, title),
    lines.map(({ entry, y }) =>
      h(
        "div",
        { class: "wb-reading-line" },
        legendShape(entry, dashOf(entry)),
        h("span", {}, entry.label),
        h("span", { class: "wb-number" }, y.toLocaleString("en-US")),
      ),
    ),
    sum ? h("div", { class: "wb-reading-sum wb-number" }, sum) : null,
  );
}

function readingText({ title, lines, sum }) {
  return [title, ...lines.map(({ entry, y }) => `${entry.label} ${y.toLocaleString("en-US")}`), sum].filter(Boolean).join(", ");
}

function legendShape(entry, dash = null) {
  if (dash) {
    const line = s(
      "svg",
      { viewBox: "0 0 18 10", class: "wb-shape wb-shape-line", "aria-hidden": "true" },
      s("path", { d: "M0 5h18", class: "wb-hollow", "stroke-dasharray": dash.join(" ") }),
    );
    if (/^var\(--wb-[a-z0-9-]+\)$/.test(entry.colour)) line.style.color = entry.colour;
    return line;
  }
  return shape(entry.shape, entry.colour === "var(--wb-hatch)" ? "var(--wb-unknown)" : entry.colour);
}

// Where a place lies in the drawn view: a box in pixels of the node.
function boxOf(view, place, signals, kind) {
  const [left, top] = view.origin();
  if (kind === "columns") {
    const scale = view.scale("x");
    return { left: left + scale(keyOf(place.x)), top, width: scale.bandwidth(), height: view.height() };
  }
  if (typeof place.x !== "number") {
    const scale = view.scale("y");
    return { left: 0, top: top + scale(keyOf(place.x)), width: view.wbWidth, height: scale.bandwidth() };
  }
  const scale = view.scale("x");
  const start = scale(place.x);
  const width = signals.step ? scale(place.x + signals.step) - start : 1;
  return { left: left + start, top, width, height: view.height() };
}

function nearest(view, places, signals, kind, [x, y]) {
  if (!places.length || kind === "pie") return -1;
  const boxes = places.map((place) => boxOf(view, place, signals, kind));
  const horizontal = kind !== "bars";
  const away = boxes.map((box) =>
    horizontal ? Math.abs(x - box.left - box.width / 2) : Math.abs(y - box.top - box.height / 2),
  );
  const best = away.indexOf(Math.min(...away));
  const reach = horizontal ? Math.max(boxes[best].width, signals.step ? 0 : 40) : boxes[best].height;
  return away[best] <= reach ? best : -1;
}
