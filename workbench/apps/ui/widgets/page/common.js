// Shared by every widget. All text of the data becomes text nodes; nothing here reads mark-up.

const SVG = "http://www.w3.org/2000/svg";

// What hides or reorders text is shown: Python does it for the data, and this for whatever else reaches the page.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;
const visible = (text) =>
  text.replace(HIDDEN, (char) =>
    "\n\t".includes(char) ? char : `⟦U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`,
  );

const parts = (children) =>
  children
    .flat(3)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "string" ? visible(child) : child));

// h("button", {class: "wb-button", click: handler}, "Text", child): functions are listeners, the rest attributes.
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  node.append(...parts(children));
  return node;
}

function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

function icon(name) {
  const frame = { viewBox: "0 0 24 24", class: "wb-icon", "aria-hidden": "true", focusable: "false" };
  return s("svg", frame, ...(ICONS[name] ?? []).map(([tag, attributes]) => s(tag, attributes)));
}

// A small shape that goes with a word: colour never speaks alone.
function shape(kind, colour) {
  const drawn = {
    circle: () => s("circle", { cx: 5, cy: 5, r: 4.2, class: "wb-filled" }),
    triangle: () => s("path", { d: "M5 .8 9.6 9.2H.4Z", class: "wb-filled" }),
    ring: () => s("circle", { cx: 5, cy: 5, r: 3.4, class: "wb-hollow" }),
    dash: () => s("path", { d: "M1 5h8", class: "wb-hollow" }),
    square: () => s("rect", { x: 1, y: 1, width: 8, height: 8, rx: 1.5, class: "wb-filled" }),
    diamond: () => s("path", { d: "M5 .3 9.7 5 5 9.7.3 5Z", class: "wb-filled" }),
    hatch: () => s("path", { d: "M.5 5.500l5-5M.5 9.500l9-9M4.500 9.500l5-5", class: "wb-hollow wb-thin" }),
  }[kind];
  const node = s("svg", { viewBox: "0 0 10 10", class: "wb-shape", "aria-hidden": "true" });
  if (drawn) node.append(drawn());
  if (/^var\(--wb-[a-z0-9-]+\)$/.test(colour)) node.style.color = colour;
  return node;
}

// A word of a closed vocabulary with its shape and colour; any other word as it is.
function word(kind, text) {
  const known = Object.hasOwn(MARKS[kind] ?? {}, text.toLowerCase()) ? MARKS[kind][text.toLowerCase()] : null;
  if (!known) return h("span", { class: "wb-cut" }, text);
  const node = h("span", { class: "wb-word" }, shape(known[2], `var(--wb-${known[1]})`), known[0]);
  if (known[3]) node.style.color = `var(--wb-${known[1]})`;
  return node;
}

function button(text, symbol, attributes) {
  const { class: extra = "", ...rest } = attributes;
  return h(
    "button",
    { type: "button", class: `wb-button ${extra}`, ...rest },
    symbol ? icon(symbol) : null,
    text ? h("span", {}, text) : null,
  );
}

function iconButton(label, symbol, attributes) {
  return button("", symbol, {
    "aria-label": label,
    title: label,
    ...attributes,
    class: `wb-square ${attributes.class ?? ""}`,
  });
}

function replace(node, ...children) {
  node.replaceChildren(...parts(children));
}

function singular(noun) {
  return noun
    .replace(/^people(?= |$)/, "person")
    .replace(/ies(?= |$)/, "y")
    .replace(/s(?= per |$)/, "");
}

function plural(count, noun) {
  return `${count.toLocaleString("en-US")} ${count === 1 ? singular(noun) : noun}`;
}

// The shared rules, once a page and before those of any widget, so that a widget's own rules win.
function dress() {
  if (document.querySelector("style[data-workbench]")) return;
  const style = h("style", { "data-workbench": "shared" }, STYLE);
  document.head.insertBefore(style, document.head.querySelector('style[id^="workbench.apps.ui"]'));
}

// Plain keys end here: JupyterLab would take D D for "delete this cell". Keys with Ctrl or Cmd go on to the page.
function keepKeys(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}

// The root of a widget: its own shortcuts instead of JupyterLab's, a line for faults, saving of files.
function mount(model, el, name) {
  dress();
  const fault = h("p", { class: "wb-fault", role: "alert", hidden: true });
  const root = h("div", { class: `wb wb-${name}`, keydown: keepKeys });
  const offs = [];
  const listen = (names, handler) => {
    const event = names
      .split(" ")
      .map((each) => `change:${each}`)
      .join(" ");
    model.on(event, handler);
    offs.push(() => model.off(event, handler));
  };
  const heard = (message, buffers) => message?.kind === "file" && save(message, buffers?.[0]);
  const failed = () => {
    const text = model.get("fault");
    fault.hidden = !text;
    replace(fault, text ? icon("warning") : null, text);
  };
  const ask = (kind, body = {}) => model.send({ kind, ...body });
  let waiting = null;
  const wait = () => {
    const text = model.get("waits");
    if (!waiting && text) waiting = waitingNote(root, () => ask("give_up"));
    waiting?.say(text);
    if (!text) waiting = null;
  };
  const busy = () => root.setAttribute("aria-busy", String(model.get("busy")));
  model.on("msg:custom", heard);
  offs.push(() => model.off("msg:custom", heard));
  listen("fault", failed);
  listen("busy", busy);
  listen("waits", wait);
  failed();
  busy();
  wait();
  root.append(fault);
  el.append(root);
  return { model, root, listen, ask, offs, done: () => offs.forEach((off) => off()) };
}

// What is waited for, with a way to give it up; an empty text takes it away.
function waitingNote(root, cancel) {
  const said = h("span", { role: "status" });
  const note = h("div", { class: "wb-note wb-waiting", popover: "manual" }, said);
  note.append(button("Cancel", null, { class: "wb-quiet", click: cancel }));
  root.append(note);
  if (note.isConnected) note.showPopover();
  return { say: (text) => (text ? replace(said, text) : note.remove()) };
}

function save(message, data) {
  if (!data) return;
  const address = URL.createObjectURL(new Blob([data], { type: message.mime }));
  const link = h("a", { href: address, download: message.name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// The control service: saving and listing are done in its pages, in which their reader is logged in; no token comes here.
function control(model) {
  try {
    const found = new URL(document.body.dataset.control || model.get("control"));
    return /^https?:$/.test(found.protocol) ? found : null;
  } catch {
    return null;
  }
}

// What is handed over goes behind the #, which a browser sends to no server.
function visit(model, path, hash = "") {
  const address = new URL(path, control(model));
  address.hash = hash;
  open(address, "_blank", "noopener");
}

function copy(text, beside) {
  const told = (done) => say(done ? "Copied" : "Not copied: the browser refused", beside);
  if (!navigator.clipboard) return told(false);
  return navigator.clipboard.writeText(text).then(
    () => told(true),
    () => told(false),
  );
}

// A short answer beside a control, read aloud and gone after a moment.
function say(text, beside) {
  const note = h("div", { class: "wb wb-note", role: "status", popover: "manual" }, text);
  document.body.append(note);
  note.showPopover();
  place(note, beside.getBoundingClientRect());
  setTimeout(() => note.remove(), Math.max(1400, 60 * text.length));
}

function debounce(wait, run) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
  later.now = (...values) => {
    clearTimeout(timer);
    run(...values);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}

const AGES = [
  ["year", 31557600],
  ["month", 2629800],
  ["day", 86400],
  ["h", 3600],
  ["min", 60],
];

// "3 h 12 min": the two greatest units of a length of time in milliseconds.
function length(milliseconds) {
  let seconds = Math.abs(milliseconds) / 1000;
  const parts = [];
  for (const [unit, size] of AGES) {
    const count = Math.floor(seconds / size);
    if (count && parts.length < 2) parts.push(unit.length > 3 ? plural(count, `${unit}s`) : `${count} ${unit}`);
    else if (parts.length) break;
    seconds -= count * size;
  }
  return parts.join(" ") || "less than a minute";
}

function ago(moment, now) {
  return moment <= now ? `${length(now - moment)} ago` : `in ${length(moment - now)}`;
}

function instant(milliseconds, seconds = false) {
  return new Date(milliseconds)
    .toISOString()
    .slice(0, seconds ? 19 : 16)
    .replace("T", " ");
}

function onTheme(run) {
  const watcher = new MutationObserver(run);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-wb-theme"] });
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => watcher.disconnect();
}

// One value as a cell shows it. A cell is text, [text, raw] or null for a missing value.
function shown(cell) {
  return cell === null || cell === undefined ? "" : Array.isArray(cell) ? cell[0] : cell;
}
function raw(cell) {
  return cell === null || cell === undefined ? "" : Array.isArray(cell) ? cell[1] : cell;
}

const MIDDLE = new Set(["address", "mailbox", "domain", "hash", "id", "url"]);
const ruler = document.createElement("canvas").getContext("2d");

// The longest text of this width that keeps both ends: an address loses the end of its name first, and a dot in
// brackets is never torn.
function middle(text, width, font) {
  ruler.font = font;
  const fits = (candidate) => ruler.measureText(candidate).width <= width;
  if (fits(text)) return text;
  const points = text.match(/\[\.\]|[^]/gu);
  const at = points.lastIndexOf("@");
  const joined = (kept) => {
    const tail = at > 0 && points.length - at <= kept - 3 ? points.length - at : Math.floor(kept / 2);
    return `${points.slice(0, kept - tail).join("")}…${points.slice(points.length - tail).join("")}`;
  };
  let [low, high] = [2, points.length - 1];
  while (low < high) {
    const kept = Math.ceil((low + high) / 2);
    if (fits(joined(kept))) low = kept;
    else high = kept - 1;
  }
  return joined(low);
}

// Cuts the marked texts below a node to the width of their boxes; the whole text stays with the node.
function fitMiddle(root) {
  const nodes = [...root.querySelectorAll(".wb-middle")];
  const widths = nodes.map((node) => node.getBoundingClientRect().width - 0.5);
  const fonts = new Map();
  nodes.forEach((node, at) => {
    const look = node.parentElement.className;
    if (!fonts.has(look)) fonts.set(look, getComputedStyle(node).font);
    node.textContent = middle(node.wbText, widths[at], fonts.get(look));
    if (node.textContent === node.wbText) node.removeAttribute("title");
    else node.title = visible(node.wbText);
  });
}

function cellNode(kind, cell, now) {
  const text = shown(cell);
  if (cell === null || cell === undefined) return h("span", { class: "wb-none", title: "No value" }, "–");
  if (MARKS[kind]) return word(kind, text);
  if (kind === "time") return h("time", { title: ago(Date.parse(raw(cell)), now) }, text);
  if (!MIDDLE.has(kind)) return h("span", { class: "wb-cut", title: text }, text);
  const node = h("span", { class: "wb-cut wb-middle" }, text);
  node.wbText = text;
  return node;
}
