// A chart on its own card: title, definition, legend, drawing.

function render({ model, el }) {
  const part = mount(model, el, "chart");
  const head = h("div", { class: "wb-card-head" });
  const body = h("div", { class: "wb-card-body" });
  part.root.append(h("div", { class: "wb-card-box wb-chart-box" }, head, body));
  const { toggle } = plot(part, body);
  const draw = () => {
    const [title, definition, caption] = ["title", "definition", "caption"].map((name) => model.get(name));
    replace(
      head,
      title ? h("h2", {}, title) : null,
      definition ? infoMark(definition) : null,
      h("span", { class: "wb-muted wb-caption" }, caption),
      h("span", { class: "wb-spacer" }),
      toggle,
    );
  };
  part.listen("title definition caption", draw);
  draw();
  return part.done;
}

export default { render };
