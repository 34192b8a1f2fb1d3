// A board and a calendar: cards dragged, moved by keys or by a menu. A refusal puts the card back where it was.
import { isTyping, key } from "./keys.js";

const refreshed = (...told) => import("./refresh.js").then(({ refresh }) => refresh(...told));
const whole = () => document.querySelector("#board, #calendar");
const isBoard = () => whole()?.id === "board";
const places = () => [...whole().querySelectorAll(isBoard() ? ".lane" : ".day")];
const placeOf = (node) => node?.closest?.("#board .lane, #calendar .day") ?? null;
const cardOf = (node) => node?.closest?.(".bcard") ?? null;
const cardsIn = (place) => [...place.querySelectorAll(".bcard")];
const stand = (card) => {
  const link = card?.querySelector(".row-link");
  link?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
};
let dragged = null;
let pending = null; // a card that waits for its answer, with the place that it came from

const leadsTo = (card, place) => !isBoard() || placeOf(card).dataset.ends.split(" ").includes(place.dataset.value);

async function move(card, place) {
  if (!place || place === placeOf(card) || pending) return;
  const { identity, by } = whole().dataset;
  const address = `/admin/${identity}/${isBoard() ? "move" : "reschedule"}/${card.dataset.key}?by=${by}`;
  const list = place.querySelector("ul") ?? place.insertBefore(document.createElement("ul"), place.querySelector("h3")?.nextSibling ?? null);
  pending = { card, home: card.parentElement, before: card.nextElementSibling, address };
  list.prepend(card);
  card.classList.add("is-moving");
  stand(card);
  await window.htmx.ajax("POST", address, {
    source: whole(), target: "#modal-body", swap: "innerHTML", values: { to: place.dataset.value, seen: card.dataset.seen },
  });
}

function putBack() {
  if (!pending) return;
  const { card, home, before } = pending;
  pending = null;
  card.classList.remove("is-moving");
  if (!home.isConnected) return;
  home.insertBefore(card, before?.parentElement === home ? before : null);
  stand(card);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!pending || detail.requestConfig?.path !== pending.address || (detail.xhr.status && detail.xhr.status < 400)) return;
  putBack();
  refreshed(); // somebody was quicker, or no step leads there: what stands here now is drawn
});
document.addEventListener("saved", () => { pending = null; });
// A form that is closed without being sent leaves the card where it was.
document.getElementById("modal")?.addEventListener("close", () => setTimeout(putBack, 0));

document.addEventListener("dragstart", (event) => {
  const card = cardOf(event.target);
  if (!card || !card.draggable) return;
  dragged = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.querySelector(".row-link").textContent);
  for (const place of places()) place.classList.toggle("is-closed", place !== placeOf(card) && !leadsTo(card, place));
});
document.addEventListener("dragend", () => {
  dragged = null;
  for (const place of places()) place.classList.remove("is-closed", "is-over");
});
document.addEventListener("dragover", (event) => {
  const place = dragged && placeOf(event.target);
  if (!place) return;
  event.preventDefault();
  for (const other of places()) other.classList.toggle("is-over", other === place);
});
document.addEventListener("drop", (event) => {
  const place = dragged && placeOf(event.target);
  if (!place) return;
  event.preventDefault();
  move(dragged, place);
});

// Arrows go along the cards; with Shift they move the card to the next column or day.
function beside(card, step) {
  const all = places();
  return all[all.indexOf(placeOf(card)) + step] ?? null;
}
function across(card, step) {
  const all = places();
  const place = cardsIn(placeOf(card)).indexOf(card);
  for (let at = all.indexOf(placeOf(card)) + step; all[at]; at += step) {
    const found = cardsIn(all[at]);
    if (found.length) return found[Math.min(place, found.length - 1)];
  }
  return null;
}
function along(card, step) {
  const found = cardsIn(placeOf(card));
  return found[found.indexOf(card) + step] ?? (isBoard() ? null : across(card, step));
}
const STEPS = { ArrowLeft: [across, -1], ArrowRight: [across, 1], ArrowUp: [along, -1], ArrowDown: [along, 1] };
const WEEK = 7;

document.addEventListener("keydown", (event) => {
  const card = cardOf(document.activeElement);
  const step = STEPS[event.key];
  if (!card || !step || !whole() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const [go, by] = step;
  if (!event.shiftKey) return stand(go(card, by));
  if (!card.draggable) return;
  if (isBoard() && go === across) move(card, beside(card, by));
  if (!isBoard()) move(card, beside(card, go === across ? by : by * WEEK));
});
function first(step) {
  const all = [...whole().querySelectorAll(".bcard")];
  const at = all.indexOf(cardOf(document.activeElement));
  stand(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}
if (whole()) {
  key("j", () => first(1));
  key("k", () => first(-1));
  key("m", () => cardOf(document.activeElement)?.querySelector("[data-move]")?.click());
  for (const [name, step] of [["[", "-1"], ["х", "-1"], ["]", "1"], ["ъ", "1"]]) key(name, () => document.querySelector(`#calendar [data-days="${step}"]`)?.click());
}

// Columns that have grown stay grown when the board is drawn anew.
document.addEventListener("htmx:afterSettle", () => {
  if (!isBoard() || isTyping()) return;
  const most = Math.max(...places().map((place) => cardsIn(place).length));
  const address = new URL(whole().dataset.part, location.origin);
  if (most <= 20 || most <= Number(address.searchParams.get("cards"))) return;
  address.searchParams.set("cards", Math.min(100, Math.ceil(most / 20) * 20));
  whole().dataset.part = address.pathname + address.search;
});

// Each column has its own height, and keeps where it was read to.
const read = new Map();
document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.(".lane-cards")) read.set(placeOf(target).dataset.value, target.scrollTop);
}, true);
document.addEventListener("renewed", () => {
  for (const place of isBoard() ? places() : []) place.querySelector("ul").scrollTop = read.get(place.dataset.value) ?? 0;
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-look-by]")) location.assign(target.value);
});

// What others do with a card that stands here is drawn, unless one is in the middle of something.
let soon = 0;
document.body.addEventListener("deal-changed", ({ detail }) => {
  const keys = [detail.deal_id, detail.record_id].filter(Boolean);
  if (!keys.some((one) => document.getElementById(`at-${one}`))) return;
  clearTimeout(soon);
  soon = setTimeout(() => { if (!dragged && !pending && !document.querySelector("dialog[open]")) refreshed(); }, 900);
});
