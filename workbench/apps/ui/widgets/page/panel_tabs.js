// The tabs of a panel: arrows, Home and End move between them, and a tab that is stayed on shows its sections.

let tabSets = 0;

function panelTabs(choose) {
  const name = `wb-tabs-${++tabSets}`;
  const list = h("div", { class: "wb-choice-bar wb-tabs wb-panel-tabs", role: "tablist", "aria-label": "Details", "aria-keyshortcuts": "Alt+T", title: "Alt+T leads here" });
  const box = h("div", { class: "wb-panel-inside", role: "tabpanel", id: `${name}-panel`, tabindex: "0" });
  const later = debounce(150, choose);
  let [nodes, held] = [new Map(), null];

  function select(id) {
    for (const [each, node] of nodes) {
      node.setAttribute("aria-selected", String(each === id));
      node.tabIndex = each === id ? 0 : -1;
    }
    box.setAttribute("aria-labelledby", `${name}-${id}`);
  }

  function go(id, now) {
    const node = nodes.get(id);
    if (node.getAttribute("aria-selected") === "true") return;
    select(id);
    waiting();
    if (now) later.now(id);
    else later(id);
  }

  // Lines in place of what Python is still at work on.
  function waiting() {
    held = null;
    box.setAttribute("aria-busy", "true");
    replace(
      box,
      h("p", { class: "wb-visually-hidden" }, "Looking it up"),
      [70, 90, 60, 80].map((width) => {
        const bone = h("div", { class: "wb-bone wb-panel-bone", "aria-hidden": "true" });
        bone.style.width = `${width}%`;
        return bone;
      }),
    );
  }

  function draw(tabs, chosen) {
    const had = list.contains(document.activeElement);
    nodes = new Map(
      tabs.map((tab) => [
        tab.id,
        h(
          "button",
          {
            type: "button",
            class: "wb-tab",
            role: "tab",
            id: `${name}-${tab.id}`,
            "aria-controls": `${name}-panel`,
            click: () => go(tab.id, true),
          },
          h("span", {}, tab.label),
          tab.count === "" ? null : h("span", { class: "wb-count wb-number" }, tab.count),
        ),
      ]),
    );
    list.hidden = box.hidden = !tabs.length;
    replace(list, [...nodes.values()]);
    if (tabs.length) select(chosen);
    if (had) nodes.get(chosen)?.focus({ preventScroll: true });
  }

  // What is there already stays, and with it the place of whoever reads it.
  function fill(sections, nodesOf) {
    later.stop();
    if (held === sections) return;
    held = sections;
    box.setAttribute("aria-busy", "false");
    replace(box, sections.map(nodesOf));
  }

  list.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const ids = [...nodes.keys()];
    const at = [...nodes.values()].indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const id = ids[(to + ids.length) % ids.length];
    nodes.get(id).focus();
    go(id, false);
  });
  return { list, box, draw, fill, waiting, stop: later.stop };
}
