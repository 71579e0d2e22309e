// The list of a group's topics and the private chat with the bot, with what was last said in each
// and how much of it is unread.

import { el, icon, hueOf, initials } from "./ui.js";
import { snippet } from "./richtext.js";

// General is 1 in the Bot API's own numbering, and its messages carry no thread at all.
export const GENERAL = 1;

// Not a topic of Telegram's: the chat with the bot that only one person sees.
export const PRIVATE = "private";

export const threadOf = (message) => message.thread_id || GENERAL;

function roomOf(topic, inside, since, current, me) {
  const unread = topic.thread_id === current ? 0 : inside.filter((message) => message.message_id > since && message.from?.id !== me).length;
  return { topic, unread, last: inside.length ? snippet(inside.at(-1), 46) : "No messages" };
}

function button({ topic, unread, last }, current, onChoose) {
  const id = topic.thread_id;
  const mark = el("span", { class: "topic-mark", style: `--hue:${hueOf(id === PRIVATE ? 7 : id)}`, "aria-hidden": "true" }, id === GENERAL ? "#" : id === PRIVATE ? icon("lock") : initials(topic.name));
  return el("button", {
    type: "button", class: "topic", "data-thread": id, "data-testid": `topic-${id}`,
    "aria-current": id === current ? "true" : null, onclick: () => onChoose(id),
  },
  mark,
  el("span", { class: "topic-words" }, el("b", {}, topic.name, topic.closed ? icon("lock") : null), el("small", {}, last)),
  unread ? el("span", { class: "unread", "aria-label": `${unread} unread` }, String(unread)) : null);
}

export function drawTopics(nav, { topics, messages, current, seen, me, own, onChoose }) {
  nav.hidden = false;
  const all = topics.some((topic) => topic.thread_id === GENERAL) ? topics : [{ thread_id: GENERAL, name: "General" }, ...topics];
  const inGroup = (topic) => (topics.length ? messages.filter((message) => threadOf(message) === topic.thread_id) : messages);
  const rows = [
    ...all.map((topic) => roomOf(topic, inGroup(topic), seen.get(topic.thread_id) ?? 0, current, me)),
    roomOf({ thread_id: PRIVATE, name: "Only you" }, own, seen.get(`${PRIVATE} ${me}`) ?? 0, current, me),
  ];
  // The list is left alone while nothing in it changed, so that it keeps focus and scroll.
  const sign = JSON.stringify([rows, current, me]);
  if (nav.dataset.sign === sign) return;
  nav.dataset.sign = sign;
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.thread : null;
  nav.replaceChildren(...rows.map((row) => button(row, current, onChoose)));
  if (focused) nav.querySelector(`[data-thread="${focused}"]`)?.focus();
  const chosen = nav.querySelector("[aria-current]");
  // Only the list itself may scroll, never the page, hence no scrollIntoView.
  if (chosen) nav.scrollLeft = Math.max(0, chosen.offsetLeft - nav.clientWidth / 3);
}
