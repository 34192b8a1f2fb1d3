// What a field was: after a moment under a resting pointer, by the key u, by a long touch or a tap on its label.
import { key } from "./keys.js";

const REST = 900; // a pointer that rests, not one that passes
const LEAVE = 300;
const TOUCH = 550;
const card = Object.assign(document.createElement("div"), { className: "field-card", tabIndex: -1 });
card.setAttribute("popover", "manual");
card.setAttribute("role", "dialog");
card.setAttribute("aria-labelledby", "field-story-title");
document.body.append(card);
let at = null; // the field whose story is shown
let turn = 0;
let [resting, leaving, touching] = [0, 0, 0];

/** The element of a field and the address of its story; nothing for what belongs to another record. */
function fieldOf(node) {
  const told = node?.closest?.("[data-field], [data-field-of]");
  if (told) {
    const name = told.dataset.field || told.dataset.fieldOf;
    const head = told.closest("[data-record]");
    const whose = told.closest("[data-past]")?.dataset.past ?? (head ? head.dataset.part.replace("/admin/", "").replace("details/", "") : "");
    return name && whose ? { node: told, address: address(whose, name) } : null;
  }
  const cell = node?.closest?.("table.list tbody td:not(.pick), table.list tbody th");
  const name = cell?.closest("table").tHead.rows[0].cells[cell.cellIndex]?.dataset.name;
  const link = cell?.closest("tr").querySelector(".row-link");
  const found = /\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})/.exec(link?.getAttribute("href") ?? "");
  if (!found || !name || /[.:]/.test(name) || cell.querySelector("form")) return null;
  return { node: cell, address: address(`${found[1]}/${found[2]}`, name) };
}

function address(whose, name) {
  const [identity, id] = whose.split("/");
  return `/admin/${identity}/field/${id}/${name}`;
}

async function show(field, { focus = false } = {}) {
  if (!field) return;
  const mine = ++turn;
  const answer = await fetch(field.address, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  if (mine !== turn || !answer?.ok || answer.redirected) return;
  const html = await answer.text();
  if (mine !== turn || !field.node.isConnected || document.querySelector("dialog[open]")) return;
  hide();
  turn = mine;
  at = field.node;
  card.innerHTML = html;
  window.htmx?.process(card);
  at.classList.add("has-story");
  card.showPopover();
  place();
  if (focus) card.focus({ preventScroll: true });
}

function place() {
  const [box, own] = [at.getBoundingClientRect(), card.getBoundingClientRect()];
  const below = box.bottom + 6 + own.height < innerHeight || box.top < own.height + 6;
  card.style.top = `${Math.max(4, below ? Math.min(box.bottom + 6, innerHeight - own.height - 4) : box.top - own.height - 6)}px`;
  card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
}

function hide() {
  turn += 1;
  clearTimeout(resting);
  const back = card.contains(document.activeElement) ? at : null;
  at?.classList.remove("has-story");
  at = null;
  if (card.matches(":popover-open")) card.hidePopover();
  if (back?.isConnected) (back.querySelector(".row-link") ?? back).focus({ preventScroll: true });
}

// A pointer that moves on starts anew; one that left for the card has not left.
document.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse") return;
  clearTimeout(resting);
  if (card.contains(event.target) || at?.contains(event.target)) {
    clearTimeout(leaving);
    leaving = 0;
    return;
  }
  if (at && !leaving && !card.contains(document.activeElement)) leaving = setTimeout(() => { leaving = 0; hide(); }, LEAVE);
  if (event.buttons || document.querySelector("dialog[open]")) return;
  const target = event.target;
  if (target.closest?.("[data-field]:not([data-story]), table.list tbody")) resting = setTimeout(() => show(fieldOf(target)), REST);
}, { passive: true });
document.addEventListener("pointerdown", (event) => {
  clearTimeout(resting);
  touching = 0;
  if (card.contains(event.target)) return;
  if (at) hide();
  if (event.pointerType === "touch" && fieldOf(event.target)) {
    const target = event.target;
    touching = setTimeout(() => { touching = -1; show(fieldOf(target)); }, TOUCH);
  }
});
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => { if (touching > 0) { clearTimeout(touching); touching = 0; } });
}
// The menu and the click of a long touch would do something else.
for (const name of ["contextmenu", "click"]) {
  document.addEventListener(name, (event) => {
    if (touching !== -1 || card.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    if (name === "click") touching = 0;
  }, true);
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-story-close]")) return hide();
  const asked = event.target.closest?.("[data-story], dt[data-field-of]");
  if (asked) show(fieldOf(asked), { focus: asked.matches("button") });
});
addEventListener("scroll", (event) => { if (at && !card.contains(event.target)) hide(); }, { capture: true, passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !at) return;
  event.preventDefault();
  event.stopPropagation();
  hide();
}, true);
// What follows happens in a dialog.
document.addEventListener("htmx:afterRequest", ({ target }) => { if (card.contains(target)) hide(); });

key("u", () => {
  const field = fieldOf(document.activeElement);
  if (field) show(field, { focus: true });
  else document.querySelector('[data-key="u"]')?.click();
});
