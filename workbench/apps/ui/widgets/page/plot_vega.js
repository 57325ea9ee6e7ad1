// Loads the one Vega bundle of the page from our own server, and draws with it.

const VEGA = Symbol.for("workbench.vega");

// The address of JupyterLab's or Voila's extensions; only of this very server.
function bundleAddress() {
  const config = document.querySelector('script#jupyter-config-data[type="application/json"]');
  const base = JSON.parse(config?.textContent || "{}").fullLabextensionsUrl;
  if (!base) throw new Error("this page does not say where its extensions are");
  const address = new URL(`${base}/workbench/static/vega-embed.mjs`, location.href);
  if (address.origin !== location.origin) throw new Error("the extensions of this page are on another server");
  return address.href;
}

function vega() {
  window[VEGA] ??= Promise.resolve()
    .then(() => import(bundleAddress()))
    .then((module) => module.default);
  window[VEGA].catch(() => {
    delete window[VEGA];
  });
  return window[VEGA];
}

const refuse = () => Promise.reject(new Error("charts load nothing"));
const OPTIONS = {
  actions: false,
  ast: true,
  defaultStyle: false,
  hover: false,
  renderer: "svg",
  tooltip: () => {},
  loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
};

// A structure with its colours looked up in the style sheet of this moment.
function painted(value, look) {
  if (typeof value === "string") return /^var\(--wb-[a-z0-9-]+\)$/.test(value) ? look(value) : value;
  if (Array.isArray(value)) return value.map((each) => painted(each, look));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, painted(each, look)]));
  return value;
}

// What a bar is called inside Vega: never a text of the data by itself.
function keyOf(name) {
  return `=${name}`;
}

function marksOf(data, legend, look) {
  const colours = Object.fromEntries(legend.map((entry) => [entry.code, look(entry.colour)]));
  return (data.x ?? []).map((x, at) => ({
    x,
    key: keyOf(x),
    y: data.y[at],
    code: data.code[at],
    colour: colours[data.code[at]],
  }));
}

let hatches = 0;

// One pattern for what was not evaluated: hatched, in grey.
function hatching(root) {
  const id = `wb-hatch-${Date.now().toString(36)}-${(hatches += 1)}`;
  const lines = s("path", { d: "M0 6 6 0M-1 1 1-1M5 7 7 5", stroke: "currentColor", "stroke-width": 1.2 });
  const pattern = s("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, lines);
  root.append(s("svg", { width: 0, height: 0, class: "wb-hatching", "aria-hidden": "true" }, s("defs", {}, pattern)));
  return id;
}

// Draws a structure into a node and keeps the view while the structure stays.
function painter(node, look) {
  let view = null;
  let drawn = "";
  const clear = () => {
    view?.finalize();
    view = null;
    drawn = "";
    node.replaceChildren();
  };
  const draw = async ({ spec, rows, signals, width, height, mode }) => {
    const structure = JSON.stringify(spec) + mode;
    if (view && structure === drawn) {
      Object.entries(signals).forEach(([name, value]) => view.signal(name, value));
      if (view.wbWidth !== width) view.width(width);
      if (view.wbHeight !== height) view.height(height);
      Object.assign(view, { wbWidth: width, wbHeight: height });
      // Axes get the room that the new numbers need.
      await view.resize().data("rows", rows).runAsync();
      return view;
    }
    const embed = await vega();
    const whole = painted(spec, look);
    Object.assign(whole, { width, height });
    whole.data = { name: "rows", values: rows };
    whole.params = (whole.params ?? []).map((each) => ({ ...each, value: signals[each.name] ?? 0 }));
    const place = h("div", { class: "wb-vega" });
    const result = await embed(place, whole, OPTIONS);
    view?.finalize();
    node.replaceChildren(place);
    [view, drawn] = [result.view, structure];
    Object.assign(view, { wbWidth: width, wbHeight: height });
    return view;
  };
  const resize = async (width) => {
    if (!view || view.wbWidth === width) return;
    view.wbWidth = width;
    await view.width(width).runAsync();
  };
  return { draw, clear, resize, view: () => view };
}
