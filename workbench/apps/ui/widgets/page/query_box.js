// A box to ask in KQL. The text lies twice on one another: to write in, and behind it with the fault underlined.

function render({ model, el }) {
  const { root, listen, ask, offs, done } = mount(model, el, "query");
  const input = h("textarea", {
    class: "wb-query-input",
    rows: "3",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-label": "Question in KQL",
    placeholder: "EmailEvents | where Subject has \"invoice\" | take 10",
  });
  const mirror = h("div", { class: "wb-query-mirror", "aria-hidden": "true" });
  const message = h("p", { class: "wb-query-fault", role: "alert", hidden: true });
  const status = h("span", { class: "wb-query-status", role: "status" });
  const run = button("Run", "", { class: "wb-primary", title: "Ctrl+Enter", click: () => start() });
  const stop = button("Cancel", "", { hidden: true, click: () => ask("cancel") });
  const view = button("Use the view's query", "code", { class: "wb-quiet", click: () => ask("view") });
  const keep = () => visit(model, "queries/new", input.value && `kql=${encodeURIComponent(input.value)}`);
  const save = button("Save…", "save", { class: "wb-quiet", click: keep });
  const saved = button("Saved queries", "", { class: "wb-quiet", click: () => visit(model, "queries") });
  const hint = h("span", { class: "wb-query-hint" }, "Ctrl+Enter runs · Tab completes · Esc closes the list");
  const summary = h("summary", {}, icon("code"), h("span", {}, "Ask in KQL"));
  const body = h(
    "div",
    { class: "wb-query-body" },
    h("div", { class: "wb-query-text" }, mirror, input),
    message,
    h("div", { class: "wb-query-bar" }, run, stop, view, save, saved, status, hint),
  );
  const details = h("details", { class: "wb-card-box" }, summary, body);
  root.append(details);

  const reached = () => (save.hidden = saved.hidden = !control(model));

  let [seq, wanted, began, clock] = [0, false, 0, 0];
  const words = wordList(input, (item) => {
    const at = input.selectionStart;
    const replaced = model.get("words").replaced ?? 0;
    input.setRangeText(item.text, at - replaced, at, "end");
    changed();
  });

  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight + 2, 320)}px`;
  };
  const follow = () => {
    mirror.scrollTop = input.scrollTop;
    mirror.style.height = `${input.clientHeight}px`;
  };
  // Two characters that count as one in Python are two here.
  const place16 = (text, at) => [...text].slice(0, at).join("").length;

  function paint() {
    const text = input.value;
    const wrong = model.get("wrong");
    const found = wrong.message && wrong.at >= 0 && text === asked;
    const at = found ? place16(text, wrong.at) : text.length;
    const end = found ? Math.max(at + 1, place16(text, wrong.at + wrong.length)) : at;
    const shown = (part) => document.createTextNode(part);
    mirror.replaceChildren(shown(text.slice(0, at)));
    if (found) {
      const mark = document.createElement("mark");
      mark.append(shown(text.slice(at, end) || " "));
      mirror.append(mark, shown(text.slice(end)));
    }
    mirror.append(shown("\n"));
    message.hidden = !wrong.message;
    replace(message, wrong.message ? icon("warning") : null, wrong.message ?? "");
    input.setAttribute("aria-invalid", String(Boolean(wrong.message)));
    grow();
    follow();
  }

  const complete = debounce(120, () => {
    if (document.activeElement !== input || input.selectionStart !== input.selectionEnd) return;
    wanted = true;
    seq += 1;
    ask("complete", { seq, text: input.value, at: [...input.value.slice(0, input.selectionStart)].length });
  });
  let asked = "";
  function changed() {
    paint();
    words.close();
  }
  function start() {
    words.close();
    complete.stop();
    wanted = false;
    asked = input.value;
    ask("run", { text: input.value });
  }

  input.addEventListener("input", () => {
    changed();
    complete();
  });
  input.addEventListener("scroll", follow);
  input.addEventListener("blur", () => words.close());
  input.addEventListener("click", () => words.close());
  input.addEventListener("keydown", (event) => {
    if (words.key(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      start();
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      complete.now();
    } else if (event.key === "Escape" && model.get("running")) {
      event.preventDefault();
      ask("cancel");
    }
  });

  const tick = () => {
    const seconds = Math.floor((performance.now() - began) / 1000);
    replace(status, `Running… ${seconds} s`);
  };
  function progress() {
    const running = model.get("running");
    clearInterval(clock);
    stop.hidden = !running;
    root.setAttribute("aria-busy", String(running));
    if (running) {
      began = performance.now();
      replace(status, "Running…");
      clock = setInterval(tick, 1000);
    } else replace(status, model.get("facts").join(" · "));
  }
  offs.push(() => clearInterval(clock), () => words.close());

  function draw() {
    paint();
    progress();
    root.dataset.drawn = String(model.get("version"));
  }
  const take = () => {
    input.value = model.get("text");
    asked = input.value;
    details.open = model.get("opened");
    draw();
    input.focus({ preventScroll: true });
  };
  listen("version wrong facts running", draw);
  listen("placed", take);
  listen("control", reached);
  listen("words", () => {
    const found = model.get("words");
    if (!wanted || found.seq !== seq || document.activeElement !== input) return;
    wanted = false;
    const begun = input.value.slice(0, input.selectionStart).slice(-(found.replaced || 0) || undefined);
    const whole = found.items?.length === 1 && found.replaced && found.items[0].text === begun;
    // Under the last written line (or over the box), so that no line of the question is covered.
    const [box, at, last] = [input.getBoundingClientRect(), caret(mirror, input.selectionStart), caret(mirror, input.value.length)];
    const free = { left: at.left, top: box.top, bottom: Math.min(box.bottom, Math.max(at.bottom, last.bottom)) };
    words.show(whole ? [] : (found.items ?? []), free);
  });
  details.addEventListener("toggle", () => details.open && (grow(), follow()));
  input.value = model.get("text");
  asked = input.value;
  details.open = model.get("opened");
  reached();
  draw();
  return done;
}

export default { render };
