// A call: the draft is saved as it is typed, clients are chosen by arrows, Ctrl+Enter hands it off.
import { tell } from "./toasts.js";

const WAIT = 200;
const form = () => document.getElementById("intake");
const state = () => document.getElementById("draft-state");
let timer = 0;
let saving = null;
let again = false;
let sent = false;

// One saving at a time; what is typed meanwhile is saved after it.
async function save() {
  stop();
  if (sent) return;
  if (saving) {
    again = true;
    return;
  }
  saving = post();
  try {
    await saving;
  } finally {
    saving = null;
  }
  if (again) {
    again = false;
    save();
  }
}

async function post() {
  try {
    const headers = { "HX-Request": "true" };
    const body = new URLSearchParams(new FormData(form()));
    const answer = await fetch("/admin/intake/draft", { method: "POST", body, headers, keepalive: true });
    if (answer.ok) state().innerHTML = await answer.text();
  } catch {
    tell("offline");
  }
}

function stop() {
  clearTimeout(timer);
  timer = 0;
}

function soon() {
  stop();
  timer = setTimeout(save, WAIT);
}

document.addEventListener("input", (event) => {
  if (event.target.form === form()) soon();
});
document.addEventListener("click", ({ target }) => {
  const remover = target.closest("[data-drop-upload], #drop-intake-list button");
  if (remover?.matches("[data-drop-upload]")) remover.closest("li").remove();
  if (remover) soon();
});
addEventListener("pagehide", () => {
  if (timer) save();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form() && !state().contains(event.target)) return;
  sent = true; // sent off, or put away: what is typed is not to come back as a draft
  stop();
});
addEventListener("pageshow", () => { sent = false; });

// The clients that are offered: arrows choose, Enter takes, Escape puts away.
const options = () => [...document.querySelectorAll("#matches [role=option]")];
const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

function choose(field, to) {
  const all = options();
  if (!all.length) return;
  const at = (to + all.length) % all.length;
  all.forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
  field.setAttribute("aria-activedescendant", all[at].id);
  all[at].scrollIntoView({ block: "nearest" });
}

function told() {
  const open = options().length > 0;
  for (const field of document.querySelectorAll("#intake [role=combobox]")) {
    field.setAttribute("aria-expanded", String(open));
    field.removeAttribute("aria-activedescendant");
  }
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.form !== form()) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form().requestSubmit();
    return;
  }
  const at = chosen();
  if (field.getAttribute("role") === "combobox" && options().length) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(field, event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      document.getElementById("matches").replaceChildren();
      told();
      return;
    }
  }
  // Enter in a line never sends the call: only Ctrl+Enter and the button do.
  if (event.key === "Enter" && field.matches("input:not([type=file])")) {
    event.preventDefault();
    if (field.getAttribute("role") === "combobox" && at >= 0) options()[at].click();
  }
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  told();
  if (detail.pathInfo?.requestPath !== "/admin/intake/step" && detail.requestConfig?.path !== "/admin/intake/step") return;
  (form().querySelector("[data-focus]") ?? form().querySelector("[aria-invalid=true]"))?.focus();
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.pathInfo.requestPath === "/admin/intake/step") stop();
});
(document.querySelector("#intake [aria-invalid=true]") ?? document.querySelector("#intake [autofocus]"))?.focus();
