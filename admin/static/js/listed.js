// A list is remembered as one leaves it for a record, and found again as it was.
export const kept = (identity) => `list:${identity}`;
export const linked = /^\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})$/;

/** Remember a list: its address and the keys of its records in their order; any page may call it. */
export function remember(identity, keys, more = {}) {
  sessionStorage.setItem(kept(identity), JSON.stringify({ back: location.pathname + location.search, top: scrollY, keys, ...more }));
}

// A link to a record in a list: the list is remembered as it stands.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const box = link?.closest("table.list, [data-walk]");
  const found = box && link.pathname.match(linked);
  if (!found) return;
  const keys = [...box.querySelectorAll("a[href]")].map((one) => one.pathname.match(linked)).filter((one) => one?.[1] === found[1]);
  const page = (name) => document.querySelector(`a[rel=${name}]`)?.getAttribute("href") ?? "";
  remember(found[1], [...new Set(keys.map((one) => one[2]))], { next: page("next"), previous: page("prev") });
}, true);

// Back in the list: where one was, with the record that one has been to in sight; rows of a long list may come later.
function comeBack() {
  const table = document.querySelector("table.list");
  if (!table) return;
  const stored = sessionStorage.getItem(kept(table.dataset.identity));
  const list = stored && JSON.parse(stored);
  if (!list || list.back !== location.pathname + location.search || !document.referrer.includes(`/admin/${table.dataset.identity}/details/`)) return;
  const last = document.referrer.split("/").at(-1).split(/[?#]/)[0];
  if (list.top) scrollTo(0, list.top);
  const link = table.querySelector(`a.row-link[href$="${last}"]`);
  if (!link) return;
  link.focus({ preventScroll: Boolean(list.top) });
  document.removeEventListener("rows-came", comeBack);
}

document.addEventListener("rows-came", comeBack);
comeBack();
