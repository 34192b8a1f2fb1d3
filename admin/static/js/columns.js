// Columns of a list keep their widths while rows come and go: those that somebody gave them, else those of the first rows.
const isShown = (cell) => cell.getClientRects().length > 0;

/** The widths that the address gives, by the columns' names. */
export function given() {
  const told = new URLSearchParams(location.search).get("widths") ?? "";
  return Object.fromEntries(told.split(",").map((one) => one.split(":")).filter(([, width]) => width >= 24 && width <= 2000));
}

/** Let the columns lie as their contents have it, and keep them so; widths that are given go before. */
export function freeze(table) {
  table.querySelector("colgroup")?.remove();
  table.classList.remove("fixed");
  table.style.width = table.style.minWidth = "";
  const wanted = given();
  const heads = [...table.tHead.rows[0].cells].filter(isShown);
  const widths = heads.map((head) => Math.round(wanted[head.dataset.name] || head.getBoundingClientRect().width));
  const group = document.createElement("colgroup");
  heads.forEach((head, n) => {
    const column = Object.assign(document.createElement("col"), { width: widths[n] });
    column.dataset.of = head.dataset.name ?? "";
    group.append(column);
  });
  table.prepend(group);
  table.classList.add("fixed");
  spread(table, Object.keys(wanted).length > 0);
  stick(table);
}

/** Rows as wide as their columns; unless widths were given, the columns fill what room there is. */
export function spread(table, isGiven = true) {
  const widths = [...table.querySelectorAll("col")].map(({ width }) => Number(width));
  const whole = `${widths.reduce((sum, width) => sum + width, 0)}px`;
  table.style.width = isGiven ? whole : "";
  table.style.minWidth = whole;
  table.style.setProperty("--columns", widths.map((width) => (isGiven ? `${width}px` : `minmax(${width}px, ${width}fr)`)).join(" "));
}

/** Columns that stay in sight stand one beside the other. */
export function stick(table) {
  let left = 0;
  [...table.tHead.rows[0].cells].slice(0, 4).forEach((head, n) => {
    table.style.setProperty(`--left-${n}`, `${left}px`);
    left += head.getBoundingClientRect().width;
  });
}

/** A list of a page lies as its address has it. */
export function lay() {
  const table = document.querySelector("table.list");
  if (!table?.tHead || !matchMedia("(min-width: 768px)").matches) return;
  if (Object.keys(given()).length) freeze(table);
  else stick(table);
}
