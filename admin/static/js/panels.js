// The panels of a list: numbers beside values as one ticks them, conditions and groups that are added and taken out.
const form = () => document.getElementById("list-form");
const panel = () => document.querySelector("[data-facets]");
let fields = null; // the options of every list of fields, once they are known
let asking;
let waiting;

/** A panel has been opened: ask for its numbers and for what can be added to it. */
export function opened(details) {
  if (details.querySelector("[data-facets]") || !fields) ask();
  else fill();
}

/** What the panels say now, as the address would have it. */
function stated() {
  const said = [...new FormData(form())].filter(([, value]) => value !== "" && typeof value === "string");
  return new URLSearchParams(said);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(`${panel().dataset.facets}?${stated()}`, { headers: { Accept: "application/json" }, signal: asking.signal }).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  fields = told.fields;
  fill();
  for (const [name, offers] of Object.entries(told.offered)) offer(name, offers);
  for (const [name, counts] of Object.entries(told.counts)) count(name, counts);
  const total = panel().querySelector("[data-facet-total]");
  total.textContent = told.total && total.dataset.text.replace("{number}", told.total);
}

function fill() {
  for (const select of document.querySelectorAll("select[data-add]")) {
    if (select.options.length < 2) select.insertAdjacentHTML("beforeend", fields);
  }
}

const condition = (name) => panel().querySelector(`[data-condition="${CSS.escape(name)}"]`);

function count(name, counts) {
  for (const place of condition(name)?.querySelectorAll("[data-facet]") ?? []) {
    const number = counts[place.dataset.facet] ?? "";
    if (place.tagName === "OPTION") place.textContent = number ? `${place.dataset.text} · ${number}` : place.dataset.text;
    else place.textContent = number;
    place.closest("label")?.classList.toggle("none", number === "0");
  }
}

/** The records that most rows name, as boxes; those that are ticked stay. */
function offer(name, offers) {
  const box = condition(name)?.querySelector("[data-lookup]");
  if (!box) return;
  for (const old of box.querySelectorAll("label.form-check")) if (!old.querySelector("input").checked && old !== document.activeElement?.closest("label")) old.remove();
  const field = box.querySelector('input[type="search"]');
  for (const [key, title] of offers) {
    if (box.querySelector(`input[value="${key}"]`)) continue;
    const label = Object.assign(document.createElement("label"), { className: "form-check" });
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", name, value: key });
    const number = Object.assign(document.createElement("span"), { className: "facet" });
    number.dataset.facet = key;
    label.append(tick, " ", Object.assign(document.createElement("span"), { textContent: title }), " ", number);
    field.before(label);
  }
}

async function part(place, prefix, field = "") {
  const query = new URLSearchParams({ prefix, field });
  const answer = await fetch(`${place.closest("[data-condition^='/']").dataset.condition}?${query}`).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

function stand(added) {
  added?.querySelector("input:not([type=hidden]):not([name$='.not']), select")?.focus();
}

async function addCondition(select) {
  const name = select.value;
  select.value = "";
  const there = document.querySelector(`#list-form [data-condition="${CSS.escape(select.dataset.add + name)}"]`);
  if (there) return stand(there);
  const html = await part(select, select.dataset.add, name);
  if (!html) return;
  const box = select.closest("[data-prefix]")?.querySelector(".conditions");
  if (box) box.insertAdjacentHTML("beforeend", html);
  else select.parentElement.insertAdjacentHTML("beforebegin", html);
  stand(box ? box.lastElementChild : select.parentElement.previousElementSibling);
  later();
}

async function addGroup(adder, prefix) {
  const there = document.querySelector(`#list-form [data-prefix="${prefix}"]`);
  if (there) return stand(there);
  const html = await part(adder, prefix);
  if (!html) return;
  adder.insertAdjacentHTML("beforebegin", html);
  if (fields) fill();
  stand(adder.previousElementSibling);
}

/** The first number that no group has yet. */
function free() {
  const taken = [...document.querySelectorAll('[data-prefix^="or."]')].map((group) => group.dataset.prefix);
  return [..."123456789"].map((number) => `or.${number}.`).find((prefix) => !taken.includes(prefix));
}

function later() {
  clearTimeout(waiting);
  if (panel()?.closest("details").open) waiting = setTimeout(ask, 250);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("select[data-add]") && target.value) addCondition(target);
  else if (target.matches("select[data-add-group]") && target.value) {
    const prefix = target.value;
    target.value = "";
    addGroup(target, prefix);
  } else if (target.closest?.("[data-facets]")) later();
});
document.addEventListener("click", ({ target }) => {
  const adder = target.closest?.('button[data-add-group]');
  if (adder && free()) addGroup(adder, free());
  const drop = target.closest?.("[data-drop], [data-drop-group]");
  if (!drop) return;
  const gone = drop.closest(drop.matches("[data-drop]") ? ".filter" : ".condition-group");
  const next = gone.parentElement.closest("[data-prefix], .filter-sheet");
  gone.remove();
  next?.querySelector("select[data-add], .add-condition select, [data-add-group]")?.focus();
  later();
});
