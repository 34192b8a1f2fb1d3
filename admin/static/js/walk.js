// The list that one came from: back to it as it was, and on to the record before and after.
import { key } from "./keys.js";

const kept = (identity) => `list:${identity}`;
const nav = document.getElementById("walk");
const at = () => location.pathname.split("/").at(-1);

/** Remember a list: its address and the keys of its records in their order; any page may call it. */
export function remember(identity, keys, more = {}) {
  sessionStorage.setItem(kept(identity), JSON.stringify({ back: location.pathname + location.search, top: scrollY, keys, ...more }));
}

const linked = /^\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})$/;

// A link to a record in a list: the list is remembered as it stands.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const box = link?.closest("table.list, [data-walk]");
  const found = box && link.pathname.match(linked);
  if (!found) return;
  const keys = [...box.querySelectorAll("a[href]")].map((one) => one.pathname.match(linked)).filter((one) => one?.[1] === found[1]);
  const page = (name) => document.querySelector(`a[rel=${name}]`)?.getAttribute("href") ?? "";
  remember(found[1], [...new Set(keys.map((one) => one[2]))], { next: page("next"), previous: page("prev") });
}, true);

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(kept(nav.dataset.identity))) ?? null;
  } catch {
    return null;
  }
}

const details = (id) => `/admin/${nav.dataset.identity}/details/${id}`;

// At the end of a page of the list its neighbour is read, and the walk goes on there.
async function neighbour(list, address, step) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  const keys = [...box.content.querySelectorAll("a.row-link")].map((link) => new URL(link.getAttribute("href"), location.origin).pathname.match(linked)?.[2]).filter(Boolean);
  if (!keys.length) return;
  const page = (name) => box.content.querySelector(`a[rel=${name}]`)?.getAttribute("href") ?? "";
  const on = { ...list, back: new URL(address, location.origin).pathname + new URL(address, location.origin).search, keys, next: page("next"), previous: page("prev") };
  sessionStorage.setItem(kept(nav.dataset.identity), JSON.stringify(on));
  location.assign(details(step > 0 ? keys[0] : keys.at(-1)));
}

function go(step) {
  const list = read();
  if (!list) return;
  const to = list.keys[list.keys.indexOf(at()) + step];
  const further = step > 0 ? list.next : list.previous;
  if (list.keys.includes(at()) && to) location.assign(details(to));
  else if (further) neighbour(list, new URL(further, new URL(list.back, location.origin)).href, step);
}

function button(label, icon, step, on) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-icon btn-ghost", disabled: !on });
  const letter = step > 0 ? "]" : "[";
  made.title = `${label} (${letter})`;
  made.setAttribute("aria-label", label);
  made.setAttribute("aria-keyshortcuts", letter);
  made.append(Object.assign(document.createElement("i"), { className: `ti ti-${icon}` }));
  made.addEventListener("click", () => go(step));
  return made;
}

function draw() {
  const list = read();
  const place = list?.keys.indexOf(at()) ?? -1;
  if (place < 0) return;
  const back = Object.assign(document.createElement("a"), { href: list.back, textContent: nav.dataset.back, className: "btn btn-sm btn-ghost" });
  back.prepend(Object.assign(document.createElement("i"), { className: "ti ti-arrow-left" }));
  const count = Object.assign(document.createElement("span"), { className: "text-secondary" });
  count.textContent = nav.dataset.of.replace("{n}", place + 1).replace("{all}", list.keys.length);
  nav.append(back, button(nav.dataset.previous, "chevron-up", -1, place > 0 || list.previous), count, button(nav.dataset.next, "chevron-down", 1, place < list.keys.length - 1 || list.next));
  nav.hidden = false;
  for (const [name, step] of [["]", 1], ["ъ", 1], ["J", 1], ["О", 1], ["[", -1], ["х", -1], ["K", -1], ["Л", -1]]) key(name, () => go(step));
}

// Back in the list: where one was, with the record that one has been to in sight.
function comeBack() {
  const table = document.querySelector("table.list");
  if (!table) return;
  const stored = sessionStorage.getItem(kept(table.dataset.identity));
  const list = stored && JSON.parse(stored);
  if (!list || list.back !== location.pathname + location.search || !document.referrer.includes(`/admin/${table.dataset.identity}/details/`)) return;
  const last = document.referrer.split("/").at(-1).split(/[?#]/)[0];
  if (list.top) scrollTo(0, list.top);
  table.querySelector(`a.row-link[href$="${last}"]`)?.focus({ preventScroll: Boolean(list.top) });
}

if (nav) draw();
else comeBack();
