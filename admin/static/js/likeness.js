// A client who is being typed may be known already: told under the form's fields.
const FIELDS = ["name", "phone", "inn", "birth_date"];
const WAIT = 300;
const form = document.querySelector("form.record-form");
let timer = 0;
let asked = null;

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));
  const key = location.pathname.match(/\/edit\/([0-9a-f-]{36})/)?.[1];
  if (key) body.set("but", key);
  const headers = { "HX-Request": "true", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
  try {
    const answer = await fetch("/admin/clients/like", { method: "POST", body, headers, signal: asked.signal });
    if (answer.ok) place().innerHTML = await answer.text();
  } catch (problem) {
    if (problem.name !== "AbortError") throw problem;
  }
}

function place() {
  let box = form.querySelector("#alike");
  if (!box) {
    box = Object.assign(document.createElement("div"), { id: "alike" });
    form.querySelector(".fields").after(box);
  }
  return box;
}

form?.addEventListener("input", (event) => {
  if (!FIELDS.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});
