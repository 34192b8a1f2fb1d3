// Lists keep themselves fresh: rows that are here change where they stand; of others they say how many are new and wait
// to be asked. Pages of records do it by themselves (refresh.js).
import { listed } from "./screen.js";

const changed = new Set();

export function follow() {
  document.body.addEventListener("deal-changed", async ({ detail }) => {
    if (detail.op === "note" || detail.identity !== listed()) return;
    if (detail.op === "update" && document.querySelector("table.list") && (await import("./rows.js")).renew(detail.record_id, detail.mine ? "" : detail.actor)) return;
    if (detail.mine) return;
    changed.add(detail.record_id);
    offer(changed.size);
  });
  document.body.addEventListener("live-reset", () => { if (listed()) offer(0); });
  document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "results") settle(); });
  document.getElementById("live-refresh")?.addEventListener("click", refresh);
}

function offer(number) {
  const button = document.getElementById("live-refresh");
  const words = document.getElementById("live").dataset;
  button.querySelector("span").textContent = number ? words.changes.replace("{number}", number) : words.refresh;
  button.hidden = false;
}

function settle() {
  changed.clear();
  document.getElementById("live-refresh").hidden = true;
}

function refresh() {
  const writing = document.querySelector("[data-cell-form] :is(input:not([type=hidden]), select, textarea)");
  if (writing) return writing.focus(); // what is being written is not lost
  if (!document.getElementById("results")) return location.reload();
  return htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "innerHTML show:none" });
}
