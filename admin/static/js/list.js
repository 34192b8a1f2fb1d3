// Lists by keyboard (j, k, Enter, /). What else can be done in a list has modules of its own, which come when it is done.
import { keysOnDemand, onDemand, once } from "./demand.js";
import { key } from "./keys.js";
import "./listed.js";

const links = () => [...document.querySelectorAll(".list .row-link")];
const current = () => links().findIndex((link) => link.closest("tr").contains(document.activeElement));

function go(step) {
  const all = links();
  if (!all.length) return;
  const box = document.querySelector(".table-box.long");
  const seen = box && current() < 0 ? all.findIndex((link) => link.getBoundingClientRect().top > box.getBoundingClientRect().top + 40) - 1 : current();
  const next = Math.min(Math.max(seen + step, 0), all.length - 1);
  all[next].focus();
  all[next].closest("tr").scrollIntoView({ block: "nearest" });
}

key("j", () => go(1));
key("k", () => go(-1));
key("/", () => {
  const field = document.getElementById("list-search");
  field?.focus();
  field?.select();
});
key("n", () => document.querySelector('[data-key="n"]')?.click());
// Columns: the boxes count from the moment that they are looked at; until then the address says what was chosen.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("[data-columns]") && target.open) import("./column-sheet.js").then(({ opened }) => opened(target));
}, true);
const LOOKUP = '[data-lookup] input[type="search"]';
onDemand(() => import("./finding.js"), ["focusin", "input"], ({ target }) => target.matches?.(LOOKUP));
onDemand(() => import("./lookup.js"), ["focusin", "mousedown", "input"], ({ target }) => target.matches?.('.lookup [role="combobox"]'));

// The cells of the list: by arrows, edited in place, marked and pasted into.
const grid = once(() => import("./grid.js"));
const CELLS = "table.list tbody :is(td:not(.pick), th)";
const inCells = ({ target }) => target.closest?.(CELLS);
const isStep = (event) => /^(Arrow\w+|F2|[\d-])$/.test(event.key) || (event.key === "Enter" && event.target.matches("td"));
document.addEventListener("mousedown", ({ target }) => {
  const cell = target.closest?.(CELLS);
  if (cell && !target.closest("a, input, select, textarea, button") && !cell.querySelector("form")) cell.tabIndex = -1;
});
onDemand(grid, ["focusin", "dblclick"], inCells);
onDemand(grid, ["keydown"], (event) => inCells(event) && isStep(event) && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input, select, textarea"), { holds: true });

// Rows that are chosen: ticked here, or before one went to another page of the list.
const choose = once(() => import("./choose.js"));
document.addEventListener("click", (event) => {
  if (event.target.closest?.('.list input[name="pk"], [data-choose-all], [data-choose-none]')) choose().then(({ clicked }) => clicked(event));
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-pick-all]")) choose().then(({ all }) => all(target.checked));
});
if (sessionStorage.getItem(`chosen:${location.pathname}`)) choose();
keysOnDemand(choose, ["x", "X", "Ч", "a", "b"]);

// The record beside its list.
const peek = once(() => import("./peek.js"));
const isRow = (at) => at.closest?.("#results")?.contains(at) && at.closest("tr, .bcard")?.querySelector(".row-link") && !at.closest("button, summary, [role=button], input, select, textarea");
onDemand(peek, ["keydown"], (event) => event.key === " " && !event.ctrlKey && !event.metaKey && !event.altKey && isRow(event.target), { holds: true });
onDemand(peek, ["click"], ({ target }) => target.closest?.("[data-peek]"), { holds: true });
if (localStorage.getItem("peek:split") && matchMedia("(min-width: 1440px)").matches) peek();

// Rows of a long list come as one scrolls. Columns have widths, and some stay in sight.
const long = () => {
  if (document.querySelector("[data-long]")) import("./long.js");
  else if (/[?&](widths|frozen)=/.test(location.search)) import("./columns.js").then(({ lay }) => lay());
};
const widths = once(() => import("./widths.js"));
onDemand(widths, ["pointerdown", "dblclick"], ({ target }) => target.closest?.("[data-grip]"));
onDemand(widths, ["keydown"], (event) => event.shiftKey && /^(ArrowLeft|ArrowRight|Home)$/.test(event.key) && event.target.closest?.("table.list thead th"), { holds: true });
document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "results") long(); });
long();

// The panels of conditions and looks: their script comes when the first of them is opened.
const panel = (details) => import("./panels.js").then(({ opened }) => opened(details));
document.addEventListener("toggle", ({ target }) => { if (target.matches?.("[data-panel]") && target.open) panel(target); }, true);
document.querySelectorAll("[data-panel][open]").forEach(panel);
// A heading with Shift sorts further, a group opens its rows.
onDemand(() => import("./heads.js"), ["click"], ({ target, shiftKey }) => target.closest?.(shiftKey ? "[data-further], [data-group]" : "[data-group]"), { holds: true });
// What is kept is the list as it stands now, whatever was narrowed since the page was drawn.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-shelf]")) target.elements.query.value = location.search;
});

// What is empty does not enter the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id !== "list-form") return;
  const given = event.detail.parameters;
  for (const name of Object.keys(given)) {
    const kept = [given[name]].flat().filter((value) => value !== "");
    if (kept.length) given[name] = kept.length > 1 ? kept : kept[0];
    else delete given[name];
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "results" && event.detail.requestConfig?.triggeringEvent?.type === "submit") {
    const field = document.getElementById("list-search");
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }
});
