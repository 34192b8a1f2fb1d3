// Quick entry: sums in Russian form as one leaves a field, a pasted block read at once, what looks like a name put in.
const WHOLE = new Intl.NumberFormat("ru-RU");
const BROKEN = new Intl.NumberFormat("ru-RU", { minimumFractionDigits: 2 });

// Only what is plainly a number is spelled anew; everything else stays for the server to judge.
function spelled(text) {
  const bare = text.replace(/[\s\u00a0\u202f₽]/g, "").replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(bare) ? (bare.includes(".") ? BROKEN : WHOLE).format(Number(bare)) : text;
}

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("[data-sum]")) target.value = spelled(target.value);
});

document.addEventListener("paste", ({ target }) => {
  if (!target.matches?.("[data-read-on-paste]") || target.value) return;
  requestAnimationFrame(() => { if (target.value.includes("\t")) target.form.requestSubmit(); });
});

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-resubmit]")) target.form.requestSubmit();
  // Another need has other insurers and programs, and its product another plan where none was chosen by hand.
  if (target.id === "e-need") {
    const plan = target.form.elements.plan;
    const usual = [...target.options].map((option) => option.dataset.plan);
    if (usual.includes(plan.value)) plan.value = target.selectedOptions[0].dataset.plan;
    const box = target.form.querySelector(".lookup");
    box.dataset.lookup = box.dataset.lookup.replace(/need=[^&]*/, `need=${target.value}`);
  }
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-put]");
  if (!button) return;
  const field = button.form.elements[button.dataset.put];
  field.value = button.dataset.value;
  field.focus();
});
