// A new row begins as the last one did: a plan, a product, a kind of task. What is repeated is shown as such.
const kept = (form) => `last:${form.dataset.remember}`;
const sent = new Map();

function fields(form) {
  return [...form.querySelectorAll("[data-keep]")].map((box) => ({
    name: box.querySelector("input[type=hidden]")?.name,
    key: box.querySelector("input[type=hidden]"),
    shown: box.querySelector('[role="combobox"]'),
  })).filter(({ key, shown }) => key && shown);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt;
  if (!form.matches("form[data-remember]")) return;
  sent.set(form, fields(form).map(({ name, key, shown }) => [name, key.value, shown.value]));
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const values = sent.get(detail.elt);
  sent.delete(detail.elt);
  if (values && detail.successful && !detail.xhr.responseText.trim()) {
    sessionStorage.setItem(kept(detail.elt), JSON.stringify(values.filter(([, value]) => value)));
  }
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const form = target.querySelector?.("form[data-remember]");
  const last = form && JSON.parse(sessionStorage.getItem(kept(form)) ?? "[]");
  for (const [name, value, text] of last ?? []) {
    const field = fields(form).find((one) => one.name === name && !one.key.value);
    if (!field) continue;
    field.key.value = value;
    field.shown.value = text;
    field.shown.classList.add("remembered");
    field.shown.addEventListener("input", () => field.shown.classList.remove("remembered"), { once: true });
  }
});
