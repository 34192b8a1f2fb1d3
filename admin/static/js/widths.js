// Widths of columns: the edge of a heading is dragged, Shift with arrows on it does the same, a double click fits. They
// stand in the list's address, and so in what is saved of it.
import { freeze, given, spread } from "./columns.js";

const STEP = 16;
const LEAST = 40;
const tableOf = (head) => head.closest("table");
const columnOf = (head) => tableOf(head).querySelector(`col[data-of="${CSS.escape(head.dataset.name)}"]`);

function begin(head) {
  if (!columnOf(head)) freeze(tableOf(head));
  return head.getBoundingClientRect().width;
}

function set(head, width) {
  columnOf(head).width = Math.max(LEAST, Math.round(width));
  spread(tableOf(head));
}

function keep(head) {
  const widths = { ...given(), [head.dataset.name]: Number(columnOf(head).width) };
  remember(Object.entries(widths).map(([name, width]) => `${name}:${width}`).join(","));
  freeze(tableOf(head));
  document.getElementById("chosen-said").textContent = `${head.textContent.trim()}: ${columnOf(head).width}`;
}

function remember(told) {
  const address = new URL(location.href);
  address.searchParams.set("widths", told);
  history.replaceState(history.state, "", address);
  for (const field of document.querySelectorAll("[data-widths]")) field.value = told;
}

// Links of the page were drawn before.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const told = new URLSearchParams(location.search).get("widths");
  const address = new URL(detail.path, location.origin);
  if (!told || detail.verb !== "get" || address.pathname !== location.pathname || detail.elt.matches("form")) return;
  address.searchParams.set("widths", told);
  detail.path = address.pathname + address.search;
});

function fit(head) {
  begin(head);
  const at = head.cellIndex;
  set(head, LEAST);
  const cells = [...tableOf(head).querySelectorAll("tr")].map((row) => row.cells[at]).filter((cell) => cell && cell.colSpan === 1);
  set(head, Math.max(...cells.map((cell) => cell.scrollWidth)) + 2);
  keep(head);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  const head = grip.closest("th");
  const [from, width] = [event.clientX, begin(head)];
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    grip.classList.remove("is-held");
    if (head.isConnected && Math.abs(head.getBoundingClientRect().width - width) > 1) keep(head);
  };
  grip.classList.add("is-held");
  document.addEventListener("pointermove", ({ clientX }) => set(head, width + clientX - from), { signal: stop.signal });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end, { signal: stop.signal });
});
document.addEventListener("dblclick", ({ target }) => {
  const grip = target.closest?.("[data-grip]");
  if (grip) fit(grip.closest("th"));
});
document.addEventListener("keydown", (event) => {
  const head = event.shiftKey && event.target.closest?.("table.list thead th[data-name]");
  if (!head || !["ArrowLeft", "ArrowRight", "Home"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Home") return fit(head);
  set(head, begin(head) + (event.key === "ArrowRight" ? STEP : -STEP));
  keep(head);
});
