"use strict";
// Takes the text of a question from where no log and no cut can meet it: from behind the # of the address, or from
// an attribute beside it; and copies it as it is.
const exact = (node) => decodeURIComponent(node.dataset.text);
const given = new URLSearchParams(location.hash.slice(1)).get("kql");
for (const field of document.querySelectorAll("textarea[data-text]")) field.value = exact(field);
for (const field of document.querySelectorAll("textarea[data-given]")) if (given && !field.value) field.value = given;
for (const button of document.querySelectorAll("button[data-text]")) {
  button.hidden = !navigator.clipboard;
  const label = button.textContent;
  const told = (text) => {
    button.textContent = text;
    setTimeout(() => (button.textContent = label), 1500);
  };
  button.addEventListener("click", () =>
    navigator.clipboard.writeText(exact(button)).then(
      () => told("Copied"),
      () => told("Not copied"),
    ),
  );
}
