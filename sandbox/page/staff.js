// The doctors' staff group: several people, perhaps topics, one of the people is "you".

import { api } from "./api.js";
import { refresher } from "./live.js";
import { ChatLog } from "./chat.js";
import { Composer } from "./composer.js";
import { deliver, press, drawReplyKeyboard, fillPeople } from "./pane.js";
import { el, paintAvatar, attempt } from "./ui.js";
import { lightbox } from "./dialogs.js";
import { drawTopics, threadOf, GENERAL } from "./topics.js";

const COMMANDS = [
  { name: "/queue", hint: "The cases that wait" },
  { name: "/case", hint: "One case: add its number", open: true },
  { name: "/help", hint: "What doctors can do here" },
];

export class StaffPane {
  constructor(people) {
    this.people = people;
    this.everybody = [...people.doctors, ...people.outsiders];
    this.thread = GENERAL;
    this.seen = new Map();
    this.find = (id) => document.getElementById(id);
    this.select = this.find("staff-actor");
    fillPeople(this.select, [["Doctors", people.doctors], ["Outsiders", people.outsiders]]);
    this.select.addEventListener("change", () => {
      this.composer.setReply(null);
      attempt(this.refresh);
    });
    this.log = new ChatLog(document.querySelector('[data-testid="staff-log"]'), {
      group: true,
      onPress: (message, key, node) => press(this.address, message, key, node),
      onReply: (message) => this.composer.setReply(message),
      onPhoto: lightbox,
    });
    this.composer = new Composer(this.find("staff-composer"), {
      name: "staff", placeholder: "Write to the group", commands: COMMANDS,
      onSend: (message) => deliver({ ...this.address, thread: this.sendThread }, message),
      onCommand: (text) => attempt(() => api.send({ ...this.address, thread: this.sendThread, text })),
    });
    this.refresh = refresher(() => this.load());
  }

  get actor() {
    return this.everybody.find((person) => String(person.id) === this.select.value) ?? this.everybody[0];
  }

  get address() {
    return { as: this.actor.id, chat: this.people.staff_chat_id };
  }

  // Telegram's General topic has no thread number in messages.
  get sendThread() {
    return this.thread === GENERAL ? undefined : this.thread;
  }

  async load() {
    const { as, chat } = this.address;
    let view;
    try {
      view = await api.chat(as, chat);
    } catch (error) {
      if (error.status === 0 || error.status >= 500) throw error;
      // Somebody outside the group sees nothing of it, and that is worth showing, not hiding.
      view = { messages: [], topics: [], refused: error.message };
    }
    if (as !== this.actor.id) return;
    this.view = view;
    this.draw();
  }

  draw() {
    const { view } = this;
    const topics = view.topics ?? [];
    const forum = topics.length > 0 || Boolean(view.chat?.is_forum ?? view.chat?.forum);
    const title = view.chat?.title || view.chat?.name || "Second Look — doctors";
    paintAvatar(this.find("staff-avatar"), { id: 1, name: title });
    this.find("staff-title").textContent = title;
    this.find("staff-sub").textContent = `You are ${this.actor.name}${this.people.outsiders.includes(this.actor) ? ", not a doctor here" : ""}`;
    if (!topics.some((topic) => topic.thread_id === this.thread)) this.thread = GENERAL;
    // What was there before the page was opened is not news.
    if (!this.opened && !view.refused) for (const message of view.messages) this.seen.set(threadOf(message), message.message_id);
    this.opened ||= !view.refused;
    const shown = forum ? view.messages.filter((message) => threadOf(message) === this.thread) : view.messages;
    this.log.setEmpty(el("div", { class: "empty-card" }, el("p", {}, view.refused || "Nothing has been written here yet.")));
    this.log.update(shown, this.actor.id, `${this.actor.id} ${this.thread}`);
    this.seen.set(this.thread, shown.at(-1)?.message_id ?? 0);
    drawTopics(this.find("staff-topics"), {
      forum, topics, messages: view.messages, current: this.thread, seen: this.seen, me: this.actor.id,
      onChoose: (thread) => {
        this.thread = thread;
        this.composer.setReply(null);
        this.draw();
      },
    });
    this.find("staff-body").classList.toggle("forum", forum);
    drawReplyKeyboard(this.find("staff-keyboard"), view.reply_keyboard, (key) => attempt(() => api.send({ ...this.address, thread: this.sendThread, text: key.text })));
  }
}
