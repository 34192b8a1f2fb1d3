// Look-ups in the panels of a list: records by a part of their name, ticked as they are taken.
let asking;
async function offer(field) {
  const box = field.closest("[data-lookup]");
  asking?.abort();
  asking = new AbortController();
  const address = `${box.dataset.lookup}&q=${encodeURIComponent(field.value)}`;
  const found = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal })
    .then((answer) => (answer.ok ? answer.json() : { options: [] }))
    .catch(() => null);
  if (!found) return;
  close(box);
  const list = document.createElement("ul");
  list.setAttribute("role", "listbox");
  for (const option of found.options) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.dataset.key = option.id;
    item.textContent = option.hint ? `${option.title} · ${option.hint}` : option.title;
    list.append(item);
  }
  if (found.options.length) box.append(list);
}

function close(box) {
  box.querySelector("ul")?.remove();
}

function take(item) {
  const box = item.closest("[data-lookup]");
  const label = document.createElement("label");
  label.className = "form-check";
  const tick = Object.assign(document.createElement("input"), {
    type: "checkbox", className: "form-check-input", name: box.dataset.name, value: item.dataset.key, checked: true,
  });
  label.append(tick, ` ${item.textContent}`);
  const field = box.querySelector('input[type="search"]');
  field.before(label);
  field.value = "";
  close(box);
  field.focus();
}

let waiting;
document.addEventListener("input", (event) => {
  if (!event.target.matches('[data-lookup] input[type="search"]')) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(event.target), 150);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches('[data-lookup] input[type="search"]')) offer(event.target);
});
document.addEventListener("mousedown", (event) => {
  const item = event.target.closest("[data-lookup] li");
  if (!item) return;
  event.preventDefault();
  take(item);
});
document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-lookup]");
  if (box) close(box);
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-lookup]");
  const list = box?.querySelector("ul");
  if (!list || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  event.preventDefault();
  const items = [...list.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") {
    if (at >= 0) take(items[at]);
    return;
  }
  items[at]?.removeAttribute("aria-selected");
  items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].setAttribute("aria-selected", "true");
});
