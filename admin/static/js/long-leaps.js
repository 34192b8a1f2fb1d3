// Leaps along a long list: to a number, to its end, back to where one was. Where blocks begin is asked for, ten thousand
// rows at a time; rows of a leap stand in place of those that are here.
import { AHEAD, BLOCK, ask, draw, drop, end, keyOf, list, settle } from "./long.js";

/** Show the rows around a number that are not here. */
export async function leap(index) {
  const mine = list;
  if (!mine) return;
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
    const { places = [], rows = 0, more = false } = answer?.ok ? await answer.json() : {};
    if (!answer?.ok || mine !== list) return false;
    if (!mine.places.length) settle(Math.max(rows, end()), more);
    if (!places.length) return settle(mine.places.length * BLOCK + BLOCK), mine.places.length >= block;
    mine.places.push(...places);
  }
  return true;
}

/** How many rows there are, where the page has not counted them. */
export async function count() {
  if (list && (await placed(1)) && list) draw([]);
}

// Rows in place of those that are here; `start` is null for the last ones of the list.
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

/** The place where somebody was. */
export async function restore(place) {
  const mine = list;
  if (!mine) return;
  mine.leaping = true;
  const found = await ask({ after: `~${place.first}` }, 3 * BLOCK);
  mine.leaping = false;
  if (!found || mine !== list) return;
  replace(found, place.start);
  list.box.scrollTop = place.top;
}

/** The end of a list that was not counted to its end: the last rows, wherever they are. */
export async function last() {
  replace(await ask({ before: "end" }, 3 * BLOCK), null);
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

