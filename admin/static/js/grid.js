// The list as a grid: cells by arrows, edited in place, saved by Enter or Tab; Escape leaves everything as it was.
import { isTyping } from "./keys.js";
import { showToast } from "./toasts.js";

export const table = () => document.querySelector("table.list");
export const cellOf = (node) => node?.closest?.("table.list tbody:not(.group-head, .space) tr:not(.group-more) :is(td:not(.pick), th)") ?? null;
const headOf = (cell) => table().tHead.rows[0].cells[cell.cellIndex];
const linkOf = (cell) => cell.closest("tr").querySelector(".row-link");
export const keyOf = (cell) => cell.closest("tr").dataset.editing ?? linkOf(cell).pathname.split("/").at(-1);
/** The row of a record. Where a list is grouped, one of an open group; the lines of the groups themselves are no records. */
export const rowOf = (key) => table()?.querySelector(`tbody tr[data-editing="${CSS.escape(key)}"], tbody a.row-link[href$="/${CSS.escape(key)}"]`)?.closest("tr");
export const nameOf = (cell) => headOf(cell).dataset.name;
export const isOpen = (cell) => "open" in headOf(cell).dataset;
const before = new WeakMap();
const shown = new WeakMap(); // what stood in the cell when one began to write
let pending = null;
let ahead = null; // keys that come while an editor is on its way or a cell is being saved; they count afterwards
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

async function edit(cell, text = "", rest = []) {
  if (!isOpen(cell)) {
    showToast({ text: table().dataset.closed, kind: "note" });
    return;
  }
  const other = table().querySelector("[data-cell-form]")?.closest("td, th");
  if (other && isWriting()) return fieldOf(other).focus();
  if (other) leave(other);
  ranges?.reset();
  before.set(cell, cell.innerHTML);
  shown.set(cell, cell.textContent.trim());
  const key = keyOf(cell);
  cell.closest("tr").dataset.editing = key; // the link, which names the row otherwise, may be what is edited
  const address = `/admin/${table().dataset.identity}/cell/${key}/${nameOf(cell)}${location.search}`;
  ahead = rest;
  cell.setAttribute("hx-push-url", "false");
  await window.htmx.ajax("GET", address, { source: cell, target: cell, swap: "innerHTML" }).catch(() => null); // in no queue with the page's own
  const keys = ahead ?? [];
  ahead = null;
  const field = fieldOf(cell);
  if (!field) return leave(cell);
  const form = field.form;
  const fresh = cell.querySelector("template")?.content.querySelector("tr");
  if (fresh && around(cell.closest("tr"), fresh) && (text || keys.length)) base(form, nameOf(cell), shown.get(cell));
  form.dataset.begun = spelled(form);
  window.htmx.process(form); // before anybody can send it: htmx itself waits until it has settled
  field.focus();
  const isLine = field.type !== "date" && field.tagName === "INPUT";
  if (text && isLine) field.value = (field.value = "", text); // by way of nothing: over the same text the caret would stay before it
  else field.select?.();
  typeInto(cell, isLine ? field : null, keys, Boolean(text));
}

// What was typed before the editor was there; from Enter or Tab on it is meant for the next cell.
function typeInto(cell, field, keys, isBegun) {
  while (keys.length) {
    const { key, shiftKey } = keys.shift();
    if (key === "Escape") {
      leave(cell);
      return goOn(cell, keys);
    }
    if (ENDS[key]) {
      ahead = keys;
      return save(cell, ...ENDS[key](shiftKey));
    }
    if (!field) continue;
    if (!isBegun) field.value = "";
    field.value = key === "Backspace" ? field.value.slice(0, -1) : field.value + key;
    isBegun = true;
  }
  if (isBegun) field?.dispatchEvent(new Event("input", { bubbles: true }));
}

// What was typed while a cell was being saved is done in the one that follows.
function goOn(cell, keys) {
  while (cell && keys.length) {
    const { key, shiftKey } = keys.shift();
    if (key.length === 1) return BEGINS.test(key) && isOpen(cell) ? edit(cell, key, keys) : undefined;
    const [across, down] = STEPS[key] ?? ENDS[key]?.(shiftKey) ?? [0, 0];
    cell = next(cell, across, down) ?? cell;
    stand(cell);
  }
}

/**
 * A row in which a cell is being written, as it is now: the other cells become new, the open one says what became of it.
 * True where it is not what it was.
 */
export function around(row, fresh, who = "") {
  const open = row.querySelector("[data-cell-form]")?.closest("td, th");
  if (!open) return false;
  const now = fresh.cells[open.cellIndex];
  for (const [n, cell] of [...fresh.cells].entries()) {
    if (n === open.cellIndex || !row.cells[n] || cell.textContent === row.cells[n].textContent || cell.querySelector('[name="pk"]')) continue;
    row.cells[n].replaceWith(cell);
    cell.classList.add("just-changed");
    window.htmx.process(cell);
  }
  before.set(open, now.innerHTML);
  const text = now.textContent.trim();
  if (shown.get(open) === text) return false;
  tellOf(open.querySelector("form"), who, text);
  return true;
}

// The base of what is written is what one saw: who types over a value that has changed since is asked which one stays.
function base(form, name, text) {
  form.elements.seen.value = JSON.stringify({ [name]: text });
}

function tellOf(form, who, text) {
  const words = document.getElementById("live").dataset;
  const line = form.querySelector(".cell-news") ?? Object.assign(document.createElement("p"), { className: "cell-news" });
  line.setAttribute("role", "status");
  form.append(line);
  line.textContent = words.became.replace("{who}", who || words.somebody).replace("{value}", text || words.empty);
}

/** Whether something is being written that is not saved yet: then nothing is drawn over it. */
export function isWriting() {
  const form = table()?.querySelector("[data-cell-form]");
  return Boolean(ahead || (form && form.dataset.begun !== spelled(form)));
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
  const keys = ahead ?? [];
  ahead = null;
  if (form.dataset.begun === spelled(form)) {
    leave(cell);
    stand(next(cell, across, down) ?? cell);
    ranges?.reset();
    goOn(cellOf(document.activeElement), keys);
    return;
  }
  ahead = keys;
  pending = { body: [...table().tBodies].indexOf(cell.closest("tbody")), row: [...cell.closest("tbody").rows].indexOf(cell.closest("tr")), column: cell.cellIndex, across, down };
  form.requestSubmit();
}

// Saved: the row is new, and one goes on. Refused: the field says why, and one stays.
const isCell = (detail) => detail.pathInfo?.requestPath.includes("/cell/");
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!pending || !isCell(detail) || detail.requestConfig.verb !== "post") return;
  const keys = ahead ?? [];
  ahead = null;
  const form = table()?.querySelector("[data-cell-form]");
  if (form) {
    window.htmx.process(form);
    form.querySelector('[aria-invalid="true"], input:not([type="hidden"]), select, textarea')?.focus();
  } else {
    const row = table()?.tBodies[pending.body]?.rows[pending.row];
    const cell = row?.cells[pending.column];
    if (cell && detail.xhr?.status === 200) {
      cell.classList.add("just-saved");
      document.body.dispatchEvent(new CustomEvent("rows-changed"));
      stand(next(cell, pending.across, pending.down) ?? cell);
      goOn(cellOf(document.activeElement), keys);
    }
  }
  pending = null;
});
for (const name of ["sendError", "sendAbort", "timeout", "responseError", "swapError", "targetError"]) {
  document.addEventListener(`htmx:${name}`, ({ detail }) => { if (isCell(detail)) ahead = pending = null; });
}

function whileEditing(event, cell) {
  if (event.defaultPrevented) return;
  const isLong = event.target.tagName === "TEXTAREA";
  if (event.key === "Escape") leave(cell);
  else if (ENDS[event.key] && !(isLong && event.key === "Enter" && event.shiftKey)) save(cell, ...ENDS[event.key](event.shiftKey));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const ENDS = { Enter: () => [0, 1], Tab: (isBack) => [isBack ? -1 : 1, 0] };
const BEGINS = /^[\d-]$/;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const cell = cellOf(document.activeElement);
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (ahead && (event.key.length === 1 || STEPS[event.key] || ENDS[event.key] || event.key === "Escape" || event.key === "Backspace")) {
    ahead.push({ key: event.key, shiftKey: event.shiftKey });
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (!cell) return;
  if (cell.querySelector("[data-cell-form]")) return whileEditing(event, cell);
  if (isTyping()) return;
  if (STEPS[event.key]) go(cell, ...STEPS[event.key], event.shiftKey);
  else if (event.key === "F2" || (event.key === "Enter" && document.activeElement === cell && isOpen(cell))) edit(cell);
  else if (event.key === "Enter" && document.activeElement === cell) linkOf(cell).click();
  else if (BEGINS.test(event.key) && isOpen(cell)) edit(cell, event.key);
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
