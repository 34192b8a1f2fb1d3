// A record's page: dialogs of verbs, letters on buttons, forms that are not lost, focus that stays.
import { keysOnDemand, onDemand } from "./demand.js";
import { isField, key } from "./keys.js";
import "./listed.js";

const modal = () => document.getElementById("modal");
let opener = null;
onDemand(() => import("./lookup.js"), ["focusin", "mousedown", "input"], ({ target }) => target.matches?.('.lookup [role="combobox"]'));
onDemand(() => import("./proposals.js"), ["click"], ({ target }) => target.closest("[data-proposal]"), { holds: true });

// Parts of the page are drawn anew when something was saved here, or changed by others; not under an open menu.
const refreshing = () => import("./refresh.js");
const isHere = ({ deal_id, client_id, record_id }) => [deal_id, client_id, record_id].includes(document.getElementById("record-head")?.dataset.record);
document.addEventListener("saved", ({ detail }) => refreshing().then(({ refresh }) => refresh(detail?.who ?? "")));
document.body.addEventListener("deal-changed", ({ detail }) => {
  if (detail.op !== "note" && isHere(detail)) refreshing().then(({ later }) => later(detail.mine ? "" : detail.actor));
});
document.body.addEventListener("live-reset", () => refreshing().then(({ later }) => later("")));
document.addEventListener("show.bs.dropdown", refreshing);

// Who comes from a list goes on along it.
const identity = document.getElementById("walk")?.dataset.identity;
if (identity && sessionStorage.getItem(`list:${identity}`)) {
  import("./walk.js");
  keysOnDemand(() => import("./walk.js"), [..."]ъJО[хKЛ"]);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-refresh]") && elt.querySelector("form[data-dirty]")) event.preventDefault();
  else if (elt.matches("[hx-target='#modal-body'], [data-edit]") && !modal()?.contains(elt)) opener = elt.id || null;
});

// What somebody has begun to type since the answer was asked for stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.matches("[data-refresh]") && target.querySelector("form[data-dirty]")) event.detail.shouldSwap = false;
});

// What was folded open stays open when its section is drawn anew.
const unfolded = new Set();
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches("details[id]")) return;
  unfolded[target.open ? "add" : "delete"](target.id);
  document.querySelector(`[data-unfold="${target.id}"]`)?.setAttribute("aria-expanded", String(target.open));
}, true);
document.addEventListener("click", (event) => {
  const part = document.getElementById(event.target.closest?.("[data-unfold]")?.dataset.unfold);
  if (part) part.open = !part.open;
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  for (const part of target.querySelectorAll("details[id]")) part.open ||= unfolded.has(part.id);
});

// A dialog opens when it has been filled and closes when its form is done.
document.addEventListener("htmx:afterSwap", (event) => {
  bindLetters();
  const dialog = modal();
  if (event.detail.target.id === "modal-body" && dialog) {
    htmx.process(event.detail.target);  // before anybody can send it: htmx itself waits until it has settled
    if (event.detail.target.childElementCount && !dialog.open) dialog.showModal();
    if (!event.detail.target.childElementCount && dialog.open) dialog.close();
    firstField(event.detail.target)?.focus();
  } else if (event.detail.target.classList.contains("slot")) {
    firstField(event.detail.target)?.focus();
  } else if (!event.detail.target.matches("[aria-live]")) {
    document.querySelector('[aria-invalid="true"]')?.focus();
  }
});

// The focus goes back to where it came from, or to the nearest button of the same row.
function goBack() {
  const at = document.activeElement;
  if (!opener || modal()?.open || at !== document.body && !modal()?.contains(at)) return;
  const near = [opener, `more-${opener.slice(-12)}`, "more", "edit"];
  near.map((id) => document.getElementById(id)).find((button) => button?.offsetParent)?.focus({ preventScroll: true });
}
document.addEventListener("htmx:afterSettle", goBack);
document.addEventListener("renewed", () => { bindLetters(); goBack(); });
modal()?.addEventListener("close", goBack);

// What was typed into a dialog is asked after before it is put away.
function mayLeave() {
  return !modal().querySelector("form[data-typed]") || confirm(modal().dataset.leave);
}
modal()?.addEventListener("input", ({ target }) => { if (target.form) target.form.dataset.typed = "yes"; });
modal()?.addEventListener("close", () => modal().querySelector("form[data-typed]")?.removeAttribute("data-typed"));

// A box that is written into again and again is empty once its text is saved.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.elt.matches("form[data-empties]") || !detail.successful) return;
  detail.elt.reset();
  delete detail.elt.dataset.dirty;
});

function firstField(box) {
  return box.querySelector('[aria-invalid="true"]')
    ?? box.querySelector("input:not([type=hidden]), select, textarea")
    ?? box.querySelector("button[type=submit]");
}

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close-dialog]");
  if (closer && modal()?.open) {
    event.preventDefault();
    if (mayLeave()) modal().close();
  }
  const dismiss = event.target.closest("[data-dismiss-form]");
  if (dismiss) leaveForm(dismiss.closest("form"));
});

function leaveForm(form) {
  const [slot, section] = [form.closest(".slot"), form.closest("section")];
  form.remove();
  slot?.querySelector(":scope > .news")?.remove();
  const back = slot?.id.startsWith("slot-") ? `more-${slot.id.slice(-12)}` : `${section?.id}-add`;
  document.getElementById(back)?.focus();
  refreshing().then(({ refresh }) => refresh());
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
    if (!form.dataset.dirty || confirm(modal().dataset.leave)) leaveForm(form);
  }
  if (event.key === "Escape" && modal()?.open && !event.defaultPrevented && modal().querySelector("form[data-typed]")) {
    event.preventDefault();
    if (mayLeave()) modal().close();
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
