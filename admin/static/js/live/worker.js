// Shared by all tabs of a browser: one connection for them all, since HTTP/1.1 allows six to a host.
import { Source } from "./source.js";

const tabs = new Map(); // port → what the tab has on its screen
const source = new Source((message) => { for (const port of tabs.keys()) port.postMessage(message); });

function gather() {
  const all = (name) => [...new Set([...tabs.values()].flatMap((screen) => screen[name]))].sort();
  return { open: all("open"), lists: all("lists") };
}

self.addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.kind === "bye") {
      tabs.delete(port);
      if (tabs.size) source.open(gather(), "");
      else source.close();
      return;
    }
    tabs.set(port, data.screen);
    source.csrf = data.csrf ?? source.csrf;
    if (data.kind === "hello") {
      const missed = source.since(data.place);
      if (missed) for (const message of missed) port.postMessage(message);
      else port.postMessage({ kind: "reset" });
    }
    source.open(gather(), data.place);
    for (const told of source.here.values()) port.postMessage({ kind: "presence", told });
    if (!source.online) port.postMessage({ kind: "line", online: false });
  };
});
