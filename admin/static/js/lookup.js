// A look-up: type a part of a name, choose by arrows and Enter. The hidden input holds the key; where the options came
// with the page, what is typed may stand for itself.
const WAIT = 150;
const timers = new WeakMap();
const latest = new WeakMap();

const parts = (box) => ({
  key: box.querySelector('input[type="hidden"]'),
  field: box.querySelector('[role="combobox"]'),
  list: box.querySelector('[role="listbox"]'),
});

function close(box) {
  const { field, list } = parts(box);
  clearTimeout(timers.get(box));
  latest.delete(box);
  if (!list) return;
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(box, option) {
  const { key, field } = parts(box);
  setNew(box, option.dataset.create ?? "");
  key.value = option.dataset.key ?? "";
  field.value = option.dataset.create ?? option.dataset.title;
  field.dataset.chosen = field.value;
  close(box);
  key.dispatchEvent(new Event("change", { bubbles: true }));
}

function setNew(box, name) {
  if (!box.dataset.new) return;
  let input = box.querySelector(`[name="${box.dataset.new}"]`);
  if (!input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name: box.dataset.new });
    box.append(input);
  }
  input.value = name;
}

function item(list, n, option) {
  const line = document.createElement("li");
  line.id = `${list.id}-${n}`;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", "false");
  if (option.create) line.dataset.create = option.create;
  else Object.assign(line.dataset, { key: option.id, title: option.title });
  const title = document.createElement("span");
  title.textContent = option.create ? list.dataset.create.replace("{name}", option.create) : option.title;
  const hint = document.createElement("span");
  hint.className = "hint";
  hint.textContent = option.hint ?? "";
  line.append(title, hint);
  return line;
}

function show(box, options) {
  const { field, list } = parts(box);
  const typed = field.value.trim();
  const all = box.dataset.new && typed ? [...options, { create: typed }] : options;
  if (all.length) list.replaceChildren(...all.map((option, n) => item(list, n, option)));
  else {
    const nothing = Object.assign(document.createElement("li"), { className: "nothing", textContent: list.dataset.nothing });
    list.replaceChildren(nothing);
  }
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  if (!box.dataset.options) move(box, 0);
}

function move(box, to) {
  const { field, list } = parts(box);
  const lines = [...list.querySelectorAll('[role="option"]')];
  if (!lines.length) return;
  const at = Math.max(0, Math.min(lines.length - 1, to));
  lines.forEach((line, n) => line.setAttribute("aria-selected", String(n === at)));
  field.setAttribute("aria-activedescendant", lines[at].id);
  lines[at].scrollIntoView({ block: "nearest" });
}

async function ask(box) {
  const { field } = parts(box);
  const asked = Symbol("ask");
  latest.set(box, asked);
  const typed = field.value === field.dataset.chosen ? "" : field.value;
  if (box.dataset.options) {
    const all = JSON.parse(box.dataset.options);
    show(box, all.filter(({ title }) => title.toLowerCase().includes(typed.trim().toLowerCase())));
    return;
  }
  const address = `${box.dataset.lookup.replace("?&", "?")}&q=${encodeURIComponent(typed)}`;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok || latest.get(box) !== asked) return;
  show(box, (await answer.json()).options);
}

function soon(box, wait = WAIT) {
  clearTimeout(timers.get(box));
  timers.set(box, setTimeout(() => ask(box), wait));
}

document.addEventListener("input", (event) => {
  const box = event.target.closest?.(".lookup");
  if (!box || event.target.getAttribute("role") !== "combobox") return;
  parts(box).key.value = box.dataset.options ? event.target.value.trim() : "";
  setNew(box, "");
  soon(box);
});

document.addEventListener("focusin", (event) => {
  const box = event.target.closest?.(".lookup");
  if (!box || event.target.getAttribute("role") !== "combobox") return;
  if (parts(box).key.value) event.target.dataset.chosen = event.target.value;
  event.target.select();
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".lookup");
  if (!box || event.target.getAttribute("role") !== "combobox") return;
  const { list } = parts(box);
  const lines = [...list.querySelectorAll('[role="option"]')];
  const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) soon(box, 0);
    else move(box, at + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter" && !list.hidden && at >= 0) {
    event.preventDefault();
    choose(box, lines[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(box);
  }
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.('.lookup [role="option"]');
  if (option) {
    event.preventDefault();
    choose(option.closest(".lookup"), option);
    return;
  }
  const field = event.target.closest?.('.lookup [role="combobox"]');
  if (field) soon(field.closest(".lookup"), 0);
});

document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.(".lookup");
  if (!box || box.contains(event.relatedTarget)) return;
  const { key, field } = parts(box);
  const named = box.dataset.new && box.querySelector(`[name="${box.dataset.new}"]`)?.value;
  if (!key.value && !named) field.value = "";
  close(box);
});
