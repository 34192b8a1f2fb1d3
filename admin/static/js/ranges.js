// Ranges of the grid: Σ and average of what is marked, copying to Excel, pasting and filling down through a preview.
import { cellOf, keyOf, nameOf, next, stand, table } from "./grid.js";
import { isTyping } from "./keys.js";

let anchor = null;
let end = null;

export function reset() {
  anchor = end = null;
  paint();
}

export function extend(from, to) {
  anchor = anchor?.isConnected ? anchor : from;
  end = to;
  paint();
}

/** Rows of cells from the one corner to the other; the cell that has the focus where nothing is marked. */
function marked() {
  const [one, other] = [anchor ?? cellOf(document.activeElement), end ?? cellOf(document.activeElement)];
  if (!one?.isConnected || !other?.isConnected) return [];
  const lines = [...one.closest("tbody").rows];
  const span = (a, b) => [Math.min(a, b), Math.max(a, b) + 1];
  const rows = lines.slice(...span(lines.indexOf(one.closest("tr")), lines.indexOf(other.closest("tr"))));
  const columns = span(one.cellIndex, other.cellIndex);
  return rows.map((row) => [...row.cells].slice(...columns).filter((cell) => cell.offsetParent));
}

const isRussian = document.documentElement.lang === "ru";
function numberIn(cell) {
  const bare = cell.textContent.replace(/[^\d.,−-]/g, "").replace("−", "-");
  const plain = isRussian ? bare.replace(/\./g, "").replace(",", ".") : bare.replace(/,/g, "");
  return cell.classList.contains("num") && /\d/.test(plain) ? Number(plain) : null;
}

function textIn(cell) {
  const number = numberIn(cell);
  if (number !== null) return isRussian ? String(number).replace(".", ",") : String(number);
  return (cell.title || cell.textContent).trim().replace(/\s+/g, " ");
}

function paint() {
  for (const cell of document.querySelectorAll(".ranged")) cell.classList.remove("ranged");
  const bar = document.getElementById("range-bar");
  if (bar) bar.hidden = !end;
  if (!end) return;
  const cells = marked().flat();
  for (const cell of cells) cell.classList.add("ranged");
  const numbers = cells.map(numberIn).filter((one) => one !== null);
  const shown = new Intl.NumberFormat(isRussian ? "ru-RU" : "en-GB", { maximumFractionDigits: 2 });
  const sum = numbers.reduce((all, one) => all + Math.round(one * 100), 0) / 100;
  const told = [`${cells.length} ${table().dataset.cells}`];
  if (numbers.length) told.push(`Σ ${shown.format(sum)}`, `${table().dataset.average} ${shown.format(sum / numbers.length)}`);
  if (bar) bar.textContent = told.join(" · ");
}

const isHere = () => cellOf(document.activeElement) && !isTyping() && !document.querySelector("dialog[open]");

document.addEventListener("copy", (event) => {
  if (!isHere() || String(getSelection())) return;
  event.clipboardData.setData("text/plain", marked().map((row) => row.map(textIn).join("\t")).join("\n"));
  event.preventDefault();
});

export function paste(text) {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
  ask(lines.length === 1 && lines[0].length === 1 ? spread(lines[0][0]) : laid(lines));
}

/** One value for every marked cell. */
const spread = (text) => marked().flat().map((cell) => [keyOf(cell), nameOf(cell), text]);

/** Lines from the corner down and to the right, as far as the page reaches. */
function laid(lines) {
  const told = [];
  let row = marked()[0]?.[0];
  for (const line of lines) {
    let cell = row;
    for (const text of line) {
      if (cell) told.push([keyOf(cell), nameOf(cell), text]);
      cell = cell && next(cell, 1, 0);
    }
    row = row && next(row, 0, 1);
  }
  return told;
}

// The upper cell of each marked column down to the others; the server reads its value, whatever the cell shows of it.
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyD" || !(event.ctrlKey || event.metaKey) || !isHere() || marked().length < 2) return;
  event.preventDefault();
  const [first, ...rest] = marked();
  ask(rest.flatMap((row) => row.map((cell, n) => [keyOf(cell), nameOf(cell), null, keyOf(first[n])])));
});

let back = null;
async function ask(told) {
  if (!told.length) return;
  back = cellOf(document.activeElement);
  const values = { told: JSON.stringify(told), csrf_token: document.querySelector('meta[name="csrf-token"]').content };
  await window.htmx.ajax("POST", `/admin/${table().dataset.identity}/cells`, { target: "#modal-body", swap: "innerHTML", values });
}

const modal = () => document.getElementById("modal");
document.addEventListener("htmx:afterSwap", async ({ detail }) => {
  if (detail.target.id !== "modal-body") return;
  if (detail.target.childElementCount) {
    window.htmx.process(detail.target);
    if (!modal().open) modal().showModal();
    return;
  }
  modal().close();
  if (document.querySelector(".table-box.long")) {
    const at = back?.isConnected && [back.closest("tr"), back.cellIndex];
    await (await import("./long-leaps.js")).renew();
    if (at) stand(at[0].cells[at[1]]);
    return;
  }
  const at = back && { body: [...table().tBodies].indexOf(back.closest("tbody")), row: [...back.closest("tbody").rows].indexOf(back.closest("tr")), column: back.cellIndex };
  await window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "innerHTML" });
  if (at) stand(table()?.tBodies[at.body]?.rows[at.row]?.cells[at.column]);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-close-dialog]")) return;
  event.preventDefault();
  modal()?.close();
});
modal()?.addEventListener("close", () => { if (back?.isConnected) stand(back); });

