// The shell's behaviour: toasts, dialogs, keys, and the form token on htmx requests.
import { showToast, closeToasts, tell } from "./toasts.js";
import { isTyping, key } from "./keys.js";
import "./copy.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token();
});
document.addEventListener("toast", (event) => showToast(event.detail));
document.addEventListener("htmx:sendError", () => tell("offline"));
document.addEventListener("htmx:responseError", ({ detail }) => { if (!said(detail.xhr)) tell("broken"); });

// What was asked by a button that has been drawn anew meanwhile is told to the page: htmx tells it to the lost button alone.
const said = (xhr) => xhr.getResponseHeader("HX-Trigger");
document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState !== XMLHttpRequest.DONE || elt.isConnected) return;
    if (said(xhr)) for (const [name, detail] of Object.entries(JSON.parse(said(xhr)))) tellAll(name, detail);
    else if (xhr.status >= 400) tell("broken");
  });
  xhr.addEventListener("error", () => { if (!elt.isConnected) tell("offline"); });
});
const tellAll = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const dialog = event.target;
  if (dialog instanceof HTMLDialogElement && dialog.open && event.target === dialog) dialog.close();
});

// A double click on a button does one thing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// Who signs out wants no more notifications in this browser: its push service will say that it is gone.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches('[action="/admin/logout"]') || !("serviceWorker" in navigator)) return;
  event.preventDefault();
  const workers = await navigator.serviceWorker.getRegistrations();
  const ours = await Promise.all(workers.map((worker) => worker.pushManager?.getSubscription()));
  await Promise.allSettled(ours.filter(Boolean).map((one) => one.unsubscribe()));
  form.submit();
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

key("?", () => document.getElementById("shortcuts")?.showModal());
key("v", () => document.querySelector("[data-call]")?.click());
key("z", () => [...document.querySelectorAll("#toasts form button")].at(-1)?.click());
// Step by step through what one has done in the last minutes, on whatever page; in a field the keys are the field's.
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || event.altKey || isTyping()) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: `/admin/undo/last${event.shiftKey ? "?again=1" : ""}`, hidden: true });
  form.append(Object.assign(document.createElement("input"), { name: "csrf_token", value: token() }));
  const line = Object.assign(document.createElement("div"), { className: "toast-line", hidden: true });
  line.append(form);
  document.getElementById("toasts").append(line);
  form.requestSubmit();
});
key("Escape", () => {
  if (isTyping()) document.activeElement.blur();
  else closeToasts();
});
