// The info mark: a definition that opens on demand.

function infoMark(text) {
  const mark = iconButton("Definition", "info", {
    class: "wb-quiet wb-small wb-info",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    click: () =>
      popup(mark, h("p", { class: "wb-definition", tabindex: "-1" }, text), {
        label: "Definition",
      }).box.firstChild.focus(),
  });
  mark.title = text;
  return mark;
}
