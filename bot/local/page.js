// The person's page: shows the chat, presses buttons, writes.
const chat = document.getElementById("chat");
const list = document.getElementById("messages");
const EVERY = 700;
let shown = "";

async function post(path, told) {
  await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(told) });
  await look();
}

function button(message, told) {
  const made = document.createElement(told.url ? "a" : "button");
  made.textContent = told.text;
  if (told.url) {
    made.href = told.url;
    made.target = "_blank";
  } else {
    made.addEventListener("click", () =>
      post("/person/press", { chat: Number(chat.value), message: message.message_id, data: told.callback_data }));
  }
  return made;
}

function bubble(message) {
  const made = document.createElement("article");
  made.className = message.from.is_bot ? "" : "mine";
  made.append(message.text ?? `📎 ${message.document?.file_name ?? ""}`);
  for (const row of message.reply_markup?.inline_keyboard ?? []) {
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    buttons.append(...row.map((one) => button(message, one)));
    made.append(buttons);
  }
  return made;
}

async function look() {
  const answer = await fetch(`/person/messages?chat=${Number(chat.value)}`);
  const text = await answer.text();
  if (text === shown) return;
  shown = text;
  const told = JSON.parse(text);
  document.getElementById("empty").hidden = told.messages.length > 0;
  document.getElementById("answer").textContent = told.answer;
  list.replaceChildren(...told.messages.map(bubble));
  window.scrollTo(0, document.body.scrollHeight);
}

document.getElementById("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = document.getElementById("text");
  if (!text.value.trim()) return;
  await post("/person/write", { chat: Number(chat.value), text: text.value });
  text.value = "";
});
chat.addEventListener("change", look);
setInterval(look, EVERY);
look();
