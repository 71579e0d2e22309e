// A series of images: fetched a few at a time around the one that is looked at, kept packed, unpacked when shown.

import { firstWindow, paint, spanWindow, stored, unpack, valueAt } from "./values.js";

const TOGETHER = 16, UNPACKED = 24;
const PRESETS = { soft: [40, 400], bone: [400, 2000], lung: [-600, 1500], brain: [40, 80] };

export class Series {
  // told: {changed(), failed(status)}; base: the record's address; number: of the series; total: how many images it has.
  constructor(base, number, about, told) {
    Object.assign(this, { base, number, about, told, total: about.slices, at: Math.floor(about.slices / 2), inverted: false, window: null, chosen: "as_stored" });
    this.packed = new Map();
    this.open = new Map();
    this.asked = new Set();
    this.canvas = document.createElement("canvas");
    // A telephone on the road fetches what is near; a computer fetches all.
    this.near = navigator.connection?.saveData || matchMedia("(pointer: coarse)").matches ? 2 * TOGETHER : Infinity;
  }

  begin() { this.closed = false; this.go(this.at); }
  end() { this.closed = true; }

  async go(to) {
    this.at = Math.min(this.total - 1, Math.max(0, to));
    const wanted = this.at;
    this.told.changed();
    try {
      if (!this.packed.has(wanted)) await (this.packed.size ? this.fetchAround(wanted) : this.fetch(wanted, 1));
      if (this.at !== wanted || this.closed || !this.packed.has(wanted)) return;
      await this.draw();
      this.fill();
    } catch (error) {
      if (!this.closed) this.told.failed(error.status || 0);
    }
  }

  async draw() {
    const wanted = this.at, { head, numbers } = await this.unpacked(wanted);
    if (this.at !== wanted) return;
    if (!this.window) this.window = firstWindow(head);
    if (this.canvas.width !== head.columns || this.canvas.height !== head.rows || !this.image) {
      Object.assign(this.canvas, { width: head.columns, height: head.rows });
      this.brush = this.canvas.getContext("2d");
      this.image = this.brush.createImageData(head.columns, head.rows);
    }
    paint(head, numbers, this.window, this.inverted, this.image);
    this.brush.putImageData(this.image, 0, 0);
    Object.assign(this, { head, numbers, shown: wanted });
    this.told.changed();
  }

  async unpacked(number) {
    if (!this.open.has(number)) {
      const { head, packed } = this.packed.get(number);
      this.open.set(number, { head, numbers: await stored(head, packed) });
      if (this.open.size > UNPACKED) this.open.delete(this.open.keys().next().value);
    }
    return this.open.get(number);
  }

  fetchAround(number) {
    const first = Math.floor(number / TOGETHER) * TOGETHER;
    return this.fetch(first, Math.min(TOGETHER, this.total - first));
  }

  async fetch(first, count) {
    const answer = await fetch(`${this.base}/slices?series=${this.number}&first=${first}&count=${count}`);
    if (!answer.ok) throw Object.assign(new Error("not given"), { status: answer.status });
    unpack(await answer.arrayBuffer()).forEach((one, place) => this.packed.set(first + place, one));
  }

  // One answer after the other, the nearest first; what is scrolled to meanwhile is fetched beside it.
  async fill() {
    if (this.filling) return;
    this.filling = true;
    try {
      for (let next = this.missing(); next !== null && !this.closed; next = this.missing()) {
        this.asked.add(next);
        await this.fetch(next, Math.min(TOGETHER, this.total - next));
        this.told.changed();
      }
    } catch { /* what is missing is asked for again when it is looked at */ } finally { this.filling = false; }
  }

  missing() {
    let best = null, far = this.near;
    for (let first = 0; first < this.total; first += TOGETHER) {
      const last = Math.min(first + TOGETHER, this.total) - 1;
      const away = this.at < first ? first - this.at : this.at > last ? this.at - last : 0;
      if (away > far || this.asked.has(first) || (best !== null && away === far)) continue;
      if (!this.packed.has(first) || !this.packed.has(last)) { best = first; far = away; }
    }
    return best;
  }

  loaded() { return this.packed.size / this.total; }

  presets() {
    if (!this.head || this.head.type === "rgb") return [];
    const own = ["as_stored", "whole"];
    return this.head.unit === "HU" ? [...own, ...Object.keys(PRESETS)] : own;
  }

  choose(name) {
    this.chosen = name;
    if (name === "as_stored") this.window = firstWindow(this.head);
    else if (name === "whole") this.window = this.whole();
    else this.window = [...PRESETS[name]];
    return this.draw();
  }

  whole() {
    let low = Infinity, high = -Infinity;
    for (const number of this.numbers) { if (number < low) low = number; if (number > high) high = number; }
    const ends = [low * this.head.slope + this.head.intercept, high * this.head.slope + this.head.intercept].sort((a, b) => a - b);
    return spanWindow(...ends);
  }

  // To the right: more contrast the other way round, as in every reading room: right is wider, down is darker.
  drag(dx, dy) {
    if (!this.window) return;
    const step = Math.max(this.window[1] / 300, 0.01);
    this.window = [this.window[0] + dy * step, Math.max(1, this.window[1] + dx * step)];
    this.chosen = "hand";
    this.draw();
  }

  invert() { this.inverted = !this.inverted; return this.draw(); }

  value(column, row) { return this.head ? valueAt(this.head, this.numbers, column, row) : null; }

  ratio() {
    const [rows, columns] = this.head.spacing;
    return rows > 0 && columns > 0 ? rows / columns : 1;
  }
}
