// The page of a bulk change: once it is decided the rows are no longer chosen in their list; Esc leads back there.
import { key } from "./keys.js";

const told = document.querySelector("[data-bulk-change]");
if (told && told.dataset.status !== "ready" && told.dataset.status !== "checking") sessionStorage.removeItem(`chosen:/admin/${told.dataset.identity}/list`);
key("z", () => ([...document.querySelectorAll("#toasts form button")].at(-1) ?? document.getElementById("undo"))?.click());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) document.getElementById("to-list")?.click();
});
