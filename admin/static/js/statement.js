// A statement by keyboard: j and k go along the lines, letters decide on the focused one, x ticks it. One answer redraws
// the lines; the focus goes to the line after the one that was decided.
import { key } from "./keys.js";

const box = document.getElementById("workbench");
const rows = () => [...box.querySelectorAll("tr[data-line]")];
const current = () => rows().findIndex((row) => row.contains(document.activeElement));
const form = () => document.getElementById("lines");

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
key("x", () => {
  const tick = rows()[current()]?.querySelector('input[name="pk"]');
  if (!tick) return;
  tick.checked = !tick.checked;
  count();
});
for (const letter of [..."adhilorsuw"]) {
  key(letter, () => {
    const row = rows()[Math.max(current(), 0)];
    const button = row?.querySelector(`[data-letter="${letter}"]`);
    if (!button) return;
    if (current() < 0) focus(row);
    button.click();
  });
}

function send(values) {
  const { address } = form().dataset;
  window.htmx.ajax("POST", address, { source: box, target: "#modal-body", swap: "innerHTML", values });
}
box.addEventListener("click", ({ target }) => {
  const one = target.closest("[data-decide]");
  if (one) {
    remember(one.closest("tr"));
    send({ pk: one.closest("tr").dataset.line, decision: one.dataset.decide });
    return;
  }
  const many = target.closest("[data-bulk-decision]");
  if (!many) return;
  const all = box.querySelector("[data-all]:checked");
  const pk = [...box.querySelectorAll('input[name="pk"]:checked')].map((tick) => tick.value);
  send(all ? { all: all.dataset.all, decision: many.dataset.bulkDecision } : { pk, decision: many.dataset.bulkDecision });
});
box.addEventListener("submit", (event) => { if (event.target.id === "lines") event.preventDefault(); });

function count() {
  const bar = box.querySelector("[data-bulk]");
  if (!bar) return;
  const ticked = box.querySelectorAll('input[name="pk"]:checked').length;
  bar.hidden = ticked === 0;
  bar.querySelector("[data-bulk-count]").textContent = ticked;
}
box.addEventListener("change", ({ target }) => {
  if (target.matches("[data-pick-all]")) {
    for (const tick of box.querySelectorAll('input[name="pk"]')) tick.checked = target.checked;
  }
  count();
});

// Where the focus was, by its line and by its place, for when the lines are drawn anew.
let place = -1;
let line = "";
function remember(row) {
  if (!row) return;
  place = rows().indexOf(row);
  line = row.id;
}
box.addEventListener("focusin", ({ target }) => remember(target.closest("tr[data-line]")));
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest("#workbench, .toasts, dialog")) place = -1;
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target !== box || place < 0 || document.querySelector("dialog[open]")) return;
  if (document.activeElement !== document.body && document.activeElement?.isConnected) return;
  const all = rows();
  const same = document.getElementById(line);
  const at = same ? all.indexOf(same) + (same.classList.contains("decided") ? 1 : 0) : place;
  all[Math.min(at, all.length - 1)]?.querySelector("[data-open]").focus({ preventScroll: true });
});
