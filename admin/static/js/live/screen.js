// What this tab has on its screen: records, the field of one that is being written, the list. By addresses alone, so
// that it is the same for every kind of record.
const RECORD = /^\/admin\/([a-z-]+)\/(?:details|edit|peek)\/([0-9a-f-]{36})/;
const FORM = /^\/admin\/([a-z-]+)\/(?:edit|cell)\/([0-9a-f-]{36})(?:\/([a-z0-9_]+))?/;

export const listed = () => location.pathname.match(/^\/admin\/([a-z-]+)\/list/)?.[1];
export const recordHere = () => spot(location.pathname.match(RECORD));
export const recordPeeked = () => spot(document.querySelector("#peek:not([hidden]) #peek-record")?.dataset.part.match(RECORD));
const spot = (found) => (found ? `${found[1]}/${found[2]}` : "");

/** The record that a form writes, as "deal/<id>", and the field that its address names. */
export function writtenBy(form) {
  const [path] = (form?.getAttribute("action") ?? "").replace(location.origin, "").split("?");
  const found = path.match(FORM) ?? (form?.matches(".record-form") ? location.pathname.match(FORM) : null);
  return found ? [spot(found), found[3] ?? ""] : null;
}

export const nameIn = (field) => field.name || field.closest(".field")?.querySelector("[name]")?.name || "";

function written() {
  const form = document.querySelector("[data-cell-form]") ?? document.activeElement?.form;
  const found = form && writtenBy(form);
  const name = found && (found[1] || nameIn(document.activeElement));
  return found && name ? `${found[0]}/${name}` : "";
}

export function onScreen() {
  const deals = [...document.querySelectorAll("[data-live-deal]")].map(({ dataset }) => `deal/${dataset.liveDeal}`);
  const open = [recordHere(), recordPeeked(), ...deals, written()].filter(Boolean);
  return { open: [...new Set(open)].sort(), lists: [listed()].filter(Boolean) };
}

/** Call whenever something else may be on the screen; what comes close together is one call. */
export function watch(tell) {
  let timer = 0;
  let told = JSON.stringify(onScreen());
  const look = () => {
    timer = 0;
    const now = onScreen();
    if (JSON.stringify(now) === told) return;
    told = JSON.stringify(now);
    tell(now);
  };
  for (const name of ["focusin", "focusout", "htmx:afterSettle", "peeked", "renewed"]) {
    document.addEventListener(name, () => { timer ||= setTimeout(look, 100); });
  }
}
