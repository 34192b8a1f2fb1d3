// Copy buttons beside what is dictated and typed elsewhere: VIN, plate, passport, INN, policy number, phone.
import { onDemand } from "./demand.js";

const WHERE = "dd .mono, td.mono, td.phone, dd a[href^='tel:'], td a[href^='tel:'], [data-copyable]";
const box = document.getElementById("toasts");

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

onDemand(() => import("./copying.js"), ["click"], ({ target }) => target.closest?.("button[data-copy]"), { holds: true });
decorate(document);
document.addEventListener("htmx:afterSettle", () => decorate(document));
document.addEventListener("rows-came", ({ detail }) => detail.forEach(decorate));
