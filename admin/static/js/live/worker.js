// Shared by all tabs of a browser: one connection for them all, since HTTP/1.1 allows six to a host.
import { Source } from "./source.js";

const tabs = new Map(); // port → the deals that the tab has open
let lastSeen = new Map(); // deal → who was there when last told
const source = new Source(spread);

function spread(message) {
  if (message.kind === "presence") lastSeen.set(message.told.deal_id, message);
  for (const port of tabs.keys()) port.postMessage(message);
}

function gather() {
  const open = new Set([...tabs.values()].flat());
  lastSeen = new Map([...lastSeen].filter(([deal]) => open.has(deal)));
  return open;
}

self.addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.kind === "bye") {
      tabs.delete(port);
      if (tabs.size) source.open(gather(), "");
      else source.close();
      return;
    }
    tabs.set(port, data.deals);
    const missed = source.since(data.place);
    source.open(gather(), data.place);
    if (missed) for (const message of missed) port.postMessage(message);
    else port.postMessage({ kind: "reset" });
    for (const deal of data.deals) if (lastSeen.has(deal)) port.postMessage(lastSeen.get(deal));
    if (!source.online) port.postMessage({ kind: "line", online: false });
  };
});
