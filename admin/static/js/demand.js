// Modules come when they are first needed: a page begins with little script, whatever can be done on it.
import { key, press } from "./keys.js";

/** Load once, for all who ask, in the order in which they ask; what failed is tried again the next time. */
export function once(load) {
  let coming = null;
  return () => (coming ??= load().catch((problem) => { coming = null; throw problem; }));
}

/**
 * The first of these events on what fits brings a module, which then hears it as if it had been here. `holds`: until
 * then nothing else happens by it.
 */
export function onDemand(load, kinds, fits, { holds = false } = {}) {
  const stop = new AbortController();
  const bring = once(load);
  const hear = async (event) => {
    if (!fits(event)) return;
    if (holds) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    await bring();
    stop.abort();
    event.target.dispatchEvent(new event.constructor(event.type, event));
  };
  for (const kind of kinds) document.addEventListener(kind, hear, { capture: true, signal: stop.signal });
}

/** Keys of the page that a module brings with it. */
export function keysOnDemand(load, names) {
  const bring = once(load);
  for (const name of names) {
    const act = async (event) => {
      await bring();
      press(name, event, act);
    };
    key(name, act);
  }
}
