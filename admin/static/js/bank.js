// Files of the bank: chosen or dropped anywhere on the page, they are sent at once.
const form = document.querySelector("form[data-drop]");
const input = form?.querySelector("input[data-send]");
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

input?.addEventListener("change", () => { if (input.files.length) form.requestSubmit(); });
document.addEventListener("dragover", (event) => {
  if (!form || !hasFiles(event)) return;
  event.preventDefault();
  form.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form?.classList.remove("is-over"); });
document.addEventListener("drop", (event) => {
  if (!form || !hasFiles(event)) return;
  event.preventDefault();
  form.classList.remove("is-over");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
