// One file on its way to the server: it asks how much is there, sends the rest, and goes on after a broken connection.
const TRIES = 6;
const token = () => document.querySelector('meta[name="csrf-token"]').content;

export class Refusal extends Error {}

// Gives the server's answer; `onProgress(share, isAgain)` is told on the way. Throws Refusal with the server's sentence.
export async function upload(file, query, key, { onProgress, signal }) {
  const address = (offset) => {
    const asked = new URLSearchParams(query);
    asked.set("name", file.name);
    asked.set("size", file.size);
    asked.set("offset", offset);
    return `/admin/document/upload/${key}?${asked}`;
  };
  for (let attempt = 0; ; attempt++) {
    try {
      const stand = await fetch(address(0), { headers: { Accept: "application/json" }, signal });
      const here = await answerOf(stand.status, await stand.text());
      if (here.state) return here;
      const sent = await send(file.slice(here.offset), address(here.offset), signal, (bytes) => {
        onProgress((here.offset + bytes) / Math.max(1, file.size), false);
      });
      if (sent.state) return sent;
    } catch (error) {
      if (error instanceof Refusal || signal.aborted || attempt >= TRIES) throw error;
      onProgress(null, true);
      await pause(Math.min(500 * 2 ** attempt, 15000));
    }
  }
}

export function giveUp(key) {
  return fetch(`/admin/document/upload/${key}`, { method: "DELETE", headers: { "X-CSRF-Token": token(), Accept: "application/json" } });
}

// XMLHttpRequest still is the one that tells how much of a body has left.
function send(body, address, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("X-CSRF-Token", token());
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => answerOf(request.status, request.responseText).then(resolve, reject));
    request.addEventListener("error", () => reject(new Error("broken")));
    request.addEventListener("abort", () => reject(new Error("aborted")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

async function answerOf(status, text) {
  let told = {};
  try { told = JSON.parse(text); } catch { /* a proxy's page; the status says enough */ }
  if (status >= 200 && status < 300) return told;
  if (status === 409 || status === 408 || status === 429 || status >= 500) throw new Error(told.error ?? "broken");
  throw new Refusal(told.error ?? "");
}

// Waits, but not longer than until the connection is back.
function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
