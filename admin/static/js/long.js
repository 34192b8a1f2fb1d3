// A long list: rows come in blocks as one scrolls and leave again far away; spaces as high as they were keep their places.
// Blocks that follow begin after the rows that are here, so nothing is lost or shown twice while others write; only a
// leap asks where the blocks of the list begin.
import { freeze } from "./columns.js";

const BLOCK = 50; // as in listing/blocks.py
const MOST = 250;
const AHEAD = 2 * BLOCK;
const wide = matchMedia("(min-width: 768px)");
const language = document.documentElement.lang;
const held = new Map(); // rows that went away with an open cell, by their keys
let list = null;
let away = null; // the row that had the focus when it went

const keyOf = (row) => row.querySelector(".row-link")?.pathname.split("/").at(-1);
const kept = () => `long:${location.pathname}${location.search}`;
const end = () => list.start + list.body.rows.length;

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
    blocks: [{ size: body.rows.length, first, last }], places: [], stop: new AbortController(), asking: null, leaping: false,
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
  draw();
  comeBack();
}

// Where the box begins and how high it is: the page itself need not be scrolled.
function fit() {
  const foot = document.querySelector(".pages")?.offsetHeight ?? 0;
  const top = list.box.getBoundingClientRect().top + scrollY;
  list.box.style.height = `${Math.max(320, innerHeight - top - foot - 24)}px`;
}

let frame = 0;
const view = () => {
  const from = Math.max(0, Math.floor(list.box.scrollTop / list.height));
  return [from, from + Math.ceil(list.box.clientHeight / list.height)];
};

function look() {
  frame = 0;
  if (!list?.box.isConnected) return;
  tell();
  const [from, to] = view();
  const isFar = from > end() + AHEAD || to < list.start - AHEAD;
  if (isFar && !list.leaping) leap(from);
  else if (list.asking) return;
  else if (to + AHEAD > end() && list.more) grow("after");
  else if (from - AHEAD < list.start && list.start > 0) grow("before");
}

async function ask(place, size = BLOCK) {
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

const settle = (total, isOpen = false) => Object.assign(list, { total, isOpen });

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
function drop(row) {
  const at = row.contains(document.activeElement) ? [...row.cells].findIndex((cell) => cell.contains(document.activeElement)) : -1;
  if (at >= 0) {
    away = { key: keyOf(row), index: Number(row.getAttribute("aria-rowindex")) - 2, at };
    list.box.tabIndex = -1;
    list.box.focus({ preventScroll: true });
  }
  if (row.dataset.editing) held.set(keyOf(row), row);
  row.remove();
}

/** Show the rows around a number that are not here. */
async function leap(index) {
  const mine = list;
  mine.leaping = true;
  try {
    const wanted = Math.min(Math.max(0, index - BLOCK / 2), mine.total);
    const block = Math.floor(wanted / BLOCK);
    if (!mine.isOpen && mine.total - index < AHEAD) return await replace(await ask({ before: "end" }, 3 * BLOCK), null);
    if (block && !(await placed(block))) return;
    if (mine === list) await replace(await ask({ after: block ? mine.places[block - 1] : "" }, 3 * BLOCK), block * BLOCK);
  } finally {
    mine.leaping = false;
  }
}

// Whether it is known where a block begins; ten thousand rows are told at a time.
async function placed(block) {
  const mine = list;
  while (mine.places.length < block) {
    const query = new URLSearchParams(mine.box.dataset.long);
    if (mine.places.length) query.set("after", mine.places.at(-1));
    const answer = await fetch(location.pathname.replace(/list$/, `places?${query}`), { headers: { Accept: "application/json" }, signal: mine.stop.signal }).catch(() => null);
    const { places = [] } = answer?.ok ? await answer.json() : {};
    if (!answer?.ok || mine !== list) return false;
    if (!places.length) return settle(mine.places.length * BLOCK + BLOCK), mine.places.length >= block;
    mine.places.push(...places);
  }
  return true;
}

/** Rows in place of those that are here; `start` is null for the last ones of the list. */
function replace(found, start) {
  if (!found) return;
  [...list.body.rows].forEach(drop);
  list.body.replaceChildren(...found.rows);
  const size = found.rows.length;
  if (!size && start) {
    settle(start);
    return leap(start - AHEAD);
  }
  list.start = start ?? Math.max(0, list.total - size);
  list.more = start !== null && found.more;
  list.blocks = [{ size, first: found.first, last: found.last }];
  if (!list.more && start !== null) settle(end());
  draw(found.rows);
}

function draw(rows = [...list.body.rows]) {
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
  look();
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
  list.place = { first: block.first, start: block === list.blocks[0] ? list.start : at, top: list.box.scrollTop, query: list.box.dataset.long };
  if (list.box.scrollTop) sessionStorage.setItem(kept(), JSON.stringify(list.place));
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
  if (!place?.top || place.query !== list.box.dataset.long) return;
  await restore(place);
}

async function restore(place) {
  const mine = list;
  mine.leaping = true;
  const found = await ask({ after: `~${place.first}` }, 3 * BLOCK);
  mine.leaping = false;
  if (!found || mine !== list) return;
  replace(found, place.start);
  list.box.scrollTop = place.top;
}

/** The row of this number, fetched where it is not here. */
export async function bring(index) {
  const to = Math.min(Math.max(0, index), list.total - 1);
  if (to < list.start || to >= end()) {
    list.box.scrollTop = to * list.height - list.box.clientHeight / 2;
    await leap(to);
  }
  return list.body.rows[Math.min(Math.max(0, to - list.start), list.body.rows.length - 1)];
}

/** The rows that are here, as they are now, where they stand. */
export async function renew() {
  const first = list.blocks[0].first;
  const rows = [];
  for (let place = `~${first}`; place && rows.length < list.body.rows.length; ) {
    const found = await ask({ after: place }, Math.min(6 * BLOCK, list.body.rows.length - rows.length));
    if (!found) return;
    rows.push(...found.rows);
    place = found.more && found.last;
  }
  const fresh = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of [...list.body.rows]) {
    const now = fresh.get(keyOf(row));
    if (now && !row.dataset.editing) row.innerHTML = now.innerHTML, row.className = now.className;
  }
  draw();
}

async function walk(event, row, at) {
  const page = Math.max(1, Math.floor(list.box.clientHeight / list.height) - 2);
  const now = list.start + [...list.body.rows].indexOf(row);
  const whole = event.ctrlKey || event.metaKey;
  if (!whole && ["Home", "End"].includes(event.key)) {
    const cells = [...row.cells].filter((cell) => !cell.matches(".pick") && cell.getClientRects().length);
    return stand(cells.at(event.key === "Home" ? 0 : -1));
  }
  const to = { PageDown: now + page, PageUp: now - page, Home: 0, End: list.total - 1 }[event.key];
  if (event.key === "End" && list.isOpen) await last();
  const found = await bring(event.key === "End" ? list.total - 1 : to);
  return stand(found?.cells[at]);
}

// The end of a list that was not counted to its end: the last rows, wherever they are.
async function last() {
  replace(await ask({ before: "end" }, 3 * BLOCK), null);
}

const stand = async (cell) => (await import("./grid.js")).stand(cell);

document.addEventListener("keydown", (event) => {
  if (!list || event.altKey || event.shiftKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const now = document.activeElement;
  if (away && now === list.box && !event.ctrlKey && !event.metaKey) return lead(event);
  if (!["PageDown", "PageUp", "Home", "End"].includes(event.key) || now.matches("input:not([type=checkbox]), select, textarea")) return;
  const row = list.body.contains(now) && now.closest("tr");
  if (!row && now !== document.body && now !== list.box) return;
  event.preventDefault();
  event.stopPropagation();
  if (row) return walk(event, row, [...row.cells].findIndex((cell) => cell.contains(now)));
  if (event.key === "End" && list.isOpen) last();
  const step = list.box.clientHeight - 2 * list.height;
  list.box.scrollTop = { PageDown: list.box.scrollTop + step, PageUp: list.box.scrollTop - step, Home: 0, End: list.box.scrollHeight }[event.key];
}, true);

// Back to the cell that one stood on before it was scrolled away.
async function lead(event) {
  if (event.key === "Tab" || event.key.length > 1 && !/^(Arrow|Enter|F2|Escape)/.test(event.key)) return;
  event.preventDefault();
  const { key, index, at } = away;
  away = null;
  await bring(index);
  const row = [...list.body.rows].find((one) => keyOf(one) === key);
  const field = row?.querySelector("[data-cell-form] :is(input:not([type=hidden]), select, textarea)");
  if (field) field.focus();
  else stand(row?.cells[at]);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "results" && list) before = list.place ?? null; });
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "results") begin();
  else if (list) number();
});
let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => {
    if (!list || !wide.matches) return;
    freeze(list.table);
    fit();
    look();
  }, 150);
});
// On a phone rows are cards, and read page by page.
wide.addEventListener("change", () => {
  if (!wide.matches && list) location.reload();
  else begin();
});
begin();
