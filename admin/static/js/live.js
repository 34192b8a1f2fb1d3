// Live: what others change comes to the page that is open. Loaded by the layout; pages only listen.
//
// THE CONTRACT
//   document.body gets a CustomEvent "deal-changed" for each change of a record that the person may read:
//     event.detail = { deal_id, client_id, identity, table, op, type, record_id, actor_id, actor, action_id, request_id, at,
//                      mine }   – no values; `op` is insert, update, delete or note; `mine`: the same person, elsewhere.
//     deal_id is null for what hangs on a client alone.
//   Beside it, without a filter, for htmx: "changed-<id>" for the ids of the deal, the client and the record:
//     hx-trigger="changed-{{ deal.id }} from:body delay:150ms"
//   "live-reset" on the body: too much was missed to tell it one by one – draw anew what the page shows.
//   "bell-changed" on the body: a notification of this person's has come or was read.
//   "presence" on the body: detail = { identity, record_id, people: [{ id, name, fields }] }, the others who have a record open
//     that is on this screen, with the fields that they write in. Told for records that are open here and for rows of a list.
//   What this tab has done itself (htmx requests, or those whose X-Request-Id went through `own()`) is not told to it.
//
//   What is on the screen is read off addresses: of the page, of the peek, of the form that is written in (live/screen.js).
//   A page of a deal with another address names it by data-live-deal="<id>" on any element.
//   Initials of the others are drawn into [data-presence] where there is one, else behind the first h1; their fields and
//   cells are framed (live/presence.js).
//   Pages of records refresh themselves by these events (refresh.js); lists renew the rows that they show and
//   get the chip “refresh” for the others (live/pages.js).
import { draw } from "./live/presence.js";
import { follow } from "./live/pages.js";

const shell = document.querySelector("[data-place]");
const mine = new Set();
let running = 0;
let held = [];

// A change by the request with this number is this tab's own.
export function own(requestId) {
  if (requestId) mine.add(requestId);
}

function changes({ detail }) {
  return detail.requestConfig && detail.requestConfig.verb !== "get";
}

// Counted by the request itself: its element may have been drawn anew before the answer came, and would not be heard of.
document.addEventListener("htmx:beforeSend", (event) => {
  if (!changes(event)) return;
  const { xhr } = event.detail;
  running += 1;
  xhr.addEventListener("loadend", () => {
    running -= 1;
    own(xhr.getResponseHeader("X-Request-Id"));
    if (!running) for (const told of held.splice(0)) dispatch(told);
  }, { once: true });
});

function dispatch(told) {
  if (mine.has(told.request_id)) return;
  const detail = { ...told, mine: told.actor_id === shell.dataset.me };
  send("deal-changed", detail);
  for (const id of new Set([told.deal_id, told.client_id, told.record_id])) if (id) send(`changed-${id}`, detail);
}

function send(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

function hear(message) {
  if (message.kind === "change" && running) held.push(message.told);
  else if (message.kind === "change") dispatch(message.told);
  else if (message.kind === "reset") send("live-reset", {});
  else if (message.kind === "bell") send("bell-changed", {});
  else if (message.kind === "line") document.getElementById("live-line").hidden = message.online;
  else if (message.kind === "presence") {
    const people = message.told.people.filter(({ id }) => id !== shell.dataset.me);
    send("presence", { ...message.told, people });
  }
}

if (shell) {
  draw();
  follow();
  import("./live/join.js").then(({ join }) => join(shell.dataset.place, hear)); // the line comes when the page stands
}
