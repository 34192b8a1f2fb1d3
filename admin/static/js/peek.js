// The record beside its list: Space opens it, it follows the row that one stands on, Esc puts it away.
import { isField, isTyping, key } from "./keys.js";

const drawer = document.getElementById("peek");
const body = document.getElementById("peek-body");
const part = (name) => drawer.querySelector(`[data-peek-${name}]`);
const wide = matchMedia("(min-width: 1440px)");
const KEPT = "peek:split";
const isOpen = () => !drawer.hidden;
const links = () => [...document.querySelectorAll("#results .row-link")];
const rowOf = (node) => node?.closest?.("tr, .bcard") ?? null;
const linkIn = (node) => rowOf(node)?.querySelector(".row-link") ?? null;
let shown = null; // the address of the record that is shown
let shownAt = 0; // its number in a long list
let asking = null;
let timer = 0;
const isLong = () => Boolean(document.querySelector("#results .table-box.long"));

const isSplit = () => wide.matches && localStorage.getItem(KEPT) === "yes";
const current = () => links().findIndex((link) => link.pathname === shown);

async function show(link) {
  if (!link) return;
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  shown = link.pathname;
  drawer.hidden = false;
  document.body.classList.toggle("has-split", isSplit());
  mark();
  body.setAttribute("aria-busy", "true");
  import("./remember.js");
  import("./record.js"); // the steps in it are dialogs, as on the record's page
  const answer = await fetch(shown.replace("/details/", "/peek/"), { headers: { "HX-Request": "true" }, signal: asking.signal }).catch((problem) => problem);
  if (answer.name === "AbortError") return;
  const ended = answer.headers?.get("HX-Redirect");
  if (ended) return location.assign(ended);
  body.removeAttribute("aria-busy");
  if (answer.ok && !answer.redirected) body.innerHTML = await answer.text();
  else body.textContent = drawer.dataset.gone;
  window.htmx.process(body);
  document.dispatchEvent(new CustomEvent("peeked"));
  body.scrollTop = 0;
  part("said").textContent = body.firstElementChild?.dataset.title ?? body.textContent;
}

function mark() {
  for (const old of document.querySelectorAll(".peeked")) old.classList.remove("peeked");
  const at = current();
  rowOf(links()[at])?.classList.add("peeked");
  part("full").href = shown;
  const row = rowOf(links()[at]);
  if (row && isLong()) shownAt = Number(row.getAttribute("aria-rowindex")) - 2;
  const [n, all] = isLong() ? [shownAt + 1, Math.max(0, row?.closest("table").getAttribute("aria-rowcount") - 1) || "…"] : [at + 1, links().length];
  part("place").textContent = at < 0 ? "" : part("place").dataset.of.replace("{n}", n).replace("{all}", all);
  const page = (name) => isLong() ? null : document.querySelector(`#results .pages a[rel=${name}]`);
  drawer.querySelector('[data-peek-step="-1"]').disabled = at < 1 && !page("prev");
  drawer.querySelector('[data-peek-step="1"]').disabled = at + 1 >= links().length && !page("next");
}

function close() {
  asking?.abort();
  const inside = drawer.contains(document.activeElement);
  drawer.hidden = true;
  body.replaceChildren();
  document.body.classList.remove("has-split");
  for (const old of document.querySelectorAll(".peeked")) old.classList.remove("peeked");
  if (inside) links()[current()]?.focus({ preventScroll: true });
  shown = null;
  document.dispatchEvent(new CustomEvent("peeked"));
}

// At the end of a page its neighbour is fetched, and one goes on there.
let onward = 0;
async function step(by) {
  if (isLong() && !links()[current() + by]) await (await import("./long-leaps.js")).bring(shownAt + by);
  const all = links();
  const to = all[current() + by];
  if (to) {
    show(to);
    rowOf(to).scrollIntoView({ block: "nearest", inline: "nearest" });
    if (!drawer.contains(document.activeElement)) to.focus({ preventScroll: true });
    return;
  }
  const page = document.querySelector(`#results .pages a[rel=${by > 0 ? "next" : "prev"}]`);
  if (!page || isLong()) return;
  onward = by;
  page.click();
}
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!isOpen()) return;
  if (onward && target.id === "results") {
    const all = links();
    const to = onward > 0 ? all[0] : all.at(-1);
    onward = 0;
    if (to && !drawer.contains(document.activeElement)) to.focus({ preventScroll: true });
    show(to);
  } else if (current() < 0) { mark(); } else mark();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const at = document.activeElement;
  if (event.key === " " && !isTyping() && !at.closest("button, summary, [role=button]") && linkIn(at) && at.closest("#results")) {
    event.preventDefault();
    if (isOpen() && linkIn(at).pathname === shown) close();
    else show(linkIn(at));
  } else if (event.key === "F6" && isOpen()) {
    event.preventDefault();
    if (drawer.contains(at)) links()[current()]?.focus();
    else body.focus();
  } else if (event.key === "Escape" && isOpen() && !isField(at) && !event.defaultPrevented) {
    event.preventDefault();
    close();
  }
});
// Inside the drawer the keys of the list go on along it.
const STEPS = { j: 1, о: 1, ArrowDown: 1, k: -1, л: -1, ArrowUp: -1 };
drawer.addEventListener("keydown", (event) => {
  if (!STEPS[event.key] || isTyping() || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  step(STEPS[event.key]);
});
// It follows the row that one stands on.
document.addEventListener("focusin", ({ target }) => {
  const link = isOpen() && target.closest("#results") ? linkIn(target) : null;
  if (!link || link.pathname === shown || document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(link), 90);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-peek]");
  if (button) return show(linkIn(button));
  if (event.target.closest("[data-peek-close]")) return close();
  const by = event.target.closest("[data-peek-step]");
  if (by) return step(Number(by.dataset.peekStep));
  if (event.target.closest("[data-peek-split]")) split(!isSplit());
});

function split(on) {
  localStorage.setItem(KEPT, on ? "yes" : "");
  part("split").setAttribute("aria-pressed", String(on));
  document.body.classList.toggle("has-split", on && isOpen());
}
wide.addEventListener("change", () => document.body.classList.toggle("has-split", isSplit() && isOpen()));
part("split").setAttribute("aria-pressed", String(isSplit()));
if (isSplit() && links().length) show(links()[0]);

// A step that was done here is drawn in the row, which stays where it is.
document.addEventListener("saved", async () => {
  const at = links()[current()]?.closest("tr");
  if (!isOpen() || !at) return;
  if (isLong()) return (await import("./live/rows.js")).renew(shown.split("/").at(-1));
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  const row = [...fresh.content.querySelectorAll(".row-link")].find((link) => link.getAttribute("href") === shown)?.closest("tr");
  if (row && !at.querySelector("form") && !at.contains(document.activeElement)) at.replaceWith(row);
  mark();
});
key("o", () => (isOpen() ? part("full").click() : undefined));
