// The owner's Telegram: a private chat with the owner bot.

import { api } from "./api.js";
import { refresher } from "./live.js";
import { ChatLog } from "./chat.js";
import { Composer } from "./composer.js";
import { menuButton } from "./menu.js";
import { deliver, press, drawReplyKeyboard, fillPeople } from "./pane.js";
import { el, icon, paintAvatar, attempt, toast } from "./ui.js";
import { lightbox } from "./dialogs.js";
import { samplePictures, sampleReport } from "./samples.js";

const COMMANDS = [
  { name: "/start", hint: "Begin, or see the menu" },
  { name: "/status", hint: "Where the case stands" },
  { name: "/help", hint: "What this bot does" },
  { name: "/language", hint: "Change the language" },
  { name: "/cancel", hint: "Stop what is going on" },
];

export class OwnerPane {
  constructor(people, { onOwner }) {
    this.people = people;
    this.bot = people.owner_bot ?? { id: 0, name: "Owner bot" };
    this.find = (id) => document.getElementById(id);
    this.select = this.find("owner-actor");
    fillPeople(this.select, [["Owners", people.owners]]);
    // With one owner there is nothing to choose, but the name still tells who "you" are.
    this.select.disabled = people.owners.length < 2;
    this.select.addEventListener("change", () => {
      onOwner(this.owner);
      attempt(this.refresh);
    });
    this.log = new ChatLog(document.querySelector('[data-testid="owner-log"]'), {
      onPress: (message, key, node) => press(this.address, message, key, node),
      onReply: (message) => this.composer.setReply(message),
      onPhoto: lightbox,
    });
    const samples = el("button", { type: "button", class: "chip", "data-testid": "owner-samples", onclick: () => this.sendSamples("album") }, icon("image"), "Send sample records");
    this.composer = new Composer(this.find("owner-composer"), {
      name: "owner", placeholder: "Write as the owner", commands: COMMANDS, quick: [samples],
      onSend: (message) => deliver(this.address, message), onCommand: (text) => this.say(text),
    });
    this.refresh = refresher(() => this.load());
    this.setUpHead();
  }

  get owner() {
    return this.people.owners.find((owner) => String(owner.id) === this.select.value) ?? this.people.owners[0];
  }

  get address() {
    return { as: this.owner.id, chat: this.bot.id || 0 };
  }

  setUpHead() {
    const name = this.bot.name || this.bot.first_name || this.bot.username || "Owner bot";
    paintAvatar(this.find("owner-avatar"), { id: this.bot.id, name });
    this.find("owner-title").textContent = name;
    this.log.setEmpty(
      el("div", { class: "empty-card" }, el("p", {}, `This is the owner's chat with ${name}. It begins when the owner presses Start.`),
        el("button", { type: "button", class: "primary", "data-testid": "owner-start", onclick: () => this.say("/start") }, "Start")));
    const more = this.find("owner-more");
    more.append(icon("more"));
    menuButton(more, "More for this owner", () => [
      { name: "Share phone number", hint: this.owner.phone || "", testid: "share-contact", run: () => this.shareContact() },
      { name: "Block the bot", hint: "Later messages to this owner are refused", testid: "block", run: () => this.setBlocked(true) },
      { name: "Unblock the bot", testid: "unblock", run: () => this.setBlocked(false) },
    ]);
    menuButton(this.find("files-menu"), "Send files as the owner", () => [
      { name: "Three pictures", hint: "As one album: lab sheet, X-ray, ultrasound", run: () => this.sendSamples("album") },
      { name: "One picture", hint: "The lab sheet alone", run: () => this.sendSamples("one") },
      { name: "Three pictures as files", hint: "Uncompressed documents", run: () => this.sendSamples("files") },
      { name: "A PDF report", hint: "One document", run: () => this.sendSamples("pdf") },
      { name: "Twelve pictures", hint: "More than one album holds", run: () => this.sendSamples("many") },
    ]);
  }

  say(text) {
    return attempt(() => api.send({ ...this.address, text }));
  }

  shareContact() {
    return attempt(() => api.contact({ ...this.address, phone: this.owner.phone }));
  }

  async setBlocked(blocked) {
    const done = await attempt(async () => {
      await (blocked ? api.block(this.owner.id) : api.unblock(this.owner.id));
      return true;
    });
    if (done) toast(blocked ? `${this.owner.name} has blocked the bot.` : `${this.owner.name} lets the bot write again.`);
  }

  sendSamples(kind) {
    return attempt(async () => {
      if (kind === "pdf") return deliver(this.address, { text: "", files: [sampleReport()] });
      let files = await samplePictures();
      if (kind === "one") files = files.slice(0, 1);
      if (kind === "many") files = Array.from({ length: 12 }, (_, n) => new File([files[n % 3]], `page-${n + 1}.jpg`, { type: "image/jpeg" }));
      return deliver(this.address, { text: "", files, asFile: kind === "files" });
    });
  }

  async load() {
    const { as, chat } = this.address;
    const view = await api.chat(as, chat);
    if (as !== this.owner.id) return; // The person switched while the answer was on its way.
    this.find("owner-sub").textContent = `${this.owner.name}'s Telegram`;
    this.log.update(view.messages, as, `${as}`);
    drawReplyKeyboard(this.find("owner-keyboard"), view.reply_keyboard, (key) => (key.request_contact ? this.shareContact() : this.say(key.text)));
  }
}
