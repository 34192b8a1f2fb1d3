// The sheet of columns: which are shown, and in what order.

/** It has been opened: from now on its boxes count. */
export function opened(sheet) {
  sheet.querySelector("fieldset").disabled = false;
  for (const kept of document.querySelectorAll("#list-form [data-col]")) kept.remove();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-move]");
  const item = button?.closest("li");
  const other = button?.dataset.move === "1" ? item.nextElementSibling : item?.previousElementSibling;
  if (!other) return;
  if (button.dataset.move === "1") other.after(item);
  else other.before(item);
  button.focus();
});
