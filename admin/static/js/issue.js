// The dialog of an issue: the end follows the start, a term of the same length, until the end is set by hand.
const DAY = 86_400_000;
const day = (field) => (field?.value ? new Date(`${field.value}T00:00Z`) : null);
const iso = (moment) => moment.toISOString().slice(0, 10);

function months(start, end) {
  const next = new Date(end.getTime() + DAY);
  const whole = (next.getUTCFullYear() - start.getUTCFullYear()) * 12 + next.getUTCMonth() - start.getUTCMonth();
  return next.getUTCDate() === start.getUTCDate() ? whole : 0;
}

function later(start, count) {
  const last = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + count + 1, 0)).getUTCDate();
  const same = Math.min(start.getUTCDate(), last);
  const moment = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + count, same);
  return new Date(same < start.getUTCDate() ? moment : moment - DAY); // a shorter month ends the term on its last day
}

const begun = new WeakMap();
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("form[data-terms] [name=starts_on]")) begun.set(target, day(target));
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("form[data-terms] [name=starts_on]")) return;
  const end = target.form.elements.ends_on;
  const [was, now, until] = [begun.get(target), day(target), day(end)];
  if (!was || !now || !until) return;
  const count = months(was, until);
  end.value = iso(count > 0 ? later(now, count) : new Date(until.getTime() + (now - was)));
  begun.set(target, now);
}, true);
