// The line over an answer: facts, then notes.

function render({ model, el }) {
  const { root, listen, done } = mount(model, el, "caption");
  const facts = h("p", { class: "wb-facts wb-muted wb-number" });
  const notes = h("ul", { class: "wb-notes" });
  root.append(facts, notes);
  const draw = () => {
    replace(facts, model.get("facts").join(" · "));
    replace(
      notes,
      model.get("notes").map((text) => h("li", {}, icon("info"), h("span", {}, text))),
    );
    notes.hidden = model.get("notes").length === 0;
    root.dataset.drawn = String(model.get("version"));
  };
  listen("version facts notes", draw);
  draw();
  return done;
}

export default { render };
