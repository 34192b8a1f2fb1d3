// Where one is on a record's page: a row named by the address, the two tabs of a narrow screen.
const wanted = () => (location.hash.startsWith("#row-") ? document.getElementById(location.hash.slice(1)) : null);
let sought = "";

/** Show the row that the address names; sections that have not come yet are fetched until it is found. */
function seek() {
  if (!location.hash.startsWith("#row-") || sought === location.hash) return;
  const row = wanted();
  if (row) {
    sought = location.hash;
    row.closest("details")?.setAttribute("open", "");
    row.closest("#record-side") ? show("side") : row.closest("#record-main") && show("main");
    row.classList.add("here");
    row.scrollIntoView({ block: "center" });
    row.querySelector("a, button")?.focus({ preventScroll: true });
    return;
  }
  for (const part of document.querySelectorAll("[data-waiting], tr.inner [hx-trigger*=wanted]")) {
    if (part.dataset.asked) continue;
    part.dataset.asked = "yes";
    window.htmx.trigger(part, "wanted");
  }
}
addEventListener("hashchange", () => {
  sought = "";
  for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
  seek();
});
document.addEventListener("htmx:afterSettle", seek);
document.addEventListener("DOMContentLoaded", seek);
addEventListener("load", seek);

const tabs = document.querySelector(".tabs");
const narrow = matchMedia("(max-width: 640px)");

function show(name) {
  const columns = document.querySelector(".record-columns");
  if (!tabs || !columns) return;
  columns.dataset.tab = name;
  for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.id === `tab-${name}`));
}

function layout() {
  if (!tabs) return;
  tabs.hidden = !narrow.matches;
  for (const panel of document.querySelectorAll("#record-main, #record-side")) {
    if (narrow.matches) panel.setAttribute("role", "tabpanel");
    else panel.removeAttribute("role");
  }
}
tabs?.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) show(tab.id.replace("tab-", ""));
});
tabs?.addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...tabs.children].find((tab) => tab !== document.activeElement);
  other.focus();
  other.click();
});
narrow.addEventListener("change", layout);
layout();
show("main");

// A refusal that says what is missing leads to the section where it is entered.
document.addEventListener("click", (event) => {
  const lead = event.target.closest?.("a[data-lead]");
  const section = lead && document.getElementById(lead.hash.slice(1));
  if (!section) return;
  event.preventDefault();
  document.getElementById("modal")?.close();
  show("main");
  section.scrollIntoView({ block: "start" });
  document.getElementById(`${section.id}-add`)?.focus({ preventScroll: true });
});
