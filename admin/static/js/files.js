// Files onto a page: dropped, chosen, pasted or photographed; each with its own progress.
// What sends them, and what shows those that are there, comes with the first one.
import { onDemand } from "./demand.js";
import { showToast } from "./toasts.js";

const take = (zone, files) => zone && files.length && import("./sending.js").then((sending) => sending.take(zone, files));
const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.button;
onDemand(() => import("./preview.js"), ["click"], (event) => event.target.closest("[data-preview]") && isPlain(event), { holds: true });

const zoneOf = (element) => element?.closest?.(".dropzone") ?? null;
// Files that miss the zone go to the only one of the page.
const soleZone = () => {
  const zones = [...document.querySelectorAll(".dropzone")].filter((zone) => zone.offsetParent);
  return zones.length === 1 ? zones[0] : null;
};

document.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=file][data-take]")) return;
  event.stopPropagation();
  take(zoneOf(event.target), [...event.target.files]);
  event.target.value = "";
});

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let over = null;
function mark(zone) {
  if (over !== zone) over?.classList.remove("is-over");
  over = zone;
  over?.classList.add("is-over");
}
document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  const zone = zoneOf(event.target) ?? soleZone();
  event.dataTransfer.dropEffect = zone ? "copy" : "none";
  mark(zone);
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  const zone = zoneOf(event.target) ?? soleZone();
  mark(null);
  if (!zone) return;
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) showToast({ text: zone.dataset.saidFolder, kind: "note" });
  take(zone, items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()).filter(Boolean));
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const zone = zoneOf(document.activeElement) ?? soleZone();
  if (!files.length || !zone || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  take(zone, files.map((file) => named(file, zone)));
});

// What comes from the clipboard is called image.png whatever it shows.
function named(file, zone) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date();
  const stamp = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
  return new File([file], `${zone.dataset.saidPicture} ${stamp}.${file.name.split(".").pop()}`, { type: file.type });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-from]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyFrom);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
  button.querySelector("span").textContent = button.dataset.done;
});
