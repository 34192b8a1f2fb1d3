// Along a long list by PageDown, PageUp, Home and End; back to the cell that was scrolled away.
import { stand } from "./grid.js";
import { bring, last } from "./long-leaps.js";
import { away, keyOf, list } from "./long.js";

/** From a cell so many rows on, to the ends of its row or of the list; from elsewhere the box is scrolled. */
export async function move(key, whole, row, now) {
  if (!list) return;
  if (!row) return scroll(key);
  const at = [...row.cells].findIndex((cell) => cell.contains(now));
  if (!whole && ["Home", "End"].includes(key)) {
    const cells = [...row.cells].filter((cell) => !cell.matches(".pick") && cell.getClientRects().length);
    return stand(cells.at(key === "Home" ? 0 : -1));
  }
  const page = Math.max(1, Math.floor(list.box.clientHeight / list.height) - 2);
  const index = Number(row.getAttribute("aria-rowindex")) - 2;
  if (key === "End" && list.isOpen) await last();
  const to = { PageDown: index + page, PageUp: index - page, Home: 0, End: list.total - 1 }[key];
  stand((await bring(to))?.cells[at]);
}

async function scroll(key) {
  if (key === "End" && list.isOpen) await last();
  const { box, height } = list;
  const step = box.clientHeight - 2 * height;
  box.scrollTop = { PageDown: box.scrollTop + step, PageUp: box.scrollTop - step, Home: 0, End: box.scrollHeight }[key];
}

/** The row that had the focus when it went is fetched, and one stands in it as before. */
export async function lead() {
  const { key, index, at } = away;
  await bring(index);
  const row = [...list.body.rows].find((one) => keyOf(one) === key);
  const field = row?.querySelector("[data-cell-form] :is(input:not([type=hidden]), select, textarea)");
  if (field) field.focus();
  else stand(row?.cells[at]);
}
