// The command palette: Ctrl+K anywhere. Records and pages come from the server, what can be done here from the page itself.
import { opened } from "./near.js";

const dialog = document.getElementById("palette");
const field = document.getElementById("palette-term");
const list = document.getElementById("palette-list");
const nothing = document.getElementById("palette-nothing");
const PAUSE = 60;
let asking = null;
let timer = 0;
let pressed = null; // Enter that came before its answer
let active = null;

/** What the dialog that has been opened begins with. */
export function begin() {
  if (dialog.open) ask();
}

const options = () => [...list.querySelectorAll('[role="option"]')];

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  const mine = (asking = new AbortController());
  const term = field.value;
  dialog.classList.add("is-waiting");
  const answer = await fetch(`/admin/palette?q=${encodeURIComponent(term)}${term ? "" : `&opened=${opened()}`}`, { headers: { "HX-Request": "true" }, signal: mine.signal })
    .then((response) => (response.ok ? response.text() : leave(response)))
    .catch((problem) => (problem.name === "AbortError" ? null : ""));
  if (answer === null || mine !== asking) return;
  asking = null;
  dialog.classList.remove("is-waiting");
  show(answer, term);
}

// A session that has ended leads to the sign-in page; anything else is said.
function leave(response) {
  const target = response.headers.get("HX-Redirect");
  if (target) location.assign(target);
  return "";
}

function show(html, term) {
  list.innerHTML = html;
  const here = groupHere(term);
  if (here) list.prepend(here);
  options().forEach((option, number) => { option.id = `palette-option-${number}`; });
  nothing.textContent = html ? (options().length > 1 || !term ? "" : dialog.dataset.nothing) : dialog.dataset.failed;
  choose(options()[0]);
  if (pressed) take(pressed.newTab);
}

// The verbs of the record on whose page one stands: its own buttons, pressed for one.
function groupHere(term) {
  const words = variants(term);
  const controls = [...document.querySelectorAll("#record-head .actions :is(a, button):not([data-bs-toggle]), main [data-palette-verb]")];
  const fitting = controls.filter((control) => !control.disabled && fits(label(control), words));
  if (!fitting.length) return null;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", dialog.dataset.here);
  const heading = Object.assign(document.createElement("h3"), { className: "palette-group", textContent: dialog.dataset.here });
  heading.setAttribute("aria-hidden", "true");
  group.append(heading, ...fitting.slice(0, term ? 6 : 3).map(line));
  return group;
}

function label(control) {
  const copy = control.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, i")) extra.remove();
  return copy.textContent.trim();
}

function line(control) {
  const option = Object.assign(document.createElement("button"), { type: "button", className: "palette-option", tabIndex: -1 });
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const icon = Object.assign(document.createElement("i"), { className: "ti ti-bolt" });
  icon.setAttribute("aria-hidden", "true");
  option.append(icon, Object.assign(document.createElement("span"), { className: "palette-title", textContent: label(control) }));
  const letter = control.querySelector("kbd")?.textContent;
  if (letter) option.append(Object.assign(document.createElement("kbd"), { textContent: letter, ariaHidden: "true" }));
  option.control = control;
  return option;
}

const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё";
const fold = (text) => text.toLowerCase().replaceAll("ё", "е");
const swap = (text, from, to) => [...text].map((letter) => to[from.indexOf(letter)] ?? letter).join("");
const variants = (term) => [fold(term), fold(swap(term.toLowerCase(), LATIN, CYRILLIC)), fold(swap(term.toLowerCase(), CYRILLIC, LATIN))];

function fits(text, terms) {
  const words = fold(text).split(/\s+/);
  return terms.some((term) => term.split(/\s+/).filter(Boolean).every((typed) => words.some((word) => word.startsWith(typed))));
}

function choose(option) {
  active?.setAttribute("aria-selected", "false");
  active = option ?? null;
  if (!active) return field.removeAttribute("aria-activedescendant");
  active.setAttribute("aria-selected", "true");
  active.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", active.id);
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(active) + by + all.length) % all.length]);
}

function take(newTab) {
  if (asking) {
    pressed = { newTab };
    return;
  }
  pressed = null;
  if (active) follow(active, newTab);
}

function follow(option, newTab) {
  if (option.href && newTab) return window.open(option.href, "_blank", "noopener");
  dialog.close();
  if (option.href) location.assign(option.href);
  else if (option.control) option.control.click();
  else document.querySelector(option.dataset.click)?.click();
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  PageDown: () => step(6),
  PageUp: () => step(-6),
  Enter: (event) => take(event.ctrlKey || event.metaKey),
};

field.addEventListener("keydown", (event) => {
  if (event.isComposing || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key](event);
});
field.addEventListener("input", () => {
  pressed = null;
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController(); // Enter waits for the answer to what has been typed last
  timer = setTimeout(ask, PAUSE);
});
list.addEventListener("mousemove", (event) => {
  const option = event.target.closest('[role="option"]');
  if (option && option !== active) choose(option);
});
list.addEventListener("click", (event) => {
  const option = event.target.closest('[role="option"]');
  if (!option || (option.href && (event.ctrlKey || event.metaKey || event.shiftKey))) return;
  event.preventDefault();
  follow(option, false);
});
dialog.addEventListener("close", () => {
  asking?.abort();
  asking = pressed = null;
  clearTimeout(timer);
});
