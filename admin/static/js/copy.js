// Copy buttons beside what is dictated and typed elsewhere: VIN, plate, passport, INN, policy number, phone.
const WHERE = "dd .mono, td.mono, td.phone, dd a[href^='tel:'], td a[href^='tel:'], [data-copyable]";
const SHOWN = 1500;
const box = document.getElementById("toasts");
const spoken = document.createElement("div");
spoken.className = "visually-hidden";
spoken.setAttribute("role", "status");
document.body.append(spoken);

function label(place) {
  const cell = place.closest("td");
  const head = cell?.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex]?.textContent.trim();
  return place.dataset.copyable || cell?.dataset.label || head || place.closest("div")?.querySelector("dt")?.textContent.trim() || "";
}

function value(place) {
  if (place.matches("a[href^='tel:']")) return place.getAttribute("href").slice(4);
  return place.textContent.trim().replaceAll("\u00a0", " ").replaceAll("\u2011", "-");
}

function button(place) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "copy" });
  made.dataset.copy = value(place);
  made.setAttribute("aria-label", `${box.dataset.sayCopy}: ${label(place)}`);
  made.title = box.dataset.sayCopy;
  made.innerHTML = '<i class="ti ti-copy" aria-hidden="true"></i>';
  return made;
}

function decorate(root) {
  for (const place of root.querySelectorAll(WHERE)) {
    const text = value(place);
    if (!text || text === "—" || "copied" in place.dataset) continue;
    place.dataset.copied = "";
    const made = button(place);
    if (place.matches("td")) place.append(made);
    else place.after(made);
  }
}

// Without a secure address the browser lends no clipboard; the old way does it.
async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  return undefined;
}

document.addEventListener("click", async (event) => {
  const made = event.target.closest("button[data-copy]");
  if (!made) return;
  event.preventDefault();
  event.stopPropagation();
  await put(made.dataset.copy);
  made.focus();
  made.firstElementChild.className = "ti ti-check good";
  spoken.textContent = "";
  spoken.textContent = `${box.dataset.sayCopied}: ${made.dataset.copy}`;
  setTimeout(() => { made.firstElementChild.className = "ti ti-copy"; }, SHOWN);
}, true);

decorate(document);
document.addEventListener("htmx:afterSettle", () => decorate(document));
