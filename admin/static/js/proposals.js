// Days that are proposed: a click puts one into its field.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-proposal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.for);
  field.value = button.dataset.proposal;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
