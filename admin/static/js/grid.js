// The list as a grid: cells by arrows, edited in place, saved by Enter or Tab; Escape leaves everything as it was.
import { isTyping } from "./keys.js";
import { showToast } from "./toasts.js";

export const table = () => document.querySelector("table.list");
export const cellOf = (node) => node?.closest?.("table.list tbody:not(.group-head, .space) tr:not(.group-more) :is(td:not(.pick), th)") ?? null;
const headOf = (cell) => table().tHead.rows[0].cells[cell.cellIndex];
const linkOf = (cell) => cell.closest("tr").querySelector(".row-link");
export const keyOf = (cell) => linkOf(cell).pathname.split("/").at(-1);
export const nameOf = (cell) => headOf(cell).dataset.name;
export const isOpen = (cell) => "open" in headOf(cell).dataset;
const before = new WeakMap();
let pending = null;
let coming = null; // what is typed while an editor is on its way
let ranges = null; // comes when something is marked or pasted
const ranged = async () => (ranges ??= await import("./ranges.js"));

export function stand(cell) {
  if (!cell) return;
  const link = cell.matches("th") ? cell.querySelector(".row-link") : null;
  if (!link) cell.tabIndex = -1;
  (link ?? cell).focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The cell so many columns and rows away, past those that are not shown. */
export function next(cell, across, down) {
  const row = cell.closest("tr");
  const lines = [...row.parentElement.rows];
  const line = lines[lines.indexOf(row) + down];
  if (!line) return null;
  for (let at = cell.cellIndex + across; line.cells[at]; at += across || 1) {
    const found = cellOf(line.cells[at]);
    if (found?.offsetParent) return found;
    if (!across) return null;
  }
  return null;
}

function go(cell, across, down, extending) {
  const to = next(cell, across, down);
  if (!to) return;
  if (extending) ranged().then(({ extend }) => extend(cell, to));
  else ranges?.reset();
  stand(to);
}

async function edit(cell, typed = "") {
  if (!isOpen(cell)) {
    showToast({ text: table().dataset.closed, kind: "note" });
    return;
  }
  for (const form of table().querySelectorAll("[data-cell-form]")) leave(form.closest("td, th"));
  ranges?.reset();
  before.set(cell, cell.innerHTML);
  cell.closest("tr").dataset.editing = "yes";
  const address = `/admin/${table().dataset.identity}/cell/${keyOf(cell)}/${nameOf(cell)}${location.search}`;
  coming = typed;
  await window.htmx.ajax("GET", address, { target: cell, swap: "innerHTML" });
  const text = coming;
  coming = null;
  const field = fieldOf(cell);
  if (!field) return leave(cell);
  const form = field.form;
  form.dataset.begun = spelled(form);
  field.focus();
  if (text && field.type !== "date" && field.tagName === "INPUT") field.value = text;
  else field.select?.();
}

const fieldOf = (cell) => cell.querySelector('[data-cell-form] :is(input:not([type="hidden"]), select, textarea)');
const spelled = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token"));

function leave(cell) {
  if (before.has(cell)) cell.innerHTML = before.get(cell);
  before.delete(cell);
  delete cell.closest("tr").dataset.editing;
  stand(cell);
}

function save(cell, across, down) {
  const form = cell.querySelector("[data-cell-form]");
  if (form.classList.contains("htmx-request")) return;
  if (form.dataset.begun === spelled(form)) {
    leave(cell);
    go(cell, across, down, false);
    return;
  }
  pending = { body: [...table().tBodies].indexOf(cell.closest("tbody")), row: [...cell.closest("tbody").rows].indexOf(cell.closest("tr")), column: cell.cellIndex, across, down };
  form.requestSubmit();
}

// Saved: the row is new, and one goes on. Refused: the field says why, and one stays.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!pending) return;
  const form = table()?.querySelector("[data-cell-form]");
  if (form) {
    form.querySelector('[aria-invalid="true"], input:not([type="hidden"]), select, textarea')?.focus();
  } else {
    const row = table()?.tBodies[pending.body]?.rows[pending.row];
    const cell = row?.cells[pending.column];
    if (cell && detail.xhr?.status === 200) {
      cell.classList.add("just-saved");
      document.body.dispatchEvent(new CustomEvent("rows-changed"));
      stand(next(cell, pending.across, pending.down) ?? cell);
    }
  }
  pending = null;
});

function whileEditing(event, cell) {
  if (event.defaultPrevented) return;
  const isLong = event.target.tagName === "TEXTAREA";
  if (event.key === "Escape") leave(cell);
  else if (event.key === "Enter" && !(isLong && event.shiftKey)) save(cell, 0, 1);
  else if (event.key === "Tab") save(cell, event.shiftKey ? -1 : 1, 0);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const cell = cellOf(document.activeElement);
  if (!cell || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (coming !== null && event.key.length === 1) {
    coming += event.key;
    event.preventDefault();
    return;
  }
  if (cell.querySelector("[data-cell-form]")) return whileEditing(event, cell);
  if (isTyping()) return;
  if (STEPS[event.key]) go(cell, ...STEPS[event.key], event.shiftKey);
  else if (event.key === "F2" || (event.key === "Enter" && document.activeElement === cell && isOpen(cell))) edit(cell);
  else if (event.key === "Enter" && document.activeElement === cell) linkOf(cell).click();
  else if (/^[\d-]$/.test(event.key) && isOpen(cell)) edit(cell, event.key);
  else return;
  event.preventDefault();
}, true); // before the keys of the page, for which Escape only leaves the field

document.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.target.closest("a, input, select, textarea, button") || cell.querySelector("form")) return;
  cell.tabIndex = -1;
  const from = cellOf(document.activeElement);
  if (event.shiftKey && from) {
    ranged().then(({ extend }) => extend(from, cell));
    event.preventDefault();
  } else ranges?.reset();
});
document.addEventListener("paste", (event) => {
  if (!cellOf(document.activeElement) || isTyping() || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");
  ranged().then(({ paste }) => paste(text));
});
document.addEventListener("focusin", ({ target }) => { if (cellOf(target)) ranged(); });
if (cellOf(document.activeElement)) ranged();
document.addEventListener("dblclick", (event) => {
  const cell = cellOf(event.target);
  if (cell && !event.target.closest("a, form") && isOpen(cell)) edit(cell);
});
