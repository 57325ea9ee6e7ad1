// The question behind an answer, to read and to copy.

function render({ model, el }) {
  const { root, listen, done } = mount(model, el, "code");
  const summary = h("summary", {}, icon("code"), h("span", {}));
  const body = h("div", { class: "wb-code-body" });
  const details = h("details", { class: "wb-card-box" }, summary, body);
  root.append(details);

  function block(label, text) {
    const take = button("Copy", "copy", {
      class: "wb-quiet wb-small",
      "aria-label": `Copy ${label}`,
      click: () => copy(text, take),
    });
    return h(
      "div",
      { class: "wb-code-block" },
      h("div", { class: "wb-code-head" }, h("span", {}, label), take),
      h("pre", { tabindex: "0" }, text),
    );
  }

  function draw() {
    replace(summary.lastChild, model.get("title"));
    replace(
      body,
      [
        ["KQL", "kql"],
        ["Python", "python"],
      ]
        .filter(([, name]) => model.get(name))
        .map(([label, name]) => block(label, model.get(name)))
        .concat(Object.entries(model.get("more")).map(([label, text]) => block(label, text))),
    );
    root.dataset.drawn = String(model.get("version"));
  }

  const fold = () => {
    details.open = model.get("opened");
  };
  listen("version kql python title", draw);
  listen("opened", fold);
  listen("reveals", () => {
    details.open = true;
    root.scrollIntoView({ block: "nearest" });
    summary.focus({ preventScroll: true });
  });
  draw();
  fold();
  return done;
}

export default { render };
