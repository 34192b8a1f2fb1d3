// A long list: rows come in blocks as one scrolls and leave again far away; spaces as high as they were keep their places.
// Blocks that follow begin after the rows that are here, so nothing is lost or shown twice while others write; only a
// leap asks where the blocks of the list begin.
import { freeze } from "./columns.js";

export const BLOCK = 50; // as in listing/blocks.py
const MOST = 250;
export const AHEAD = 2 * BLOCK;
const wide = matchMedia("(min-width: 768px)");
const language = document.documentElement.lang;
const held = new Map(); // rows that went away with an open cell, by their keys
export let list = null;
export let away = null; // the row that had the focus when it went

export const keyOf = (row) => row.querySelector(".row-link")?.getAttribute("href").split("/").at(-1);
const address = () => location.pathname + location.search.replace(/[?&]widths=[^&]*/, "");
const kept = () => `long:${address()}`;
export const end = () => list.start + list.body.rows.length;

function begin() {
  const box = document.querySelector(".table-box[data-long]");
  list?.stop.abort();
  list = null;
  held.clear();
  if (!box || !wide.matches) return;
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const { first, last, more } = body.dataset;
  const start = Number(box.dataset.start);
  list = {
    box, table, body, start, total: Number(box.dataset.total), isOpen: "plus" in box.dataset, more: more !== undefined,
    height: body.getBoundingClientRect().height / body.rows.length, above: space("before"), below: space("after"),
    blocks: [{ size: body.rows.length, first, last }], places: [], stop: new AbortController(), asking: null, leaping: false, top: 0, seen: 0,
  };
  function space(where) {
    const made = document.createElement("tbody");
    made.className = "space";
    made.ariaHidden = "true";
    made.insertRow().insertCell().colSpan = table.tHead.rows[0].cells.length;
    body[where](made);
    return made.rows[0].cells[0];
  }
  table.tHead.rows[0].setAttribute("aria-rowindex", 1);
  const all = table.querySelector("[data-pick-all]");
  if (all) all.setAttribute("aria-label", all.dataset.all);
  document.querySelector(".pages")?.classList.add("all-here");
  freeze(table);
  box.classList.add("long");
  box.style.setProperty("--height", `${list.height}px`);
  fit();
  box.addEventListener("scroll", () => { frame ||= requestAnimationFrame(look); }, { passive: true, signal: list.stop.signal });
  watch();
  draw();
  if (list.isOpen && list.total < 10_000) leaps().then(({ count }) => count());
  comeBack();
}

// Another width, by the window or by a record beside the list: the columns lie anew.
function watch() {
  const mine = list;
  let [width, timer] = [mine.box.clientWidth, 0];
  const seen = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (mine !== list || !wide.matches) return;
      fit();
      if (width !== mine.box.clientWidth) freeze(mine.table);
      width = mine.box.clientWidth;
      look();
    }, 120);
  });
  for (const one of [mine.box, document.documentElement]) seen.observe(one);
  mine.stop.signal.addEventListener("abort", () => seen.disconnect());
}

// Where the box begins and how high it is: the page itself need not be scrolled.
function fit() {
  const [own, foot] = [list.box, document.querySelector(".pages") ?? list.box].map((part) => part.getBoundingClientRect());
  const rest = foot.bottom - own.bottom + parseFloat(getComputedStyle(document.querySelector("main")).paddingBottom);
  list.box.style.height = `${(list.seen = Math.max(320, Math.floor(innerHeight - own.top - scrollY - rest)))}px`;
}

const leaps = () => import("./long-leaps.js"); // to rows that are far away
let frame = 0;
const view = () => {
  const from = Math.max(0, Math.floor(list.top / list.height));
  return [from, from + Math.ceil(list.seen / list.height)];
};

function look() {
  frame = 0;
  if (!list?.box.isConnected) return;
  list.top = list.box.scrollTop; // read once a frame: it waits for the layout
  tell();
  const [from, to] = view();
  const isFar = from > end() + AHEAD || to < list.start - AHEAD;
  if (isFar && !list.leaping) leaps().then(({ leap }) => leap(from));
  else if (list.asking) return;
  else if (to + AHEAD > end() && list.more) grow("after");
  else if (from - AHEAD < list.start && list.start > 0) grow("before");
}

export async function ask(place, size = BLOCK) {
  list.asking?.abort();
  const asked = (list.asking = new AbortController());
  const mine = list;
  const query = new URLSearchParams(mine.box.dataset.long);
  if (place.after !== "") for (const [name, value] of Object.entries(place)) query.set(name, value);
  query.set("per", size);
  const address = location.pathname.replace(/list$/, `block?${query}`);
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal }).catch(() => null);
  if (mine.asking === asked) mine.asking = null;
  if (asked.signal.aborted || mine !== list || !answer?.ok) return null;
  if (answer.redirected) return location.reload();
  const made = document.createElement("table");
  made.innerHTML = await answer.text();
  const found = made.tBodies[0];
  return mine === list && found ? { rows: [...found.rows], ...found.dataset, more: "more" in found.dataset } : null;
}

// The block that follows, or the one before; what is far on the other side goes.
async function grow(side) {
  const isDown = side === "after";
  const found = await ask({ [side]: isDown ? list.blocks.at(-1).last : list.blocks[0].first });
  if (!found) return;
  const known = new Set([...list.body.rows].map(keyOf));
  const rows = found.rows.filter((row) => !known.has(keyOf(row)));
  const block = { size: rows.length, first: found.first, last: found.last };
  if (rows.length) list.blocks[isDown ? "push" : "unshift"](block);
  if (isDown) {
    list.body.append(...rows);
    list.more = found.more;
    if (!found.more) settle(end());
    else if (end() >= list.total) settle(end() + BLOCK, true);
  } else {
    list.body.prepend(...rows);
    list.start -= rows.length;
    const shift = found.more ? Math.max(0, BLOCK - list.start) * (list.start < 1) : -list.start;
    list.start += shift;
    settle(list.total + shift, list.isOpen);
    if (shift) list.moved = shift * list.height;
  }
  trim(isDown ? 0 : -1);
  draw(rows);
}

export const settle = (total, isOpen = false) => Object.assign(list, { total, isOpen });

function trim(at) {
  const [from, to] = view();
  while (list.body.rows.length > MOST && list.blocks.length > 1) {
    const { size } = list.blocks.at(at);
    if (at === 0 ? list.start + size > from - AHEAD : end() - size < to + AHEAD) return;
    const gone = [...list.body.rows].slice(...(at === 0 ? [0, size] : [-size]));
    if (gone.some((row) => row.querySelector(".ranged"))) return;
    list.blocks.splice(at, 1);
    gone.forEach(drop);
    if (at === 0) list.start += size;
    else list.more = true;
  }
}

// What is being written in a row waits for it; the focus stays in the list and leads back.
export function drop(row) {
  const at = row.contains(document.activeElement) ? [...row.cells].findIndex((cell) => cell.contains(document.activeElement)) : -1;
  if (at >= 0) {
    away = { key: keyOf(row), index: Number(row.getAttribute("aria-rowindex")) - 2, at };
    list.box.tabIndex = -1;
    list.box.focus({ preventScroll: true });
  }
  if (row.dataset.editing) held.set(keyOf(row), row);
  row.remove();
}

export function draw(rows = [...list.body.rows]) {
  if (held.size) for (const row of rows) bringBack(row);
  number();
  const rest = Math.max(0, list.total - end());
  for (const [cell, size] of [[list.above, list.start], [list.below, rest]]) {
    cell.style.height = `${size * list.height}px`;
    cell.closest("tbody").hidden = !size;
  }
  if (list.moved) list.box.scrollTop += list.moved;
  list.moved = 0;
  link("prev", list.start > 0, { before: list.blocks[0].first });
  link("next", list.more, { after: list.blocks.at(-1).last });
  document.dispatchEvent(new CustomEvent("rows-came", { detail: rows }));
  frame ||= requestAnimationFrame(look);
}

function bringBack(row) {
  const was = held.get(keyOf(row));
  if (!was) return;
  held.delete(keyOf(row));
  row.replaceWith(was);
}

function number() {
  [...list.body.rows].forEach((row, n) => row.setAttribute("aria-rowindex", list.start + n + 2));
  list.table.setAttribute("aria-rowcount", list.isOpen ? -1 : list.total + 1);
}

// The pages before and after, for a walk through the records that goes on beyond the rows that are here.
function link(rel, on, place) {
  const nav = document.querySelector(".pages");
  let found = nav?.querySelector(`a[rel=${rel}]`);
  if (!nav || (!on && !found)) return;
  if (!found) nav.append((found = Object.assign(document.createElement("a"), { rel })));
  const query = new URLSearchParams(list.box.dataset.long);
  const page = Math.max(1, Math.floor((rel === "next" ? end() : list.start) / 25) + (rel === "next" ? 1 : 0));
  for (const [name, value] of Object.entries({ ...place, page })) query.set(name, value);
  if (on) found.href = `${location.pathname}?${query}`;
  else found.remove();
}

let quiet = 0;
function tell() {
  const [from, to] = view();
  const said = document.querySelector(".pages [data-words]");
  const words = { start: from + 1, end: Math.min(to, list.total), total: list.total };
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    if (!list) return;
    said?.removeAttribute("aria-live");
    if (said) said.textContent = said.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => words[name].toLocaleString(language) + (name === "total" && list.isOpen ? "+" : ""));
    keep();
  }, 120);
}

// The place in the list, for who comes back to it.
function keep() {
  const [from] = view();
  let at = list.start;
  const block = list.blocks.findLast(({ size }, n, all) => (at = list.start + all.slice(0, n).reduce((sum, one) => sum + one.size, 0)) <= from) ?? list.blocks[0];
  list.place = { first: block.first, start: block === list.blocks[0] ? list.start : at, top: list.top, address: address() };
  if (list.top) sessionStorage.setItem(kept(), JSON.stringify(list.place));
  else sessionStorage.removeItem(kept());
}

function stored() {
  const came = performance.getEntriesByType("navigation")[0]?.type;
  const isBack = came === "back_forward" || came === "reload" || document.referrer.includes(location.pathname.replace(/list$/, "details/"));
  try {
    return isBack ? JSON.parse(sessionStorage.getItem(kept())) : null;
  } catch {
    return null;
  }
}

let before = null; // the place of the list that has just been drawn anew
async function comeBack() {
  const place = before ?? stored();
  before = null;
  if (!place?.top || place.address !== address()) return;
  (await leaps()).restore(place);
}

const MOVES = ["PageDown", "PageUp", "Home", "End"];
document.addEventListener("keydown", (event) => {
  if (!list || event.altKey || event.shiftKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const now = document.activeElement;
  const leads = away && now === list.box && !event.ctrlKey && !event.metaKey && /^(Arrow\w+|Enter|F2|Escape|.)$/.test(event.key);
  const row = list.body.contains(now) && now.closest("tr");
  const moves = MOVES.includes(event.key) && (row || now === document.body || now === list.box) && !now.matches("input:not([type=checkbox]), select, textarea");
  if (!leads && !moves) return;
  event.preventDefault();
  event.stopPropagation();
  const { key, ctrlKey, metaKey } = event;
  import("./long-keys.js").then((keys) => (leads ? keys.lead() : keys.move(key, ctrlKey || metaKey, row, now)));
}, true);

document.addEventListener("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "results" && list) before = list.place ?? null; });
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "results") begin();
  else if (list) number();
});
// On a phone rows are cards, and read page by page.
wide.addEventListener("change", () => {
  if (!wide.matches && list) window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "innerHTML show:none" });
  else begin();
});
begin();
