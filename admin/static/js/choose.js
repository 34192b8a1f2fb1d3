// Rows of a list are chosen: ticked, a range of them, a page, or all that match, which the server freezes.
// What is chosen stays while one pages and sorts; another filter is another list.
import { isTyping, key } from "./keys.js";

const PLACES = ["page", "per", "pageSize", "after", "before", "sort", "sortBy", "part", "filters", "group", "density", "col", "totals", "rows", "widths", "frozen"];
const said = document.getElementById("chosen-said");
const table = () => document.querySelector("table.list");
const form = () => document.getElementById("list-rows");
const bar = () => document.querySelector("[data-bulk]");
const boxes = () => [...document.querySelectorAll('.list input[name="pk"]')];
const place = () => `chosen:${location.pathname}`;
let last = null;

function where() {
  const kept = [...new URLSearchParams(location.search)].filter(([name, value]) => value && !PLACES.includes(name) && !name.startsWith("tint."));
  return JSON.stringify(kept.sort());
}

// { where, token, number: of the frozen ones, keys: ticked beside them, without: taken out of them }
let state = read();

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(place()));
  } catch {
    return null;
  }
}

function read() {
  const kept = stored();
  return kept?.where === where() ? { ...kept, keys: new Set(kept.keys), without: new Set(kept.without) } : nothing();
}

function nothing() {
  return { where: where(), token: "", number: 0, keys: new Set(), without: new Set() };
}

function keep() {
  if (count()) sessionStorage.setItem(place(), JSON.stringify({ ...state, keys: [...state.keys], without: [...state.without] }));
  else if (stored()?.where === state.where) sessionStorage.removeItem(place());
}

const count = () => state.keys.size + (state.token ? state.number - state.without.size : 0);

function note(box) {
  const isFrozen = box.dataset.frozen === state.token && state.token;
  if (isFrozen) state.without[box.checked ? "delete" : "add"](box.value);
  else state.keys[box.checked ? "add" : "delete"](box.value);
}

function tell() {
  const number = count();
  for (const box of boxes()) box.closest("tr").classList.toggle("chosen", box.checked);
  const whole = document.querySelector("[data-pick-all]");
  if (whole) {
    const ticked = boxes().filter((box) => box.checked).length;
    whole.checked = ticked > 0 && ticked === boxes().length;
    whole.indeterminate = ticked > 0 && ticked < boxes().length;
  }
  if (bar()) {
    bar().hidden = number === 0;
    bar().querySelector("[data-bulk-count]").textContent = number.toLocaleString(document.documentElement.lang);
    const all = bar().querySelector("[data-choose-all]");
    if (all) all.hidden = Boolean(state.token);
  }
  const words = number ? said.dataset.said.replace("{number}", number) : said.dataset.none;
  if (said.dataset.number !== String(number) && (number || said.dataset.number)) said.textContent = words;
  said.dataset.number = number;
  keep();
}

// Boxes as they stand in what is chosen; of frozen ones the server knows which they are.
async function draw(shown = boxes()) {
  if (!table()) return;
  if (state.where !== where()) state = read();
  if (!last?.isConnected) last = null;
  for (const box of shown) {
    box.checked = state.keys.has(box.value);
    box.dataset.drawn = "";
  }
  if (state.token && shown.length) await drawFrozen(shown);
  tell();
}

async function drawFrozen(shown) {
  const keys = shown.map((box) => `pk=${box.value}`).join("&");
  const answer = await fetch(`/admin/${table().dataset.identity}/chosen/${state.token}?${keys}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) {
    if (answer && answer.status < 500) state = nothing();
    return;
  }
  const frozen = new Set((await answer.json()).keys);
  for (const box of shown) {
    if (!frozen.has(box.value)) continue;
    box.dataset.frozen = state.token;
    box.checked = !state.without.has(box.value);
  }
}

async function chooseAll(button) {
  button.disabled = true;
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(button.dataset.chooseAll, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": token } }).catch(() => null);
  button.disabled = false;
  if (!answer?.ok) {
    const why = await answer?.json().catch(() => null);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: why?.error ?? said.dataset.none, kind: "problem" } }));
    return;
  }
  const chosen = await answer.json();
  state = { ...nothing(), token: chosen.selection, number: chosen.number };
  await draw();
  bar()?.querySelector('button[name="what"]')?.focus();
}

function tick(box, checked) {
  box.checked = checked;
  note(box);
  last = box;
}

function range(to, checked) {
  const all = boxes();
  const [from, until] = [all.indexOf(last ?? to), all.indexOf(to)].sort((a, b) => a - b);
  for (const box of all.slice(Math.max(from, 0), until + 1)) {
    box.checked = checked;
    note(box);
  }
  last = to;
}

function page(checked) {
  for (const box of boxes()) {
    box.checked = checked;
    note(box);
  }
}

function none() {
  state = nothing();
  for (const box of boxes()) {
    box.checked = false;
    delete box.dataset.frozen;
  }
  tell();
}

/** A box, or a button of the bar, has been pressed. */
export function clicked(event) {
  const box = event.target.closest?.('.list input[name="pk"]');
  if (box) {
    if (event.shiftKey && last && last !== box) range(box, box.checked);
    else tick(box, box.checked);
    if (event.detail) box.closest("tr").querySelector(".row-link")?.focus({ preventScroll: true });
    tell();
  }
  const all = event.target.closest?.("[data-choose-all]");
  if (all) chooseAll(all);
  if (event.target.closest?.("[data-choose-none]")) {
    none();
    document.querySelector(".list .row-link")?.focus();
  }
}

/** All rows of the page; of a long list, of which only a part is here, all that match. */
export async function all(checked) {
  const whole = bar()?.querySelector("[data-choose-all]");
  if (isLong() && checked && whole) return chooseAll(whole);
  if (isLong() && !checked) return none();
  page(checked);
  tell();
}

const isLong = () => Boolean(document.querySelector(".table-box.long"));

// What is chosen on other pages goes along, and the token of what was frozen.
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  form().querySelectorAll("[data-along]").forEach((field) => field.remove());
  const onPage = new Set(boxes().map((box) => box.value));
  for (const box of boxes()) box.disabled = Boolean(box.dataset.frozen && box.dataset.frozen === state.token);
  along("pk", [...state.keys].filter((one) => !onPage.has(one)).join(","));
  along("selection", state.token);
  along("without", [...state.without].join(","));
});
addEventListener("pageshow", () => { for (const box of boxes()) box.disabled = false; });

function along(name, value) {
  if (!value) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  field.dataset.along = "";
  form().append(field);
}

const current = ({ target }) => target.closest?.(".list tbody tr")?.querySelector('input[name="pk"]');
key("x", (event) => {
  const box = current(event);
  if (!box) return;
  tick(box, !box.checked);
  tell();
});
key("X", (event) => {
  const box = current(event);
  if (!box) return;
  range(box, true);
  tell();
});
key("Ч", (event) => event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "X", bubbles: true })));
// The page first, everything that matches after it.
key("a", () => {
  const all = bar()?.querySelector("[data-choose-all]");
  if (boxes().length && (isLong() || boxes().every((box) => box.checked)) && all && !all.hidden) chooseAll(all);
  else {
    page(true);
    tell();
  }
});
key("b", () => bar()?.querySelector('button[name="what"]')?.focus());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !count() || document.querySelector("dialog[open], details.filters[open]")) return;
  if (isTyping() && !document.activeElement.matches('[type="checkbox"]')) return;
  const inBar = bar()?.contains(document.activeElement);
  none();
  if (inBar) document.querySelector(".list .row-link")?.focus();
});

// Rows that have come since: another page, a block of a long list, a row that was saved.
function fresh() {
  const found = boxes().filter((box) => !("drawn" in box.dataset));
  if (found.length || state.where !== where()) draw(found);
}
for (const name of ["htmx:afterSettle", "rows-came"]) document.addEventListener(name, fresh);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  state = read();
  draw();
});
// What was ticked before this module came counts.
for (const box of boxes()) if (box.checked) state.keys.add(box.value);
draw();
