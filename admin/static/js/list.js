// Lists by keyboard (j, k, Enter, /) and look-ups in the filter bar. Rows are chosen in choose.js.
import { key } from "./keys.js";

const rows = () => [...document.querySelectorAll(".list tbody tr")];
const links = () => [...document.querySelectorAll(".list .row-link")];
const current = () => rows().findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const all = links();
  if (!all.length) return;
  const next = Math.min(Math.max(current() + step, 0), all.length - 1);
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
  if (!target.matches?.("[data-columns]") || !target.open) return;
  target.querySelector("fieldset").disabled = false;
  for (const kept of document.querySelectorAll("#list-form [data-col]")) kept.remove();
}, true);
function move(button) {
  const item = button.closest("li");
  const other = button.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
  if (!other) return;
  if (button.dataset.move === "1") other.after(item);
  else other.before(item);
  button.focus();
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-move]");
  if (button) move(button);
});
// The panels of conditions and looks: their script comes when the first of them is opened.
const panel = (details) => import("./panels.js").then(({ opened }) => opened(details));
document.addEventListener("toggle", ({ target }) => { if (target.matches?.("[data-panel]") && target.open) panel(target); }, true);
document.querySelectorAll("[data-panel][open]").forEach(panel);
// A heading with Shift sorts further: by its column after those that sort the list already.
document.addEventListener("click", (event) => {
  const link = event.shiftKey && event.target.closest?.("[data-further]");
  if (!link) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const at = link.closest("th").dataset.name;
  window.htmx.ajax("GET", link.dataset.further, { source: link, target: "#results", swap: "innerHTML show:none" })
    .then(() => document.querySelector(`.list th[data-name="${CSS.escape(at)}"] a`)?.focus());
}, true);
// A group opens its rows below its line, and closes again without asking.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-group]");
  if (!button) return;
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (!isOpen) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.querySelector(button.getAttribute("hx-target")).replaceChildren();
}, true);
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

let asking;
async function offer(field) {
  const box = field.closest("[data-lookup]");
  asking?.abort();
  asking = new AbortController();
  const address = `${box.dataset.lookup}&q=${encodeURIComponent(field.value)}`;
  const found = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal })
    .then((answer) => (answer.ok ? answer.json() : { options: [] }))
    .catch(() => null);
  if (!found) return;
  close(box);
  const list = document.createElement("ul");
  list.setAttribute("role", "listbox");
  for (const option of found.options) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.dataset.key = option.id;
    item.textContent = option.hint ? `${option.title} · ${option.hint}` : option.title;
    list.append(item);
  }
  if (found.options.length) box.append(list);
}

function close(box) {
  box.querySelector("ul")?.remove();
}

function take(item) {
  const box = item.closest("[data-lookup]");
  const label = document.createElement("label");
  label.className = "form-check";
  const tick = Object.assign(document.createElement("input"), {
    type: "checkbox", className: "form-check-input", name: box.dataset.name, value: item.dataset.key, checked: true,
  });
  label.append(tick, ` ${item.textContent}`);
  const field = box.querySelector('input[type="search"]');
  field.before(label);
  field.value = "";
  close(box);
  field.focus();
}

let waiting;
document.addEventListener("input", (event) => {
  if (!event.target.matches('[data-lookup] input[type="search"]')) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(event.target), 150);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches('[data-lookup] input[type="search"]')) offer(event.target);
});
document.addEventListener("mousedown", (event) => {
  const item = event.target.closest("[data-lookup] li");
  if (!item) return;
  event.preventDefault();
  take(item);
});
document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-lookup]");
  if (box) close(box);
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-lookup]");
  const list = box?.querySelector("ul");
  if (!list || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  event.preventDefault();
  const items = [...list.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") {
    if (at >= 0) take(items[at]);
    return;
  }
  items[at]?.removeAttribute("aria-selected");
  items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].setAttribute("aria-selected", "true");
});
