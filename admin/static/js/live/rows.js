// Rows that others change become new where they stand: nothing moves. Of a row that is being edited the other cells become
// new, and the open one says what became of it.
import { around, rowOf, stand, table } from "../grid.js";

const AT_ONCE = 20;
const waiting = new Map(); // key → who changed it
let timer = 0;

/** Have the row drawn anew. False where it is not here, or too many wait: then the list is to be asked for. */
export function renew(id, who) {
  if (!rowOf(id) || waiting.size >= AT_ONCE) return false;
  waiting.set(id, who);
  timer ||= setTimeout(draw, 200);
  return true;
}

async function draw() {
  timer = 0;
  const changed = [...waiting];
  waiting.clear();
  await Promise.all(changed.map(fetched));
  document.body.dispatchEvent(new CustomEvent("rows-changed"));
}

async function fetched([id, who]) {
  const address = `/admin/${table()?.dataset.identity}/row/${id}${location.search}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  const row = rowOf(id);
  if (!row || !answer || answer.redirected) return;
  if (answer.status === 404) row.classList.add("quiet");
  else if (answer.ok) put(id, await answer.text(), who);
}

function put(id, html, who) {
  const box = document.createElement("tbody");
  box.innerHTML = html;
  const [row, fresh] = [rowOf(id), box.rows[0]];
  if (!fresh || !row) return;
  if (row.dataset.editing) {
    around(row, fresh, who);
    return;
  }
  const at = [...row.cells].findIndex((cell) => cell.contains(document.activeElement));
  const [was, is] = [row, fresh].map((one) => one.querySelector('input[name="pk"]'));
  if (was && is) {
    is.checked = was.checked;
    Object.assign(is.dataset, was.dataset);
  }
  if (row.hasAttribute("aria-rowindex")) fresh.setAttribute("aria-rowindex", row.getAttribute("aria-rowindex"));
  fresh.classList.toggle("chosen", row.classList.contains("chosen"));
  [...fresh.cells].forEach((cell, n) => cell.classList.toggle("just-changed", cell.textContent !== row.cells[n]?.textContent));
  row.replaceWith(fresh);
  window.htmx.process(fresh);
  if (at >= 0) stand(fresh.cells[at]);
}
