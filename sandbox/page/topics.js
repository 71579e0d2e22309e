// The list of a group's topics, with what was last said in each and how much of it is unread.

import { el, icon, hueOf, initials } from "./ui.js";
import { snippet } from "./richtext.js";

// General is 1 in the Bot API's own numbering, and its messages carry no thread at all.
export const GENERAL = 1;

export const threadOf = (message) => message.thread_id || GENERAL;

export function drawTopics(nav, { forum, topics, messages, current, seen, me, onChoose }) {
  nav.hidden = !forum;
  if (!forum) return;
  const all = topics.some((topic) => topic.thread_id === GENERAL) ? topics : [{ thread_id: GENERAL, name: "General" }, ...topics];
  const rows = all.map((topic) => {
    const inside = messages.filter((message) => threadOf(message) === topic.thread_id);
    const since = seen.get(topic.thread_id) ?? 0;
    const unread = topic.thread_id === current ? 0 : inside.filter((message) => message.message_id > since && message.from?.id !== me).length;
    return { topic, unread, last: inside.length ? snippet(inside.at(-1), 46) : "No messages" };
  });
  // The list is left alone while nothing in it changed, so that it keeps focus and scroll.
  const sign = JSON.stringify([rows, current]);
  if (nav.dataset.sign === sign) return;
  nav.dataset.sign = sign;
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.thread : null;
  nav.replaceChildren(...rows.map(({ topic, unread, last }) =>
    el("button", {
      type: "button", class: "topic", "data-thread": topic.thread_id, "data-testid": `topic-${topic.thread_id}`,
      "aria-current": topic.thread_id === current ? "true" : null, onclick: () => onChoose(topic.thread_id),
    },
    el("span", { class: "topic-mark", style: `--hue:${hueOf(topic.thread_id)}`, "aria-hidden": "true" }, topic.thread_id === GENERAL ? "#" : initials(topic.name)),
    el("span", { class: "topic-words" }, el("b", {}, topic.name, topic.closed ? icon("lock") : null), el("small", {}, last)),
    unread ? el("span", { class: "unread", "aria-label": `${unread} unread` }, String(unread)) : null)));
  if (focused) nav.querySelector(`[data-thread="${focused}"]`)?.focus();
  const chosen = nav.querySelector("[aria-current]");
  // Only the list itself may scroll, never the page, hence no scrollIntoView.
  if (chosen) nav.scrollLeft = Math.max(0, chosen.offsetLeft - nav.clientWidth / 3);
}
