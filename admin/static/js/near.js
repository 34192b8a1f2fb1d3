// Records at hand: what was opened in this browser is kept by its key alone; what is pinned stands in the menu's foot.
const MOST = 12;
const place = `opened:${document.querySelector(".shell")?.dataset.me ?? ""}`;
const page = /^\/admin\/([a-z-]+)\/details\/([0-9a-f-]{36})$/;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? [];
  } catch {
    return [];
  }
}

/** What was opened lately, the last first, but for the page that one stands on: `deal:key,client:key`. */
export const opened = () => kept().filter((one) => one !== here()).join(",");

function here() {
  const found = location.pathname.match(page);
  return found ? `${found[1]}:${found[2]}` : "";
}

if (here() && document.getElementById("record-head")) {
  localStorage.setItem(place, JSON.stringify([here(), ...kept().filter((one) => one !== here())].slice(0, MOST)));
}

// A button that pins says what it would do now: the menu's foot knows what is pinned.
function tell() {
  const foot = document.getElementById("pins");
  for (const button of document.querySelectorAll("[data-pin]")) {
    const isOn = Boolean(foot?.querySelector(`a[href="${button.dataset.pin.replace("/pin/", "/details/")}"]`));
    button.setAttribute("aria-pressed", String(isOn));
    button.querySelector("span").textContent = button.title = isOn ? button.dataset.on : button.dataset.off;
  }
}
for (const name of ["htmx:afterSettle", "renewed", "peeked"]) document.addEventListener(name, tell);

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-pin]");
  if (!button) return;
  const isOn = button.getAttribute("aria-pressed") === "true";
  window.htmx.ajax("POST", button.dataset.pin, { source: button, swap: "none", values: isOn ? { off: "1" } : {} });
});
