// Draws the pictures of dashboards from the tables that stand beside them: the table is the truth, the canvas a view of it.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 640px)");
const charts = new Map();
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });

// The columns that are drawn, as Chart.js takes them; each point knows its cell, hence its words and its address.
function seriesOf(table, group, stacked) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].filter((row) => "drawn" in row.dataset);
  const drawn = heads.map((head, at) => ({ head, at })).filter(({ head }) => head.dataset.colour && head.dataset.group === group);
  return {
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    datasets: drawn.map(({ head, at }) => {
      const shade = colour(`--figure-${head.dataset.colour}`);
      const isLine = "line" in head.dataset;
      return {
        label: head.firstChild.textContent.trim(),
        unit: head.dataset.kind === "money" ? "\u00a0₽" : "",
        cells: rows.map((row) => row.cells[at]),
        data: rows.map((row) => (row.cells[at].dataset.value ? Number(row.cells[at].dataset.value) : null)),
        type: isLine ? "line" : "bar",
        order: isLine ? 0 : 1,
        ...(stacked && { stack: isLine ? "line" : "bars" }),
        backgroundColor: shade,
        borderColor: shade,
        borderWidth: isLine ? 2 : 0,
        borderRadius: 2,
        pointRadius: isLine ? 3 : 0,
        maxBarThickness: 28,
      };
    }),
  };
}

function optionsOf(figure, isCount) {
  const across = figure.dataset.chart === "across";
  const stacked = "stacked" in figure.dataset;
  const ink = colour("--ink-quiet");
  const font = { size: narrow.matches ? 11 : 12 };
  const values = { stacked, beginAtZero: true, border: { display: false }, grid: { color: colour("--line") }, ticks: { color: ink, font, maxTicksLimit: 6, maxRotation: 0, ...(isCount && { precision: 0 }), callback: (value) => short.format(value) } };
  const names = { stacked, border: { color: colour("--line") }, grid: { display: false }, ticks: { color: ink, font, autoSkipPadding: 8, maxRotation: 0, callback(value) { return cut(this.getLabelForValue(value)); } } };
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: still.matches ? false : { duration: 250 },
    indexAxis: across ? "y" : "x",
    interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
    scales: across ? { x: values, y: names } : { x: names, y: values },
    plugins: {
      legend: { position: "bottom", align: "start", labels: { color: ink, font, boxWidth: 12, boxHeight: 12, padding: 10 } },
      tooltip: { callbacks: { label: ({ dataset, dataIndex }) => `${dataset.label}: ${dataset.cells[dataIndex].textContent.trim()}${dataset.unit}` } },
    },
    onClick: (event, _near, chart) => open(chart, event),
  };
}

const cut = (label) => (label.length > (narrow.matches ? 14 : 20) ? `${label.slice(0, narrow.matches ? 13 : 19)}…` : label);

// A bar that is pressed leads where its cell leads.
function open(chart, event) {
  const [near] = chart.getElementsAtEventForMode(event.native ?? event, "nearest", { intersect: true }, true);
  const link = near && chart.data.datasets[near.datasetIndex].cells[near.index].querySelector("a");
  if (link) link.click();
}

function draw(figure) {
  const table = document.getElementById(figure.dataset.table);
  if (!table || !globalThis.Chart) return;
  const pressed = figure.querySelector('[data-group][aria-pressed="true"]');
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.dataset.colour);
  const group = (pressed ?? heads[0]).dataset.group;
  const isCount = heads.some((head) => head.dataset.group === group && head.dataset.kind === "count");
  const canvas = figure.querySelector("canvas");
  charts.get(canvas)?.destroy();
  charts.set(canvas, new Chart(canvas, { type: "bar", data: seriesOf(table, group, "stacked" in figure.dataset), options: optionsOf(figure, isCount) }));
  figure.dataset.done = "yes";
}

function prepare(part) {
  for (const groups of part.querySelectorAll(".groups")) groups.hidden = false;
  if (narrow.matches) for (const numbers of part.querySelectorAll(".pair.drawn > .numbers")) numbers.open = false;
  for (const figure of part.querySelectorAll("figure[data-chart]")) draw(figure);
}

document.addEventListener("htmx:afterSettle", ({ target }) => prepare(target));
document.addEventListener("click", ({ target }) => {
  const button = target.closest(".groups [data-group]");
  if (!button) return;
  for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
  draw(button.closest("figure"));
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose]")) target.form.requestSubmit();
});

// Another theme has other colours; a chart that has left the page is let go.
function again() {
  for (const [canvas, chart] of charts) {
    if (canvas.isConnected) draw(canvas.closest("figure"));
    else chart.destroy(), charts.delete(canvas);
  }
}
new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
still.addEventListener("change", again);
addEventListener("beforeprint", () => { for (const chart of charts.values()) chart.resize(); });
