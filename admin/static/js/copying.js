// What a copy button does: the text goes to the clipboard, and it is said so.
const SHOWN = 1500;
const box = document.getElementById("toasts");
const spoken = document.createElement("div");
spoken.className = "visually-hidden";
spoken.setAttribute("role", "status");
document.body.append(spoken);

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
