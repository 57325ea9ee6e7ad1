"use strict";
// Takes a text that is kept by name from where no log and no cut can meet it: from behind the # of the address, or from
// an attribute beside it; and copies it as it is.
const exact = (node) => decodeURIComponent(node.dataset.text);
const given = new URLSearchParams(location.hash.slice(1));
for (const field of document.querySelectorAll("textarea[data-text]")) field.value = exact(field);
for (const field of document.querySelectorAll("textarea[data-given]"))
  if (!field.value) field.value = given.get(field.name) ?? "";
// On the page of one text: what is to take its place, of the version that it was opened in; nothing is sent by itself.
const arrived = document.querySelector("[data-arrived]");
const change = document.querySelector('form[action$="/change"]');
const field = change?.querySelector("textarea[data-text]");
if (arrived && field && given.get(field.name)) {
  field.value = given.get(field.name);
  if (/^[0-9]{1,15}$/.test(given.get("version"))) change.elements.version.value = given.get("version");
  change.closest("details").open = true;
  arrived.hidden = false;
  arrived.after(change.closest("section"));
}
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
