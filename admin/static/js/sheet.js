// The client's sheet: printing, and its text for a messenger.
document.querySelector("[data-print]")?.addEventListener("click", () => print());

const button = document.querySelector("[data-sheet-text]");
button?.addEventListener("click", async () => {
  const field = document.getElementById(button.dataset.sheetText);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select(); // a page without encryption has no clipboard of its own
    document.execCommand("copy");
  }
  button.querySelector("span").textContent = button.dataset.done;
});
