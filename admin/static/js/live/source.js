// The one connection of a browser to /streams/deals: comes back by itself, from where it stood.
const SILENCE = 40_000; // the server beats every 15 s; after so long the line is dead, whatever it says
const PATIENCE = 4_000; // how long one is not told that the line is gone
const LONGEST = 30_000;
const KEPT = 300;

export const parts = (place) => place.split("-").map(BigInt);

// Whether the one place of the log is after the other; places of another epoch are not comparable.
export function isAfter(one, other) {
  const [a, b] = [parts(one), parts(other)];
  if (a[0] !== b[0]) return true;
  return a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];
}

export class Source {
  constructor(tell) {
    this.tell = tell;
    this.deals = new Set();
    this.kept = [];
    this.place = "";
    this.base = "";
    this.me = "";
    this.online = true;
    this.failed = 0;
  }

  // Listen with these deals open, from this place on if there is none yet.
  open(deals, since) {
    this.place ||= since;
    this.base ||= since;
    const same = this.stream && deals.size === this.deals.size && [...deals].every((deal) => this.deals.has(deal));
    if (same) return;
    this.deals = new Set(deals);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.connect(), this.stream ? 250 : 0);
  }

  close() {
    for (const timer of [this.settling, this.retrying, this.watching, this.doubting]) clearTimeout(timer);
    this.stream?.close();
    this.stream = null;
  }

  connect() {
    this.close();
    const asked = new URLSearchParams([...this.deals].map((deal) => ["deal", deal]));
    if (this.place) asked.set("since", this.place);
    const stream = new EventSource(`/streams/deals?${asked}`);
    this.stream = stream;
    this.watch();
    for (const name of ["hello", "change", "notification", "reset", "presence", "beat"]) {
      stream.addEventListener(name, (event) => this.hear(name, event));
    }
    stream.addEventListener("error", () => this.lose());
  }

  hear(name, { data, lastEventId }) {
    this.watch();
    if (lastEventId) this.place = lastEventId;
    const told = JSON.parse(data);
    if (name === "hello") this.arrive(told);
    else if (name === "change") this.pass({ kind: "change", place: lastEventId, told });
    else if (name === "notification") this.tell({ kind: "bell" });
    else if (name === "reset") this.forget();
    else if (name === "presence") this.tell({ kind: "presence", told });
  }

  arrive({ me }) {
    this.base ||= this.place;
    this.me = me;
    this.failed = 0;
    clearTimeout(this.doubting);
    if (!this.online) this.tell({ kind: "line", online: (this.online = true) });
  }

  pass(message) {
    this.kept.push(message);
    if (this.kept.length > KEPT) this.base = this.kept.shift().place;
    this.tell(message);
  }

  forget() {
    this.kept = [];
    this.base = this.place;
    this.tell({ kind: "reset" });
  }

  // What a page that was drawn at `place` has not seen yet; null when that is no longer known.
  since(place) {
    if (!place || !this.base) return [];
    if (isAfter(this.base, place)) return null;
    return this.kept.filter((message) => isAfter(message.place, place));
  }

  lose() {
    this.close();
    const pause = Math.min(LONGEST, 500 * 2 ** this.failed++) * (0.5 + Math.random());
    this.retrying = setTimeout(() => this.connect(), pause);
    if (this.online) this.doubting = setTimeout(() => this.tell({ kind: "line", online: (this.online = false) }), PATIENCE);
  }

  watch() {
    clearTimeout(this.watching);
    this.watching = setTimeout(() => this.lose(), SILENCE);
  }
}
