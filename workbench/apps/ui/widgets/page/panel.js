// The panel beside a list: what stays, and tabs whose sections are asked for when they are shown; text nodes only.

function blockNode(section) {
  const take = button("Copy", "copy", {
    class: "wb-quiet wb-small wb-block-copy",
    "aria-label": `Copy ${section.title}`,
    click: () => copy(section.text, take),
  });
  return h(
    "div",
    { class: "wb-block" },
    h("pre", { tabindex: "0" }, section.text),
    take,
    section.cut ? h("p", { class: "wb-muted" }, section.cut) : null,
  );
}

// The page in front may know the service by another address than the kernel does.
function wayNode(section) {
  if (!section.address) return null;
  const { pathname, search } = new URL(section.address);
  const address = String(new URL(pathname + search, document.body.dataset.control || section.address));
  return button(section.label, "open", {
    class: "wb-small",
    role: "link",
    title: "Opens a page of the control service",
    click: () => window.open(address, "_blank", "noopener,noreferrer"),
  });
}

function sectionNode(section, at, panel) {
  const body = {
    facts: () => factNodes(section, at, panel),
    listing: () => listingNode(section, at, panel),
    block: () => blockNode(section),
    note: () => h("p", { class: "wb-panel-note" }, section.text),
    way: () => wayNode(section),
  }[section.what];
  if (section.folded) {
    return h(
      "details",
      { class: "wb-section" },
      h("summary", {}, h("h3", {}, section.title)),
      body ? body() : null,
    );
  }
  return h("section", { class: "wb-section" }, section.title ? h("h3", {}, section.title) : null, body ? body() : null);
}

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "panel");
  const get = (name) => model.get(name);
  const title = h("h2", { tabindex: "-1" });
  const subtitle = h("p", { class: "wb-muted" });
  const place = h("span", { class: "wb-muted wb-number" });
  const widen = iconButton("More room (Alt+W)", "columns", {
    class: "wb-quiet wb-small",
    click: () => ask("widen"),
  });
  const tools = h(
    "div",
    { class: "wb-panel-tools" },
    place,
    iconButton("Previous (Alt+Up)", "left", { class: "wb-quiet wb-small", click: () => ask("step", { by: -1 }) }),
    iconButton("Next (Alt+Down)", "right", { class: "wb-quiet wb-small", click: () => ask("step", { by: 1 }) }),
    widen,
    iconButton("Close (Escape)", "x", { class: "wb-quiet wb-small", click: () => ask("close") }),
  );
  const actions = h("div", { class: "wb-panel-actions" });
  const fixed = h("div", { class: "wb-panel-fixed" });
  const tabs = panelTabs((id) => {
    ask("tab", { id });
    lift();
  });
  const body = h("div", { class: "wb-panel-body" }, fixed, tabs.list, tabs.box);
  const box = h(
    "aside",
    { class: "wb-card-box", "aria-label": "Details" },
    h("div", { class: "wb-panel-head" }, h("div", { class: "wb-panel-title" }, title, subtitle), tools),
    actions,
    body,
  );
  root.append(box);

  function fit() {
    fitMiddle(body);
    body.querySelectorAll(".wb-table-view").forEach(edge);
  }

  // Tabs that stick to the lower edge go up, so that what was asked for is seen.
  function lift() {
    const above = tabs.list.offsetTop - body.offsetTop - body.scrollTop;
    if (above > body.clientHeight / 2) body.scrollTop = fixed.offsetHeight;
  }

  function draw() {
    const opening = get("opened") && box.hidden;
    const had = box.contains(document.activeElement);
    box.hidden = !get("opened");
    root.classList.toggle("wb-panel-open", get("opened"));
    root.classList.toggle("wb-panel-tabbed", get("tabs").length > 0);
    widen.setAttribute("aria-pressed", String(get("wide")));
    replace(title, get("title"));
    replace(subtitle, get("subtitle"));
    subtitle.hidden = !get("subtitle");
    replace(place, get("place"));
    actions.hidden = get("actions").length === 0;
    replace(
      actions,
      get("actions").map((action) =>
        button(action.label, action.icon, {
          class: `wb-small ${action.primary ? "wb-primary" : ""}`,
          click: () => ask("action", { id: action.id }),
        }),
      ),
    );
    const stay = get("sections");
    const panel = { ask, openable: get("openable") };
    if (drawn !== stay || opened !== panel.openable) {
      tabs.waiting();
      replace(
        fixed,
        stay.map((section, at) => sectionNode(section, at, panel)),
      );
      body.scrollTop = 0;
    }
    [drawn, opened] = [stay, panel.openable];
    tabs.draw(get("tabs"), get("tab"));
    if (get("made")) tabs.fill(get("inside"), (section, at) => sectionNode(section, stay.length + at, panel));
    else {
      tabs.waiting();
      wanted();
    }
    fit();
    // Whoever was at something that is gone, an entity's button say, goes on at the head of what took its place.
    const lost = had && !box.hidden && !box.contains(document.activeElement);
    if (opening || lost) title.focus({ preventScroll: true });
    root.dataset.drawn = String(get("version"));
  }

  // Whoever steps on at once does not wait for the tab of what was passed.
  const wanted = debounce(40, () => get("made") || !get("opened") || ask("tab", { id: get("tab") }));
  let [drawn, opened] = [null, false];

  root.addEventListener("keydown", (event) => {
    const to = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
    if (to) {
      event.preventDefault();
      ask("step", { by: to });
    } else if (event.altKey && event.code === "KeyW") {
      event.preventDefault();
      ask("widen");
    } else if (event.altKey && event.code === "KeyT") {
      event.preventDefault();
      root.querySelector(".wb-panel-tabs [aria-selected=true]")?.focus();
    } else if (event.key === "Escape") ask("close");
  });
  box.hidden = true;
  const fitting = new ResizeObserver(debounce(60, fit));
  fitting.observe(body);
  listen("version openable", draw);
  listen("fault", () => get("fault") && tabs.fill([], () => null));
  listen("place", () => replace(place, get("place")));
  draw();
  return () => {
    tabs.stop();
    wanted.stop();
    fitting.disconnect();
    done();
  };
}

export default { render };
