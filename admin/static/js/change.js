// The page of a bulk change: once it is decided the rows are no longer chosen in their list; Esc leads back there.
import { key } from "./keys.js";

const told = document.querySelector("[data-bulk-change]");
const forget = () => sessionStorage.removeItem(`chosen:/admin/${told.dataset.identity}/list`);
if (told && !["ready", "checking"].includes(told.dataset.status)) forget();
document.addEventListener("submit", (event) => { if (event.target.matches("[data-decides]")) forget(); });
key("z", () => ([...document.querySelectorAll("#toasts form button")].at(-1) ?? document.getElementById("undo"))?.click());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) document.getElementById("to-list")?.click();
});
