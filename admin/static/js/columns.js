// Columns of a list keep their widths while rows come and go: those that somebody gave them, else those of the first rows.
const isShown = (cell) => cell.getClientRects().length > 0;

/** The widths that the address gives, by the columns' names. */
export function given() {
  const told = new URLSearchParams(location.search).get("widths") ?? "";
  return Object.fromEntries(told.split(",").map((one) => one.split(":")).filter(([name, width]) => name && width > 0));
}

/** Let the columns lie as their contents have it, and keep them so; widths that are given go before. */
export function freeze(table) {
  table.querySelector("colgroup")?.remove();
  table.classList.remove("fixed");
  const wanted = given();
  const heads = [...table.tHead.rows[0].cells].filter(isShown);
  const widths = heads.map((head) => Number(wanted[head.dataset.name]) || head.getBoundingClientRect().width);
  const group = document.createElement("colgroup");
  for (const width of widths) group.append(Object.assign(document.createElement("col"), { width: Math.round(width) }));
  table.prepend(group);
  table.classList.add("fixed");
  stick(table);
}

/** Columns that stay in sight stand one beside the other. */
export function stick(table) {
  let left = 0;
  [...table.tHead.rows[0].cells].filter(isShown).slice(0, 5).forEach((head, n) => {
    table.style.setProperty(`--left-${n}`, `${left}px`);
    left += head.getBoundingClientRect().width;
  });
}
