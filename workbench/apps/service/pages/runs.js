"use strict";
// Keeps the part of a page that changes up to date: asks for the same page again and takes that part over,
// unless somebody is at work in it with the keyboard.
const live = () => document.getElementById("live");
async function renew() {
  const held = live();
  if (document.hidden || held.contains(document.activeElement) || held.querySelector("details[open]")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (fresh && fresh.innerHTML !== held.innerHTML) held.replaceWith(fresh);
}
async function again() {
  try { await renew(); } catch { /* the service is away: it is asked again */ }
  const held = live();
  setTimeout(again, "open" in held.dataset ? Number(held.dataset.every) : 10000);
}
setTimeout(again, Number(live().dataset.every));
