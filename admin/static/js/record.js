// A record's page: dialogs of verbs, letters on buttons, forms that are not lost, focus that stays.
import "./lookup.js";
import { isField, key } from "./keys.js";

const modal = () => document.getElementById("modal");
let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-refresh]") && elt.querySelector("form[data-dirty]")) event.preventDefault();
  else if (elt.getAttribute("hx-target") === "#modal-body" && !modal()?.contains(elt)) opener = elt.id || null;
});

// What somebody has begun to type since the answer was asked for stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.matches("[data-refresh]") && target.querySelector("form[data-dirty]")) event.detail.shouldSwap = false;
});

// What was folded open stays open when its section is drawn anew.
const unfolded = new Set();
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details[id]")) unfolded[target.open ? "add" : "delete"](target.id);
}, true);
document.addEventListener("htmx:afterSettle", ({ target }) => {
  for (const part of target.querySelectorAll("details[id]")) part.open ||= unfolded.has(part.id);
});

// A dialog opens when it has been filled and closes when its form is done.
document.addEventListener("htmx:afterSwap", (event) => {
  bindLetters();
  const dialog = modal();
  if (event.detail.target.id === "modal-body" && dialog) {
    if (event.detail.target.childElementCount && !dialog.open) dialog.showModal();
    if (!event.detail.target.childElementCount && dialog.open) dialog.close();
    firstField(event.detail.target)?.focus();
  } else if (event.detail.target.classList.contains("slot")) {
    firstField(event.detail.target)?.focus();
  } else if (!event.detail.target.matches("[aria-live]")) {
    document.querySelector('[aria-invalid="true"]')?.focus();
  }
});

function goBack() {
  const at = document.activeElement;
  if (!opener || modal()?.open || at !== document.body && !modal()?.contains(at)) return;
  (document.getElementById(opener) ?? document.getElementById("more") ?? document.getElementById("edit"))?.focus();
}
document.addEventListener("htmx:afterSettle", goBack);
modal()?.addEventListener("close", goBack);

function firstField(box) {
  return box.querySelector('[aria-invalid="true"]')
    ?? box.querySelector("input:not([type=hidden]), select, textarea")
    ?? box.querySelector("button[type=submit]");
}

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close-dialog]");
  if (closer && modal()?.open) {
    event.preventDefault();
    modal().close();
  }
  const dismiss = event.target.closest("[data-dismiss-form]");
  if (dismiss) leaveForm(dismiss.closest("form"));
});

function leaveForm(form) {
  const section = form.closest("section");
  form.remove();
  section?.querySelector('[id$="-add"]')?.focus();
}

// What was typed is guarded: a changed form asks before it is left.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});
document.addEventListener("submit", (event) => {
  delete event.target.dataset.dirty;
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
  }
  if (event.key === "Escape" && form?.matches(".inline-form") && !event.defaultPrevented) {
    event.preventDefault();
    if (!form.dataset.dirty) leaveForm(form);
    else document.activeElement.blur();
  }
  const whole = document.querySelector("form[data-escape]:not([data-dirty])");
  if (event.key === "Escape" && whole && !isField(event.target)) location.assign(whole.dataset.escape);
});

// Letters of verbs work wherever nobody types.
function bindLetters() {
  for (const button of document.querySelectorAll("[data-key]")) {
    key(button.dataset.key, () => document.querySelector(`[data-key="${button.dataset.key}"]`)?.click());
  }
}
bindLetters();
const whole = document.querySelector("form.record-form");
if (whole) firstField(whole)?.focus();
