// Ranges of the grid: Σ and average of what is marked, copying to Excel, pasting and filling down through a preview.
import { cellOf, isWriting, keyOf, nameOf, next, rowOf, stand, table } from "./grid.js";
import { isTyping } from "./keys.js";

// Places are by record and column: the row that was there may have become new meanwhile.
const placeOf = (cell) => cell && { key: keyOf(cell), column: cell.cellIndex };
const cellAt = (place) => place && rowOf(place.key)?.cells[place.column];
let anchor = null;
let end = null;

export function reset() {
  anchor = end = null;
  paint();
}

export function extend(from, to) {
  if (!cellAt(anchor)) anchor = placeOf(from);
  end = placeOf(to);
  paint();
}

/** Rows of cells from the one corner to the other; the cell that has the focus where nothing is marked. */
function marked() {
  const here = cellOf(document.activeElement);
  const [one, other] = [anchor ? cellAt(anchor) : here, end ? cellAt(end) : here];
  if (!one || !other) return [];
  const lines = [...one.closest("tbody").rows];
  const span = (a, b) => [Math.min(a, b), Math.max(a, b) + 1];
  const rows = lines.slice(...span(lines.indexOf(one.closest("tr")), lines.indexOf(other.closest("tr"))));
  const columns = span(one.cellIndex, other.cellIndex);
  return rows.map((row) => [...row.cells].slice(...columns).filter((cell) => cell.offsetParent));
}
document.addEventListener("rows-changed", paint);

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

const AGAIN = 400;
let back = null;
async function ask(told) {
  if (!told.length) return;
  back = placeOf(cellOf(document.activeElement));
  const values = { told: JSON.stringify(told), csrf_token: document.querySelector('meta[name="csrf-token"]').content };
  await window.htmx.ajax("POST", `/admin/${table().dataset.identity}/cells`, { source: "#modal-body", target: "#modal-body", swap: "innerHTML", values });
}

const modal = () => document.getElementById("modal");
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "modal-body") return;
  if (detail.target.childElementCount) {
    window.htmx.process(detail.target);
    if (!modal().open) modal().showModal();
    return;
  }
  modal().close();
  reload();
});

// The list as it is now, once no editor is open in it; one stays where one stands.
const isEditing = () => isWriting() || document.querySelector("tr[data-editing]");
async function reload() {
  if (isEditing()) return void setTimeout(reload, AGAIN);
  if (!document.querySelector(".table-box.long")) return void window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "innerHTML" });
  const place = back;
  await (await import("./long-leaps.js")).renew();
  if (place && document.activeElement === document.body) stand(cellAt(place));
}
document.addEventListener("htmx:afterSwap", () => {
  if (back && document.activeElement === document.body && !modal()?.open) stand(cellAt(back));
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "results") return;
  back = placeOf(cellOf(document.activeElement)) ?? back;
  if (!(detail.requestConfig.elt === document.body ? isEditing() : isWriting())) return;
  detail.shouldSwap = false;
  setTimeout(reload, AGAIN);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-close-dialog]")) return;
  event.preventDefault();
  modal()?.close();
});
modal()?.addEventListener("close", () => { if (back) stand(cellAt(back)); });

