// How far an export is, and where it lies.

const SIGNS = { done: "check", failed: "warning", cancelled: "info" };

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "exporting");
  const get = (name) => model.get(name);
  const sign = h("span", { class: "wb-exporting-sign" });
  const said = h("span", { role: "status" });
  const measure = h("progress", { "aria-label": "Rows written" });
  const path = h("code", { class: "wb-exporting-path" });
  const where = h("span", { class: "wb-exporting-where" });
  const copied = button("Copy path", "copy", { class: "wb-quiet wb-small", click: () => copy(get("path"), copied) });
  const stop = button("Cancel", null, { class: "wb-small", click: () => ask("cancel") });
  const away = iconButton("Dismiss", "x", { class: "wb-quiet wb-small", click: () => ask("dismiss") });
  where.append(path, copied);
  const body = h("div", { class: "wb-exporting-body" }, said, measure, where);
  root.append(h("div", { class: "wb-card-box" }, sign, body, stop, away));

  function draw() {
    const [state, rows, total] = ["state", "done", "total"].map(get);
    const running = state === "running";
    root.hidden = !state;
    root.classList.toggle("wb-exporting-late", running && rows === 0);
    root.classList.toggle("wb-exporting-bad", state === "failed");
    replace(sign, icon(running ? "download" : (SIGNS[state] ?? "info")));
    // How many there will be is not known of every export.
    const far = total ? `${rows.toLocaleString("en-US")} of ${plural(total, "rows")}` : plural(rows, "rows");
    replace(said, running ? `Writing ${far}` : get("said"));
    said.setAttribute("aria-live", running ? "off" : "polite");
    measure.hidden = !running;
    measure.max = Math.max(total, 1);
    if (rows) measure.value = rows;
    else measure.removeAttribute("value");
    replace(path, get("path"));
    where.hidden = !get("path");
    stop.hidden = !running;
    away.hidden = running;
    root.dataset.drawn = String(get("version"));
  }

  listen("version", draw);
  draw();
  return done;
}

export default { render };
