// Pages that keep themselves fresh: records redraw their parts, lists say how much is new and wait to be asked.
const RECORD = /^\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})/;
const QUIET = 150;
const changed = new Set();
let waiting;

const isOwn = () => document.querySelector('[data-live="own"]');

export function follow() {
  document.body.addEventListener("deal-changed", ({ detail }) => {
    if (detail.op === "note" || isOwn()) return;
    if (concernsRecord(detail)) redraw();
    else if (concernsList(detail)) count(detail.record_id);
  });
  document.body.addEventListener("live-reset", () => {
    if (isOwn()) return;
    if (RECORD.test(location.pathname)) redraw();
    else if (listed()) offer("");
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "results") settle(); });
  document.getElementById("live-refresh")?.addEventListener("click", refresh);
}

function concernsRecord(told) {
  const [, identity, id] = location.pathname.match(RECORD) ?? [];
  return id && (id === told.record_id || (identity === "deal" && id === told.deal_id) || (identity === "client" && id === told.client_id));
}

// Parts with something half typed in them stay as they are (record.js).
function redraw() {
  clearTimeout(waiting);
  waiting = setTimeout(() => document.body.dispatchEvent(new CustomEvent("saved")), QUIET);
}

const listed = () => document.querySelector(".list[data-identity]")?.dataset.identity ?? location.pathname.match(/^\/admin\/([a-z-]+)\/list/)?.[1];

function concernsList(told) {
  return !told.mine && told.identity === listed();
}

function count(id) {
  changed.add(id);
  offer(changed.size);
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
  const results = document.getElementById("results");
  if (results) htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "innerHTML show:none" });
  else location.reload();
}
