// Keys of the whole page. A key means nothing while somebody types, but for Escape.
const actions = new Map();

export function isField(element) {
  return element?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element?.tagName);
}

export function isTyping() {
  return isField(document.activeElement);
}

export function key(name, act) {
  actions.set(name, act);
}

/** Do what a key means by now, unless that is still `not`. */
export function press(name, event, not) {
  const act = actions.get(name);
  if (act && act !== not) act(event);
}

// Letters mean their place on the keyboard where the layout is Russian.
const LATIN = Object.fromEntries([..."йцукенгшщзфывапролдячсмить"].map((letter, n) => [letter, "qwertyuiopasdfghjklzxcvbnm"[n]]));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open], .modal.show")) return;
  if (isTyping() && event.key !== "Escape") return;
  const name = event.code === "Slash" && !actions.has(event.key) ? (event.shiftKey ? "?" : "/") : event.key;
  const act = actions.get(name) ?? actions.get(LATIN[name.toLowerCase()]);
  if (!act) return;
  if (name !== "Escape") event.preventDefault();
  act(event);
});
