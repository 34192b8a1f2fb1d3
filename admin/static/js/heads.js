// Headings of columns and of groups.

// A heading with Shift sorts further: by its column after those that sort the list already.
document.addEventListener("click", (event) => {
  const link = event.shiftKey && event.target.closest?.("[data-further]");
  if (!link) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const at = link.closest("th").dataset.name;
  window.htmx.ajax("GET", link.dataset.further, { source: link, target: "#results", swap: "innerHTML show:none" })
    .then(() => document.querySelector(`.list th[data-name="${CSS.escape(at)}"] a`)?.focus());
}, true);
// A group opens its rows below its line, and closes again without asking.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-group]");
  if (!button) return;
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (!isOpen) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.querySelector(button.getAttribute("hx-target")).replaceChildren();
}, true);
