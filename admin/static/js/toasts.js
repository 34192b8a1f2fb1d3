// Short messages in the corner; those that can be undone stay longer.
const box = document.getElementById("toasts");
const SECONDS = { done: 5, note: 5, problem: 12, undo: 12 };

export function showToast({ text, kind = "done", undo = "" }) {
  const line = document.createElement("div");
  line.className = `toast-line toast-${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  if (undo) line.append(undoForm(undo));
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn-close" });
  close.dataset.close = "";
  close.setAttribute("aria-label", box.dataset.close);
  line.append(close);
  box.append(line);
  expire(line);
}

export function tell(message) {
  showToast({ text: box.dataset[message], kind: "problem" });
}

export function closeToasts() {
  box.replaceChildren();
}

function undoForm(action) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: `/admin/undo/${action}` });
  const token = document.createElement("input");
  Object.assign(token, { type: "hidden", name: "csrf_token", value: document.querySelector('meta[name="csrf-token"]').content });
  const button = document.createElement("button");
  Object.assign(button, { className: "btn btn-sm", textContent: box.dataset.undo });
  const hint = Object.assign(document.createElement("kbd"), { textContent: "z" });
  hint.setAttribute("aria-hidden", "true");
  button.setAttribute("aria-keyshortcuts", "z");
  button.append(hint);
  form.append(token, button);
  return form;
}

function expire(line) {
  const kind = line.querySelector("form") ? "undo" : line.className.split("toast-").pop();
  let timer = 0;
  const start = () => { timer = setTimeout(() => line.remove(), (SECONDS[kind] ?? 5) * 1000); };
  line.addEventListener("mouseenter", () => clearTimeout(timer));
  line.addEventListener("focusin", () => clearTimeout(timer));
  line.addEventListener("mouseleave", start);
  start();
}

box.addEventListener("click", (event) => {
  if (event.target.closest("button[data-close]")) event.target.closest(".toast-line").remove();
});
for (const line of box.children) expire(line);

// Undo leaves the page where it is, where any part of it draws itself anew; elsewhere the whole page comes again.
const LISTENS = 'main [data-part], main [hx-trigger*="saved from:body"]';
let before = "";
box.addEventListener("focusin", ({ relatedTarget }) => {
  if (relatedTarget && !box.contains(relatedTarget)) before = relatedTarget.id;
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".toasts form") || !document.querySelector(LISTENS)) return;
  event.preventDefault();
  const line = form.closest(".toast-line");
  line.hidden = true;
  await window.htmx.ajax("POST", form.getAttribute("action"), { source: form, target: "main", swap: "none" });
  line.remove();
  if (before && document.activeElement === document.body) document.getElementById(before)?.focus({ preventScroll: true });
});
