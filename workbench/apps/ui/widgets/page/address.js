// The state of the page behind the # of its address. JupyterLab keeps its own address.

function render({ model, el }) {
  const { root, listen, ask, offs, done } = mount(model, el, "address");
  root.hidden = true;
  if (document.body.dataset.voila === undefined) return done;
  const held = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    return Object.fromEntries(
      model
        .get("names")
        .filter((name) => given.get(name))
        .map((name) => [name, given.get(name)]),
    );
  };
  const write = () => {
    const text = new URLSearchParams(model.get("state")).toString();
    if (text !== location.hash.slice(1))
      history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
  };
  const arrive = () => ask("arrive", { state: held() });
  addEventListener("hashchange", arrive);
  offs.push(() => removeEventListener("hashchange", arrive));
  listen("state", write);
  if (Object.keys(held()).length) arrive();
  else write();
  return done;
}

export default { render };
