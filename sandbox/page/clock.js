// The sandbox's clock in the header, and the buttons that move it.

import { api } from "./api.js";
import { attempt, fullWords, timeWords } from "./ui.js";

function offsetWords(seconds) {
  const sign = seconds < 0 ? "−" : "+";
  const whole = Math.abs(Math.round(seconds / 3600));
  const days = Math.floor(whole / 24);
  const hours = whole % 24;
  return `${sign}${days} d${hours ? ` ${hours} h` : ""}`;
}

// A day passes in steps with a breath in between: a service that keeps quiet hours must see the day, not only the same hour of the next.
const STEP = 3 * 3600;
const BREATH_MS = 800;

const breath = () => new Promise((done) => setTimeout(done, BREATH_MS));

export class Clock {
  constructor() {
    this.output = document.querySelector('[data-testid="clock"]');
    this.buttons = [...document.querySelectorAll("[data-advance]")];
    this.ahead = 0;
    this.offset = 0;
    for (const button of this.buttons) button.addEventListener("click", () => this.move(Number(button.dataset.advance)));
    // Between two answers of the server the page counts on by itself.
    setInterval(() => this.draw(), 1000);
  }

  take(answer) {
    if (!answer?.now) return;
    this.ahead = new Date(answer.now).getTime() - Date.now();
    this.offset = answer.offset_s ?? 0;
    this.known = true;
    this.draw();
  }

  draw() {
    if (!this.known) return;
    const now = new Date(Date.now() + this.ahead);
    const words = `${fullWords(now)} ${offsetWords(this.offset)}`;
    if (this.output.textContent !== words) this.output.textContent = words;
    document.getElementById("phone-time").textContent = timeWords(now);
  }

  async load() {
    this.take(await api.clock());
  }

  async move(seconds) {
    for (const button of this.buttons) button.disabled = true;
    const focused = document.activeElement;
    await attempt(async () => {
      for (let left = seconds; left > 0; left -= STEP) {
        await api.advance(Math.min(left, STEP));
        await this.load();
        if (left > STEP) await breath();
      }
    });
    for (const button of this.buttons) button.disabled = false;
    if (this.buttons.includes(focused)) focused.focus();
  }
}
