// Frames around the cells and fields that others write in, and initials on the rows that they have open. What a frame
// says stands in an attribute and in a description, never in the text of the cell, which is copied and compared.
import { at, hue, initials, spots } from "./presence.js";
import { nameIn, writtenBy } from "./screen.js";

const SHOWN = 3;
const words = () => document.getElementById("live").dataset;
let marked = new Set();

export function paint(identity, records) {
  const wanted = new Map();
  if (identity) for (const spot of spots()) inList(identity, spot, wanted);
  for (const spot of records) onPage(spot, wanted);
  for (const node of [...marked, ...document.querySelectorAll("[data-who]")]) if (!wanted.has(node)) clear(node);
  for (const [node, { people, written }] of wanted) mark(node, people, written);
  marked = new Set(wanted.keys());
}

function put(wanted, node, person, written) {
  if (!node) return;
  const told = wanted.get(node);
  if (told) told.people.push(person);
  else wanted.set(node, { people: [person], written });
}

function inList(identity, spot, wanted) {
  const [kind, id] = spot.split("/");
  if (kind !== identity) return;
  const row = document.querySelector(`#results tr[data-editing="${CSS.escape(id)}"], #results a.row-link[href$="/${CSS.escape(id)}"]`)?.closest("tr, .bcard");
  const heads = row?.matches("tr") ? [...row.closest("table").tHead.rows[0].cells].map(({ dataset }) => dataset.name) : [];
  for (const person of row ? at(spot) : []) {
    const cells = person.fields.map((name) => row.cells?.[heads.indexOf(name)]).filter(Boolean);
    for (const cell of cells) put(wanted, cell, person, true);
    if (!cells.length) put(wanted, row.querySelector("th") ?? row, person, false);
  }
}

function onPage(spot, wanted) {
  const forms = [...document.querySelectorAll("form")].filter((form) => writtenBy(form)?.[0] === spot);
  const box = document.querySelector(`[data-record="${spot.split("/")[1]}"], #peek-record`);
  for (const person of at(spot)) {
    for (const name of person.fields) {
      for (const form of forms) put(wanted, [...form.elements].find((field) => nameIn(field) === name)?.closest(".field"), person, true);
      if (box?.dataset.part?.includes(spot.split("/")[1])) put(wanted, box.querySelector(`[data-field="${CSS.escape(name)}"]`), person, true);
    }
  }
}

function mark(node, people, written) {
  const said = people.map(({ name }) => words()[written ? "writes" : "here"].replace("{name}", name)).join(", ");
  if (node.dataset.said === said && node.classList.contains(written ? "written" : "visited")) return;
  clear(node);
  node.classList.add(written ? "written" : "visited", `who-${hue(people[0].id)}`);
  node.dataset.who = people.slice(0, SHOWN).map(({ name }) => initials(name)).join(" ") + (people.length > SHOWN ? ` +${people.length - SHOWN}` : "");
  node.dataset.said = said;
  const described = speaker(node);
  described.setAttribute("aria-describedby", [others(described), description(said)].filter(Boolean).join(" "));
}

function clear(node) {
  node.classList.remove("written", "visited", ...[...node.classList].filter((name) => name.startsWith("who-")));
  delete node.dataset.who;
  delete node.dataset.said;
  const described = speaker(node);
  const rest = others(described);
  if (rest) described.setAttribute("aria-describedby", rest);
  else described.removeAttribute("aria-describedby");
}

// What takes the focus carries the description.
const speaker = (node) => node.querySelector(":scope > .row-link, :scope > input, :scope > select, :scope > textarea, :scope > .lookup > input:not([type=hidden])") ?? node;
const others = (node) => (node.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !id.startsWith("who-says-")).join(" ");

function description(said) {
  const box = document.getElementById("live-words");
  const known = [...box.children].find((one) => one.textContent === said);
  if (known) return known.id;
  const made = Object.assign(document.createElement("span"), { id: `who-says-${box.childElementCount}`, textContent: said });
  box.append(made);
  return made.id;
}

// A cell in which somebody begins to write is said once, quietly.
document.body.addEventListener("presence-changed", ({ detail: { spot, before } }) => {
  const known = new Set(before.flatMap(({ id, fields }) => fields.map((name) => `${id}${name}`)));
  const [kind, key] = spot.split("/");
  const row = document.querySelector(`table.list[data-identity="${kind}"] a.row-link[href$="/${key}"]`)?.closest("tr");
  for (const { id, name, fields } of row ? at(spot) : []) {
    const field = fields.find((one) => !known.has(`${id}${one}`));
    const head = field && [...row.closest("table").tHead.rows[0].cells].find(({ dataset }) => dataset.name === field);
    if (head) say(words().writesIn.replace("{name}", name).replace("{field}", head.textContent.trim()).replace("{record}", row.querySelector(".row-link").textContent.trim()));
  }
});

function say(text) {
  document.getElementById("live-said").textContent = text;
}
