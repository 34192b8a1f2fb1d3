// Why this number: a sum is a button, its answer opens in a drawer; sums in an answer lead further, and back.
import { key } from "./keys.js";

const drawer = document.getElementById("why-drawer");
const body = document.getElementById("why-body");
const back = drawer?.querySelector("[data-why-back]");
const way = [];
let turn = 0;

/** Whose sum it is: `identity/key/field` as it stands, or a field of the row, whose first link names the record. */
function addressOf(button) {
  const told = button.dataset.why;
  if (told.includes("/")) return told;
  const link = button.closest("tr")?.querySelector('a[href*="/details/"]');
  const found = /\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})/.exec(link?.getAttribute("href") ?? "");
  return found ? `${found[1]}/${found[2]}/${told}` : "";
}

async function show(address) {
  const mine = ++turn;
  const further = drawer.open;
  body.setAttribute("aria-busy", "true");
  const answer = await fetch(`/admin/why/${encodeURI(address)}`, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text() : "";
  if (mine !== turn) return;
  body.removeAttribute("aria-busy");
  if (further && !drawer.open) return;
  if (html) body.innerHTML = html;
  else body.replaceChildren(gone());
  back.hidden = way.length < 2;
  if (!drawer.open) drawer.showModal();
  body.scrollTop = 0;
  body.focus({ preventScroll: true });
}

function gone() {
  const title = Object.assign(document.createElement("h2"), { id: "why-title", textContent: drawer.dataset.ask });
  const said = Object.assign(document.createElement("p"), { textContent: drawer.dataset.gone });
  const box = document.createElement("div");
  box.append(title, said);
  return box;
}

function ask(button) {
  const address = addressOf(button);
  if (!address) return;
  if (!drawer.contains(button)) way.length = 0;
  way.push(address);
  show(address);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".why[data-why]");
  if (!button || !drawer) return;
  event.preventDefault();
  ask(button);
});

drawer?.addEventListener("click", (event) => {
  if (event.target === drawer || event.target.closest("[data-why-close]")) drawer.close();
  if (event.target.closest("[data-why-back]")) {
    way.pop();
    show(way.at(-1));
  }
});
// Told with the next frame, by which time another sum may have been asked about.
drawer?.addEventListener("close", () => {
  if (!drawer.open) body.replaceChildren();
});

// What a sum does is said when one comes to it, not in every cell of the page.
function tell({ target }) {
  const button = target.closest?.(".why[data-why]");
  if (!button || button.title) return;
  button.title = drawer.dataset.ask;
  button.setAttribute("aria-haspopup", "dialog");
}
if (drawer) for (const name of ["pointerover", "focusin"]) document.addEventListener(name, tell);

// In a row the key asks for its first sum.
key("=", () => {
  const at = document.activeElement;
  const row = at?.closest?.("tr, [data-row], .card");
  (at?.matches?.(".why") ? at : row?.querySelector(".why[data-why]") ?? document.querySelector("main .why[data-why]"))?.click();
});
