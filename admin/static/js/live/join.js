// The line to the server: through the worker that all tabs share; where browsers have none (phones), by itself while the
// page is looked at.
import { onScreen, watch } from "./screen.js";

const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content;

/** Hear what happens after the place of the log at which the page was drawn. */
export function join(place, hear) {
  if (!("SharedWorker" in window)) return alone(place, hear);
  const worker = new SharedWorker(new URL("./worker.js", import.meta.url), { type: "module", name: "live" });
  worker.port.onmessage = ({ data }) => hear(data);
  worker.port.postMessage({ kind: "hello", place, screen: onScreen(), csrf: csrf() });
  watch((screen) => worker.port.postMessage({ kind: "here", place: "", screen }));
  addEventListener("pagehide", () => worker.port.postMessage({ kind: "bye" }));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

async function alone(place, hear) {
  const { Source } = await import("./source.js");
  const source = new Source(hear);
  source.csrf = csrf();
  const look = () => (document.hidden ? source.close() : source.open(onScreen(), place));
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => source.close());
  watch(look);
  look();
}
