// The one connection of a browser to /streams/deals: comes back by itself, from where it stood.
const SILENCE = 40_000; // the server beats every 15 s; after so long the line is dead, whatever it says
const PATIENCE = 4_000; // how long one is not told that the line is gone
const LONGEST = 30_000;
const PULSE = 8_000; // who has something open says so; after 20 s of silence they count as gone
const GATHER = 100;
const SETTLED = 8_000; // who is not told of anew within this after coming back is not there any more
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
    this.screen = { open: [], lists: [] };
    this.said = "";
    this.here = new Map(); // "deal/<id>" → what was told last of who is there
    this.kept = [];
    this.place = "";
    this.base = "";
    this.me = "";
    this.online = true;
    this.failed = 0;
  }

  // Listen with this on the screen, from this place on if there is none yet.
  open(screen, since) {
    this.place ||= since;
    this.base ||= since;
    this.screen = screen;
    for (const key of this.here.keys()) if (!this.holds(key)) this.here.delete(key);
    if (!this.stream) this.connect();
    else if (this.handle && this.said !== String(this.asked())) this.saying ||= setTimeout(() => this.say(), GATHER);
  }

  holds(key) {
    return this.screen.lists.includes(key.split("/")[0]) || this.screen.open.some((one) => one.startsWith(key));
  }

  close() {
    for (const timer of [this.retrying, this.watching, this.doubting, this.saying]) clearTimeout(timer);
    clearInterval(this.pulse);
    this.saying = 0;
    this.stream?.close();
    this.stream = this.handle = null;
  }

  asked() {
    return new URLSearchParams([...this.screen.open.map((one) => ["open", one]), ...this.screen.lists.map((one) => ["list", one])]);
  }

  connect() {
    this.close();
    const asked = this.asked();
    this.said = String(asked);
    if (this.place) asked.set("since", this.place);
    const stream = new EventSource(`/streams/deals?${asked}`);
    this.stream = stream;
    this.watch();
    for (const name of ["hello", "change", "notification", "reset", "presence", "beat"]) {
      stream.addEventListener(name, (event) => this.hear(name, event));
    }
    stream.addEventListener("error", () => this.lose());
  }

  // What is on the screen now; also that one is still there.
  async say() {
    this.saying = 0;
    const text = String(this.asked());
    const headers = { "X-CSRF-Token": this.csrf, "Content-Type": "text/plain" };
    const answer = await fetch(`/streams/here?stream=${this.handle}`, { method: "POST", headers, body: text }).catch(() => null);
    if (answer?.ok) this.said = text;
    else if (answer?.status === 429) this.saying ||= setTimeout(() => this.say(), 1_000);
  }

  hear(name, { data, lastEventId }) {
    this.watch();
    if (lastEventId) this.place = lastEventId;
    const told = JSON.parse(data);
    if (name === "hello") this.arrive(told);
    else if (name === "change") this.pass({ kind: "change", place: lastEventId, told });
    else if (name === "notification") this.tell({ kind: "bell" });
    else if (name === "reset") this.forget();
    else if (name === "presence") this.meet(told);
  }

  arrive({ me, stream }) {
    this.base ||= this.place;
    this.me = me;
    this.handle = stream;
    this.failed = 0;
    clearTimeout(this.doubting);
    if (!this.online) this.tell({ kind: "line", online: (this.online = true) });
    this.doubt();
    this.pulse = setInterval(() => { if (this.screen.open.length) this.say(); }, PULSE);
    if (this.said !== String(this.asked())) this.say();
  }

  meet(told) {
    const key = `${told.identity}/${told.record_id}`;
    if (!this.holds(key)) return;
    if (told.people.length) this.here.set(key, told);
    else this.here.delete(key);
    this.tell({ kind: "presence", told });
  }

  // Everybody is there until it turns out that they are not told of anew.
  doubt() {
    const before = new Map(this.here);
    setTimeout(() => {
      for (const [key, told] of before) if (this.here.get(key) === told) this.meet({ ...told, people: [] });
    }, SETTLED);
  }

  pass(message) {
    this.kept.push(message);
    if (this.kept.length > KEPT) this.base = this.kept.shift().place;
    this.tell(message);
  }

  forget() {
    this.kept = [];
    this.base = this.place;
    this.doubt();
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
