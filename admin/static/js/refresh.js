// Parts of a page are drawn anew after something has changed. What somebody types in stays, and so do focus and scroll.
const latest = new Map();
const MENU = ".dropdown-menu.show";
const words = document.getElementById("modal")?.dataset ?? {};

/** Fetch each part's address once; `who` changed something, if it was another person. */
export async function refresh(who = "") {
  const addresses = new Set([...document.querySelectorAll("[data-part]")].map((part) => part.dataset.part));
  await Promise.all([...addresses].map((address) => renew(address, who)));
}

async function renew(address, who) {
  const turn = Symbol("renew");
  latest.set(address, turn);
  const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || latest.get(address) !== turn) return;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  const fresh = [...box.content.querySelectorAll("[data-part]")].filter((part) => !part.parentElement?.closest("[data-part]"));
  keepPlace(() => {
    for (const part of fresh) {
      const old = document.getElementById(part.id);
      if (old?.dataset.part === part.dataset.part) put(old, part, who);
    }
  });
  document.dispatchEvent(new CustomEvent("renewed"));
  document.body.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true, detail: { elt: document.body } }));
}

/** Whether somebody is at work in a part of the page: an open form, a menu, a field with the focus. */
function isUsed(part) {
  const at = document.activeElement;
  return Boolean(part.querySelector(".slot > form, form[data-dirty], .dropdown-menu.show")
    || (part.contains(at) && at.matches("input, select, textarea")));
}

/** Whether a row has asked for something that will come into it: another row in its place would never show it. */
const isAsking = (part) => Boolean(part.querySelector("tbody .htmx-request"));

function put(old, part, who) {
  const isOpen = Boolean(old.querySelector(MENU));
  if (isOpen) waiting = { who };
  const [table, now] = [old.querySelector(":scope table"), part.querySelector(":scope table")];
  const [list, items] = [old.querySelector("[data-grows]"), part.querySelector("[data-grows]")];
  const isMerged = Boolean(table?.tBodies.length && now?.tBodies[0]?.id);
  if (isOpen && (list || !isMerged)) return;
  if (list && items) grow(list, items);
  else if (!isUsed(old) && !(isMerged && isAsking(old))) replace(old, part);
  else if (isMerged) mergeRows(old, part, who);
  else tellNews(old, who, () => replace(old, part));
}

// A place for files keeps what is on its way, and hears of what is being chosen at this moment.
function replace(old, part) {
  carryOpened(old, part);
  for (const kept of old.querySelectorAll("[hx-preserve][id]")) part.querySelector(`#${CSS.escape(kept.id)}`)?.replaceWith(kept);
  old.replaceWith(part);
  window.htmx.process(part);
}

// Rows one by one: the one that is being edited stays as it is, and says what happened to it.
function mergeRows(old, part, who) {
  const [table, now] = [old.querySelector("table"), part.querySelector("table")];
  const known = new Map([...table.tBodies].map((body) => [body.id, body]));
  let last = table.tHead;
  for (const body of [...now.tBodies]) {
    const mine = known.get(body.id);
    known.delete(body.id);
    if (mine && (isUsed(mine) || isAsking(mine))) {
      if (who && body.id.startsWith("row-") && rowText(mine) !== rowText(body)) tellNews(mine.querySelector(".slot"), who, () => replace(mine, body));
      else keepRow(mine, body);
      last.after(mine);
      last = mine;
    } else {
      if (mine) replace(mine, body);
      last.after(body);
      if (!mine) window.htmx.process(body);
      last = body;
    }
  }
  for (const gone of known.values()) if (!isUsed(gone)) gone.remove();
  if (table.tHead && now.tHead) table.tHead.replaceWith(now.tHead);
  table.tFoot?.remove();
  if (now.tFoot) table.append(now.tFoot);
  const [title, heading] = [old.querySelector("h2"), part.querySelector("h2")];
  if (title && heading) title.replaceWith(heading);
}

const rowText = (body) => body.rows[0]?.textContent.replace(/\s+/g, " ") ?? "";

// Behind an open form the row itself is renewed; one whose menu is open waits.
function keepRow(mine, body) {
  if (mine.querySelector(".slot > form") && mine.rows[0] && body.rows[0] && mine.rows[0] !== body.rows[0] && body.id.startsWith("row-")) {
    const row = body.rows[0];
    mine.rows[0].replaceWith(row);
    window.htmx.process(row);
  }
}

// A list that was read further down keeps what was fetched since.
function grow(list, items) {
  const fresh = [...items.children];
  const marked = fresh.filter((item) => item.id);
  const end = [...list.children].findIndex((item) => item.id && item.id === marked.at(-1)?.id);
  const tail = end < 0 ? [] : [...list.children].slice(end + 1);
  list.replaceChildren(...(tail.length ? marked : fresh), ...tail);
  for (const item of fresh) if (item.isConnected) window.htmx.process(item);
}

// What was opened under a row stays open, with what had been fetched into it.
function carryOpened(old, part) {
  for (const open of old.querySelectorAll("details[id][open]")) {
    const now = part.querySelector(`#${CSS.escape(open.id)}`);
    if (!now) continue;
    for (const box of [...now.children].filter((child) => child.id)) {
      const had = open.querySelector(`#${CSS.escape(box.id)}[data-part]`);
      if (had) box.replaceWith(had);
    }
    now.open = true;
  }
}

function tellNews(place, who, show) {
  if (!place) return;
  place.querySelector(":scope > .news")?.remove();
  const line = Object.assign(document.createElement("p"), { className: "news" });
  line.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: words.show });
  button.addEventListener("click", () => keepPlace(show));
  line.append(words.changed.replace("{who}", who || words.somebody), " ", button);
  place.prepend(line);
}

function keepPlace(change) {
  const seen = [...document.querySelectorAll("tbody[id], [data-part][id]")].find((part) => part.getBoundingClientRect().bottom > 64);
  const [id, top] = [seen?.id, seen?.getBoundingClientRect().top ?? 0];
  const at = document.activeElement;
  const focus = at !== document.body ? at?.id : "";
  change();
  const now = id && document.getElementById(id);
  if (now && scrollY > 0) scrollBy(0, now.getBoundingClientRect().top - top);
  if (focus && document.activeElement === document.body) document.getElementById(focus)?.focus({ preventScroll: true });
}

// Under an open menu nothing is drawn anew; once it is closed, whatever waited is.
let waiting = null;
const sections = new Set();
const isUnderMenu = (part) => part.matches?.("[data-refresh]") && part.querySelector(MENU);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isUnderMenu(event.detail.elt)) return;
  event.preventDefault();
  sections.add(event.detail.elt.id);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isUnderMenu(event.detail.target)) return;
  event.detail.shouldSwap = false;
  sections.add(event.detail.target.id);
});
document.addEventListener("hidden.bs.dropdown", () => {
  const who = waiting?.who;
  waiting = null;
  if (who !== undefined) refresh(who);
  for (const id of sections) {
    const part = document.getElementById(id);
    if (part) window.htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part, swap: "outerHTML" });
  }
  sections.clear();
});

// What others change: changes that come close together are one refresh, which names the last person.
let soon = 0;
export function later(who) {
  clearTimeout(soon);
  soon = setTimeout(() => document.body.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: { who } })), 150);
}
