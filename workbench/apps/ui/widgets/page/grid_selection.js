// How many rows are selected, how all that match are, and what is done with them.

function selection(model, { ask, listen, offs }) {
  const get = (name) => model.get(name);
  const said = h("span", { role: "status" });
  const all = button("", null, { class: "wb-link", title: "Ctrl+A", click: () => ask("whole") });
  const clear = button("Clear", null, { class: "wb-link", click: () => ask("clear") });
  const acts = h("span", { class: "wb-grid-acts" });
  const node = h("span", { class: "wb-grid-picked", hidden: true }, said, all, clear, acts);
  let waiting = null;

  // The clipboard is asked for at the click, as browsers want it, and gets its text once Python has it.
  function act(each, anchor) {
    if (!each.copies) return ask("act", { id: each.id });
    waiting?.refuse();
    if (!navigator.clipboard?.write) return say("Not copied: the browser refused", anchor);
    const mine = { words: "Not copied" };
    const text = new Promise((give, refuse) => Object.assign(mine, { give, refuse }));
    waiting = mine;
    const item = new ClipboardItem({ "text/plain": text.then((held) => new Blob([held], { type: "text/plain" })) });
    navigator.clipboard.write([item]).then(
      () => say(mine.words, anchor),
      () => say(mine.given ? "Not copied: the browser refused" : mine.words, anchor),
    );
    ask("act", { id: each.id });
    return undefined;
  }

  function answered(message) {
    if (message?.kind !== "clip" || !waiting) return;
    const mine = waiting;
    Object.assign(mine, { words: message.said, given: Boolean(message.text) });
    waiting = null;
    if (message.text) mine.give(message.text);
    else mine.refuse();
  }

  function opener(label, items) {
    const open = button(label, label === "Export" ? "download" : "copy", {
      class: "wb-small",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      click: () => menu(open, items.map((each) => ({ label: each.label, run: () => act(each, open) })), label),
    });
    return open;
  }

  function drawActs() {
    const menus = Map.groupBy(get("acts"), (each) => each.menu || each.id);
    const made = [...menus.values()].map((items) => {
      if (items[0].menu) return opener(items[0].menu, items);
      const press = button(items[0].label, "copy", { class: "wb-small", click: () => act(items[0], press) });
      return press;
    });
    replace(acts, made);
  }

  function draw() {
    const [many, total, whole] = [get("selected").length, get("total"), get("whole")];
    const held = document.activeElement;
    const count = (number) => number.toLocaleString("en-US");
    node.hidden = !whole && !many;
    replace(said, whole ? `All ${count(total)} selected` : `${count(many)} selected`);
    replace(all, `Select all ${count(total)}${get("acts").length ? " that match" : ""}`);
    all.hidden = whole || many >= total;
    if (all.hidden && !node.hidden && held === all) clear.focus();
    return node.hidden && node.contains(held); // then the rows are to have the focus
  }

  model.on("msg:custom", answered);
  offs.push(() => model.off("msg:custom", answered));
  listen("fault", () => get("fault") && waiting?.refuse());
  listen("acts", drawActs);
  drawActs();
  return { node, draw };
}
