// Rows that others change become new where they stand: nothing moves, and a row that is being edited is left alone.
import { stand, table } from "../grid.js";

const AT_ONCE = 20;
const waiting = new Set();
let timer = 0;

// Where a list is grouped, the rows of open groups; the lines of the groups themselves are no records.
const rowOf = (id) => table()?.querySelector(`tbody a.row-link[href$="/${CSS.escape(id)}"]`)?.closest("tr");

/** Have the row drawn anew. False where it is not here, is being edited, or too many wait: then the list is to be asked for. */
export function renew(id) {
  const row = rowOf(id);
  if (!row || row.dataset.editing || waiting.size >= AT_ONCE) return false;
  waiting.add(id);
  timer ||= setTimeout(draw, 200);
  return true;
}

async function draw() {
  timer = 0;
  const ids = [...waiting];
  waiting.clear();
  await Promise.all(ids.map(fetched));
  document.body.dispatchEvent(new CustomEvent("rows-changed"));
}

async function fetched(id) {
  const address = `/admin/${table()?.dataset.identity}/row/${id}${location.search}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  const row = rowOf(id);
  if (!row || row.dataset.editing || !answer || answer.redirected) return;
  if (answer.status === 404) row.classList.add("quiet");
  else if (answer.ok) put(row, await answer.text());
}

function put(row, html) {
  const box = document.createElement("tbody");
  box.innerHTML = html;
  const fresh = box.rows[0];
  if (!fresh || !row.isConnected) return;
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
