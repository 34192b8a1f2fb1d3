// Pictures and PDFs in a dialog over the page; arrows go to the next one of the section.
const dialog = document.createElement("dialog");
dialog.className = "preview";
dialog.setAttribute("aria-labelledby", "preview-name");
dialog.innerHTML = `<div class="preview-head"><h2 id="preview-name"></h2>
<button type="button" class="btn btn-sm btn-icon btn-ghost" data-step="-1"><i class="ti ti-chevron-left" aria-hidden="true"></i></button>
<button type="button" class="btn btn-sm btn-icon btn-ghost" data-step="1"><i class="ti ti-chevron-right" aria-hidden="true"></i></button>
<a class="btn btn-sm" download></a><button type="button" class="btn-close" data-shut></button></div><div class="preview-body"></div>`;
document.body.append(dialog);
const [back, forth] = dialog.querySelectorAll("[data-step]");
let shown = null;
const siblings = () => [...document.querySelectorAll("[data-preview]")];

function name(said) {
  back.setAttribute("aria-label", said.saidPrevious);
  forth.setAttribute("aria-label", said.saidNext);
  dialog.querySelector("a").textContent = said.saidDownload;
  dialog.querySelector("[data-shut]").setAttribute("aria-label", said.saidClose);
}

function show(link) {
  shown = link.id;
  name(link.closest("[data-said-previous]").dataset);
  dialog.querySelector("h2").textContent = link.textContent;
  dialog.querySelector("a").href = link.dataset.download;
  const view = document.createElement(link.dataset.preview === "pdf" ? "iframe" : "img");
  view.src = link.href;
  if (view.tagName === "IMG") view.alt = link.textContent;
  else view.title = link.textContent;
  dialog.querySelector(".preview-body").replaceChildren(view);
  const all = siblings();
  back.disabled = all.indexOf(link) <= 0;
  forth.disabled = all.indexOf(link) === all.length - 1;
  if (!dialog.open) dialog.showModal();
}

function step(by) {
  const all = siblings();
  const to = all[all.findIndex((link) => link.id === shown) + by];
  if (to) show(to);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-shut]")) dialog.close();
  const stepper = event.target.closest("[data-step]");
  if (stepper) step(Number(stepper.dataset.step));
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
});
dialog.addEventListener("close", () => {
  dialog.querySelector(".preview-body").replaceChildren();
  document.getElementById(shown)?.focus();
});
