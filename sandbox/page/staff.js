// The doctors' staff group: several people, perhaps topics, one of the people is "you". Beside the
// topics stands what only this person sees: the private chat with the staff bot.

import { api } from "./api.js";
import { refresher } from "./live.js";
import { ChatLog } from "./chat.js";
import { Composer } from "./composer.js";
import { deliver, press, drawReplyKeyboard, fillPeople } from "./pane.js";
import { el, paintAvatar, attempt } from "./ui.js";
import { lightbox } from "./dialogs.js";
import { drawTopics, threadOf, GENERAL, PRIVATE } from "./topics.js";

const COMMANDS = [
  { name: "/queue", hint: "The cases that wait" },
  { name: "/case", hint: "One case: add its number", open: true },
  { name: "/mine", hint: "The cases you lead" },
  { name: "/calls", hint: "The calls that are booked" },
  { name: "/away", hint: "Days you cannot work" },
  { name: "/stats", hint: "A picture of the last weeks" },
  { name: "/help", hint: "What doctors can do here" },
];

export class StaffPane {
  constructor(people) {
    this.people = people;
    this.everybody = [...people.doctors, ...people.outsiders];
    this.bot = people.staff_bot ?? { id: "staff", username: "" };
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
      onPress: (message, key, node) => this.press(message, key, node),
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
    return { as: this.actor.id, chat: this.thread === PRIVATE ? this.bot.id : this.people.staff_chat_id };
  }

  // Telegram's General topic has no thread number in messages, a private chat has no topics.
  get sendThread() {
    return this.thread === GENERAL || this.thread === PRIVATE ? undefined : this.thread;
  }

  // A link that starts the bot opens its chat and presses Start there, as Telegram's own app does.
  press(message, key, node) {
    const start = key.url && new URL(key.url, location.href);
    if (!start?.searchParams.has("start") || start.pathname !== `/${this.bot.username}`) return press(this.address, message, key, node);
    this.thread = PRIVATE;
    this.draw();
    return attempt(() => api.send({ ...this.address, text: `/start ${start.searchParams.get("start")}`.trim() }));
  }

  async load() {
    const as = this.actor.id;
    const [group, own] = await Promise.all([this.look(as, this.people.staff_chat_id), this.look(as, this.bot.id)]);
    if (as !== this.actor.id) return;
    this.view = { ...group, own: own.messages, ownKeyboard: own.reply_keyboard };
    this.draw();
  }

  async look(as, chat) {
    try {
      return await api.chat(as, chat);
    } catch (error) {
      if (error.status === 0 || error.status >= 500) throw error;
      // Somebody outside the group sees nothing of it, and that is worth showing, not hiding.
      return { messages: [], topics: [], refused: error.message };
    }
  }

  draw() {
    const { view } = this;
    const topics = view.topics ?? [];
    const forum = topics.length > 0 || Boolean(view.chat?.is_forum ?? view.chat?.forum);
    const title = view.chat?.title || view.chat?.name || "Second Look — doctors";
    paintAvatar(this.find("staff-avatar"), { id: 1, name: title });
    this.find("staff-title").textContent = title;
    this.find("staff-sub").textContent = `You are ${this.actor.name}${this.people.outsiders.includes(this.actor) ? ", not a doctor here" : ""}`;
    if (this.thread !== PRIVATE && !topics.some((topic) => topic.thread_id === this.thread)) this.thread = GENERAL;
    // What was there before the page was opened is not news.
    if (!this.opened && !view.refused) for (const message of view.messages) this.seen.set(threadOf(message), message.message_id);
    this.opened ||= !view.refused;
    const alone = this.thread === PRIVATE;
    const inGroup = forum ? view.messages.filter((message) => threadOf(message) === this.thread) : view.messages;
    const shown = alone ? view.own : inGroup;
    this.log.setEmpty(alone ? this.beginning() : el("div", { class: "empty-card" }, el("p", {}, view.refused || "Nothing has been written here yet.")));
    this.log.update(shown, this.actor.id, `${this.actor.id} ${this.thread}`);
    this.seen.set(alone ? `${PRIVATE} ${this.actor.id}` : this.thread, shown.at(-1)?.message_id ?? 0);
    drawTopics(this.find("staff-topics"), {
      topics, messages: view.messages, current: this.thread, seen: this.seen, me: this.actor.id, own: view.own,
      onChoose: (thread) => {
        this.thread = thread;
        this.composer.setReply(null);
        this.draw();
      },
    });
    this.find("staff-body").classList.add("forum"); // the private chat is beside a plain group too
    drawReplyKeyboard(this.find("staff-keyboard"), alone ? view.ownKeyboard : view.reply_keyboard, (key) => attempt(() => api.send({ ...this.address, thread: this.sendThread, text: key.text })));
  }

  // Until a person has started a bot, it may not write to her.
  beginning() {
    return el("div", { class: "empty-card" }, el("p", {}, `Only ${this.actor.name} sees this chat with the staff bot. The bot may write here once Start was pressed.`),
      el("button", { type: "button", class: "primary", "data-testid": "staff-start", onclick: () => attempt(() => api.send({ ...this.address, text: "/start" })) }, "Start"));
  }
}
