// Notifications of this browser: asks for them, subscribes with the installation's key, hands the subscription over.
const section = document.querySelector("[data-push-key]");
const WORKER = "/static/js/push-worker.js"; // not the address of this release: that would be another worker each time
const form = document.getElementById("push-form");

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function name() {
  const told = navigator.userAgent;
  const browser = ["YaBrowser", "Edg", "OPR", "Firefox", "Chrome", "Safari"].find((one) => told.includes(one)) ?? "";
  const names = { YaBrowser: "Yandex", Edg: "Edge", OPR: "Opera" };
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac", "Linux"].find((one) => told.includes(one)) ?? "";
  return [names[browser] ?? browser, system].filter(Boolean).join(", ");
}

// A worker that is still coming cannot subscribe.
function active({ installing, waiting }) {
  const coming = installing ?? waiting;
  if (!coming) return null;
  return new Promise((done) => {
    coming.addEventListener("statechange", () => { if (coming.state === "activated") done(); });
  });
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register(WORKER);
  await active(worker);
  const asked = { userVisibleOnly: true, applicationServerKey: bytes(section.dataset.pushKey) };
  return (await worker.pushManager.subscribe(asked)).toJSON();
}

async function begin(event) {
  event.preventDefault();
  const refused = document.getElementById("push-refused");
  refused.hidden = true;
  try {
    const { endpoint, keys } = await subscribe();
    for (const [field, value] of Object.entries({ endpoint, ...keys, label: name() })) {
      if (form.elements[field]) form.elements[field].value = value;
    }
    form.submit();
  } catch {
    refused.hidden = false;
  }
}

if (section) {
  const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  form.hidden = !can;
  document.getElementById("push-none").hidden = can;
  form.addEventListener("submit", begin);
}
