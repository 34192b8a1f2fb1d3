// Files on their way from a page: each has a line of its own with its progress.
import { showToast } from "./toasts.js";
import { Refusal, giveUp, upload } from "./uploading.js";

const AT_ONCE = 3;
const MEGABYTE = 1024 * 1024;
const waiting = [];
let running = 0;

/** Send files from a zone, a few at a time. */
export function take(zone, files) {
  for (const file of files) waiting.push(lineFor(zone, file));
  for (let n = running; n < AT_ONCE; n++) next();
}

function lineFor(zone, file) {
  const item = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { className: "drop-name", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const said = Object.assign(document.createElement("span"), { className: "drop-said", textContent: zone.dataset.saidWaiting });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-icon btn-ghost" });
  button.innerHTML = '<i class="ti ti-x" aria-hidden="true"></i>';
  button.setAttribute("aria-label", `${zone.dataset.saidRemove}: ${file.name}`);
  item.append(name, bar, said, button);
  document.getElementById(`${zone.id}-list`).append(item);
  const line = { zone, file, item, bar, said, key: crypto.randomUUID?.() ?? fallbackKey(), query: zone.dataset.query, stop: new AbortController() };
  button.addEventListener("click", () => remove(line));
  return line;
}

// Outside of https browsers keep randomUUID to themselves.
function fallbackKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

async function next() {
  const line = waiting.shift();
  if (!line) return;
  running++;
  try {
    await run(line);
  } finally {
    running--;
    next();
    if (!running && !waiting.length) finish(line.zone);
  }
}

async function run(line) {
  const { zone, file } = line;
  const said = zone.dataset;
  if (file.size > Number(said.limit) * MEGABYTE) return fail(line, said.saidLarge, false);
  if (!file.size) return fail(line, said.saidEmpty, false);
  try {
    const answer = await upload(file, line.query, line.key, {
      signal: line.stop.signal,
      onProgress: (share, isAgain) => {
        line.said.textContent = isAgain ? said.saidAgain : `${Math.floor(share * 100)} %`;
        if (!isAgain) line.bar.value = share;
      },
    });
    succeed(line, answer);
  } catch (error) {
    if (!line.stop.signal.aborted) fail(line, (error instanceof Refusal && error.message) || said.saidFailed, !(error instanceof Refusal));
  }
}

function succeed(line, answer) {
  const said = line.zone.dataset;
  line.bar.value = 1;
  line.item.className = `is-${answer.state}`;
  line.said.textContent = { stored: said.saidStored, staged: said.saidStaged, twin: said.saidTwin.replace("{name}", answer.name) }[answer.state];
  if (answer.state !== "staged") return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: line.key });
  line.item.append(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function fail(line, text, mayRetry) {
  line.item.className = "is-failed";
  line.said.textContent = text;
  if (!mayRetry || line.item.querySelector(".drop-retry")) return;
  const again = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm drop-retry", textContent: line.zone.dataset.saidRetry });
  again.addEventListener("click", () => { again.remove(); line.item.className = ""; waiting.push(line); next(); });
  line.said.after(again);
}

function remove(line) {
  const place = waiting.indexOf(line);
  if (place >= 0) waiting.splice(place, 1);
  const isOver = ["is-stored", "is-twin"].includes(line.item.className);
  line.stop.abort();
  if (!isOver) giveUp(line.key).catch(() => {});
  line.item.remove();
}

// Everything is in: what was stored without a remark leaves the list, the sections draw themselves anew.
function finish(zone) {
  const list = document.getElementById(`${zone.id}-list`);
  const stored = list ? [...list.querySelectorAll(".is-stored")] : [];
  if (stored.length) showToast({ text: zone.dataset.saidAll.replace("{n}", stored.length) });
  for (const item of stored) item.remove();
  if (stored.length) document.body.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
}

addEventListener("beforeunload", (event) => { if (running || waiting.length) event.preventDefault(); });
