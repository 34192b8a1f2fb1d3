// The others: initials beside the name of a record that is open here too, frames around what they write in.
import { listed, recordHere, recordPeeked } from "./screen.js";

const here = new Map(); // "deal/<id>" → the others there
const words = () => document.getElementById("live").dataset;

export const initials = (name) => name.split(/\s+/).slice(0, 2).map((part) => part[0] ?? "").join("").toUpperCase();
/** One of eight colours, always the same for a person. */
export const hue = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8;
export const at = (spot) => here.get(spot) ?? [];
export const spots = () => [...here.keys()];

export function draw() {
  document.body.addEventListener("presence", async ({ detail }) => {
    const spot = `${detail.identity}/${detail.record_id}`;
    const before = at(spot);
    if (detail.people.length) here.set(spot, detail.people);
    else here.delete(spot);
    await show();
    document.body.dispatchEvent(new CustomEvent("presence-changed", { detail: { spot, before } }));
  });
  for (const name of ["htmx:afterSettle", "renewed", "peeked", "rows-changed"]) document.addEventListener(name, show);
}

async function show() {
  const [page, peeked] = [recordHere(), recordPeeked()];
  badges(document.querySelector("[data-presence='']") ?? behindHeading(page), at(page));
  badges(document.querySelector("#peek-record [data-presence]"), at(peeked));
  if (here.size || document.querySelector("[data-who]")) (await import("./marks.js")).paint(listed(), [page, peeked].filter(Boolean));
}

function behindHeading(page) {
  const heading = document.querySelector("main h1");
  if (!heading || !at(page).length) return null;
  const box = document.createElement("span");
  box.dataset.presence = "";
  heading.after(box);
  return box;
}

function badges(box, people) {
  const wanted = people.map(({ id }) => id).join();
  if (!box || (box.dataset.shown ?? "") === wanted) return;
  box.dataset.shown = wanted;
  box.classList.add("presence");
  box.setAttribute("role", "status");
  box.replaceChildren(...people.map(badge));
}

function badge({ id, name }) {
  const said = words().here.replace("{name}", name);
  const line = Object.assign(document.createElement("span"), { className: "present", title: said });
  const short = Object.assign(document.createElement("span"), { className: `present-initials who-${hue(id)}`, textContent: initials(name) });
  const full = Object.assign(document.createElement("span"), { className: "present-words", textContent: said });
  short.setAttribute("aria-hidden", "true");
  line.append(short, full);
  return line;
}
