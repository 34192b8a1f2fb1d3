// The others who have this deal open: their initials beside its name.
let here = [];

const initials = (name) => name.split(/\s+/).slice(0, 2).map((part) => part[0] ?? "").join("").toUpperCase();

export function draw() {
  document.body.addEventListener("presence", ({ detail }) => {
    here = detail.people;
    show();
  });
  document.addEventListener("htmx:afterSettle", show);
}

function place() {
  const named = document.querySelector("[data-presence]");
  if (named) return named;
  const heading = document.querySelector("main h1");
  if (!heading || !here.length) return null;
  const box = document.createElement("span");
  box.dataset.presence = "";
  heading.after(box);
  return box;
}

function show() {
  const box = place();
  const wanted = here.map(({ id }) => id).join();
  if (!box || (box.dataset.shown ?? "") === wanted) return;
  box.dataset.shown = wanted;
  box.classList.add("presence");
  box.setAttribute("role", "status");
  box.replaceChildren(...here.map(badge));
}

function badge({ name }) {
  const words = document.getElementById("live").dataset.here.replace("{name}", name);
  const line = Object.assign(document.createElement("span"), { className: "present", title: words });
  const short = Object.assign(document.createElement("span"), { className: "present-initials", textContent: initials(name) });
  const full = Object.assign(document.createElement("span"), { className: "present-words", textContent: words });
  short.setAttribute("aria-hidden", "true");
  line.append(short, full);
  return line;
}
