// The owner's phone: the text messages that Second Look sent to it, and the answers typed on it.

import { api } from "./api.js";
import { refresher } from "./live.js";
import { el, icon, moment, timeWords, dayWords, attempt } from "./ui.js";
import { richText } from "./richtext.js";
import { StayAtEnd } from "./scroll.js";

const FAILED = new Set(["undelivered", "failed", "canceled"]);

// "out" is the service's direction, so on the phone it is a received message.
function drawText(message) {
  const mine = message.direction === "in";
  const date = moment(message.at);
  const failed = !mine && FAILED.has(message.status);
  return el("article", { class: `sms ${mine ? "mine" : "theirs"}${failed ? " failed" : ""}`, "data-sid": message.sid },
    el("span", { class: "sr" }, mine ? "You: " : "Second Look: "),
    el("div", { class: "sms-bubble" }, richText({ text: message.body })),
    el("small", {}, el("time", { datetime: date.toISOString() }, timeWords(date)), message.status ? ` · ${message.status}` : ""));
}

export class Phone {
  constructor(owner) {
    this.owner = owner;
    this.log = document.querySelector('[data-testid="phone-log"]');
    this.list = el("div", { class: "list" });
    this.log.append(this.list);
    this.input = document.getElementById("phone-input");
    document.querySelector(".phone-send").append(icon("up"));
    document.getElementById("phone-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.input.value.trim());
    });
    for (const button of document.querySelectorAll("[data-digit]")) {
      button.addEventListener("click", () => this.send(button.dataset.digit, true));
    }
    this.end = new StayAtEnd(this.log, this.list);
    this.refresh = refresher(() => this.load());
    this.setOwner(owner);
  }

  setOwner(owner) {
    this.owner = owner;
    this.sign = null;
    this.end.held = true;
    document.getElementById("phone-number").textContent = owner?.phone || "no number";
    for (const field of document.querySelectorAll("#phone-form input, #phone-form button")) field.disabled = !owner?.phone;
    attempt(this.refresh);
  }

  async send(body, quick = false) {
    if (!body || !this.owner?.phone) return;
    if (!quick) this.input.value = "";
    const sent = await attempt(async () => {
      await api.sms(this.owner.phone, body);
      return true;
    });
    if (!sent && !quick && !this.input.value) this.input.value = body;
    this.end.held = true;
    attempt(this.refresh);
  }

  async load() {
    const number = this.owner?.phone;
    const messages = number ? (await api.phone(number)).messages : [];
    if (number !== this.owner?.phone) return;
    const sign = JSON.stringify(messages);
    if (sign === this.sign) return;
    this.sign = sign;
    let day = "";
    const nodes = messages.flatMap((message) => {
      const today = dayWords(moment(message.at));
      const mark = today === day ? [] : [el("div", { class: "sms-day" }, today)];
      day = today;
      return [...mark, drawText(message)];
    });
    if (!nodes.length) nodes.push(el("p", { class: "sms-none" }, number ? "No text messages yet." : "This owner has no phone number."));
    this.list.replaceChildren(...nodes);
    if (this.end.held) this.end.toEnd();
  }
}
