// What every page in the shell can be asked for, each with its own module: the palette, why a sum is what it is.
import { keysOnDemand, onDemand, once } from "./demand.js";
import { key } from "./keys.js";
import "./near.js";

const dialog = document.getElementById("palette");
const field = document.getElementById("palette-term");
const palette = once(() => import("./palette.js"));

// Open at once, so that nobody waits to type.
function find() {
  if (dialog.open) return field.select();
  if (document.querySelector("dialog[open]")) return;
  field.value = "";
  dialog.showModal();
  field.focus();
  palette().then(({ begin }) => begin());
}
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else find();
});
document.addEventListener("click", ({ target }) => { if (target.closest("[data-palette]")) find(); });
if (!document.getElementById("list-search")) key("/", find);
onDemand(palette, ["keydown"], ({ target, key: name }) => target === field && ["Enter", "ArrowDown", "ArrowUp"].includes(name), { holds: true });

const why = once(() => import("./why.js"));
const isSum = ({ target }) => target.closest?.(".why[data-why]");
onDemand(why, ["click"], isSum, { holds: true });
onDemand(why, ["pointerover", "focusin"], isSum);
keysOnDemand(why, ["="]);
