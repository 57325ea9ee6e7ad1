// A button that saves what Python makes.

function render({ model, el }) {
  const { root, listen, ask, done } = mount(model, el, "download");
  const press = button("", "download", { click: () => ask("download") });
  const words = h("span", {});
  press.append(words);
  root.append(press);
  const draw = () => {
    replace(words, model.get("label"));
    root.dataset.drawn = String(model.get("version"));
  };
  listen("version label", draw);
  draw();
  return done;
}

export default { render };
