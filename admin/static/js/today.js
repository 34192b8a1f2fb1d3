// Today by keyboard: j and k go along the rows, a verb's letter does it for the focused row, focus stays when rows leave.
import { key } from "./keys.js";

const list = document.getElementById("today");
const rows = () => [...list.querySelectorAll("[data-row]")];
const current = () => rows().findIndex((row) => row.contains(document.activeElement));

function focus(row) {
  if (!row) return;
  row.querySelector("[data-open]").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function go(step) {
  const all = rows();
  focus(all[Math.min(Math.max(current() + step, 0), all.length - 1)]);
}

key("j", () => go(1));
key("k", () => go(-1));

// A letter is the focused row's; the first row's where none is. Letters that no row has are left to the page.
const LETTERS = [..."abcdfghilmopqrstuwxy"];
for (const letter of LETTERS) {
  key(letter, () => {
    const row = rows()[Math.max(current(), 0)];
    const button = row?.querySelector(`[data-letter="${letter}"]`);
    if (!button || button.disabled) return;
    if (current() < 0) focus(row);
    button.click();
  });
}

// Where the focus was, by its row and by its place, for when the list is drawn anew.
let place = -1;
let row = "";
function remember() {
  const at = current();
  if (at < 0) return;
  place = at;
  row = rows()[at].id;
}
list.addEventListener("focusin", remember);
// Who clicks elsewhere has left the rows: the next drawing does not pull them back.
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest("#today, .toasts, dialog")) place = -1;
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const mine = detail.elt.closest?.("[data-row]");
  if (mine) {
    place = rows().indexOf(mine);
    row = mine.id;
  }
});

// While a menu of a row is open or something is asked, the list is not drawn anew under the hands; afterwards it is.
let postponed = false;
const busy = () => list.querySelector(".dropdown-menu.show") || document.querySelector("dialog[open]");
list.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== list || !busy()) return;
  event.preventDefault();
  postponed = true;
});
function catchUp() {
  if (!postponed || busy()) return;
  postponed = false;
  htmx.trigger(list, "again");
}
document.addEventListener("hidden.bs.dropdown", catchUp);
document.getElementById("modal").addEventListener("close", catchUp);

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target !== list || place < 0 || document.querySelector("dialog[open]")) return;
  if (document.activeElement !== document.body && document.activeElement?.isConnected && !list.contains(document.activeElement)) return;
  if (list.contains(document.activeElement)) return;
  const all = rows();
  const next = document.getElementById(row) ?? all[Math.min(place, all.length - 1)];
  next?.querySelector("[data-open]").focus({ preventScroll: true });
});
