// On a record: back to the list that one came from as it was, and on to the record before and after.
import { key } from "./keys.js";
import { kept, linked } from "./listed.js";

const nav = document.getElementById("walk");
const at = () => location.pathname.split("/").at(-1);

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

if (nav) draw();
