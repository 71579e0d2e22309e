// A message list that is fed whole snapshots and redraws only what differs, so an edit or a new
// message costs one node even in a long conversation, and focus and scroll stay where they were.

import { el, icon, moment, dayWords } from "./ui.js";
import { drawBlock } from "./message.js";
import { snippet } from "./richtext.js";
import { StayAtEnd } from "./scroll.js";

const TOGETHER_S = 600;

function replyId(message) {
  const to = message.reply_to;
  return to && typeof to === "object" ? to.message_id : to;
}

function joins(before, message) {
  if (!before || before.kind !== "message") return false;
  const last = before.messages.at(-1);
  return last.from?.id === message.from?.id && Math.abs(moment(message.date) - moment(last.date)) < TOGETHER_S * 1000;
}

export function toBlocks(messages, me, group) {
  const known = new Map(messages.map((message) => [message.message_id, message]));
  const blocks = [];
  let day = "";
  for (const message of messages) {
    const today = dayWords(moment(message.date));
    if (today !== day) {
      blocks.push({ kind: "day", key: `day ${moment(message.date).toDateString()}`, words: today });
      day = today;
    }
    if (message.service) {
      const said = typeof message.service === "string" ? message.service : message.text || "Service message";
      // "opened the topic" needs somebody who did it; a whole sentence does not.
      const words = /^[a-z]/.test(said) && message.from?.name ? `${message.from.name} ${said}` : said;
      blocks.push({ kind: "service", key: `m${message.message_id}`, words, messages: [message] });
      continue;
    }
    const before = blocks.at(-1);
    const album = message.media_group_id;
    if (album && before?.kind === "message" && before.messages[0].media_group_id === album) {
      before.messages.push(message);
      continue;
    }
    const own = message.from?.id === me;
    const first = !joins(before, message);
    if (!first) before.last = false;
    const block = { kind: "message", key: `m${message.message_id}`, messages: [message], own, first, last: true, showName: group && !own && first };
    const quoted = replyId(message);
    if (quoted) {
      const target = known.get(quoted);
      block.quote = { id: quoted, person: target?.from?.id ?? 0, name: target?.from?.name ?? "Message", words: snippet(target) };
    }
    blocks.push(block);
  }
  return blocks;
}

export class ChatLog {
  constructor(log, { group = false, onPress, onReply, onPhoto }) {
    this.log = log;
    this.group = group;
    this.nodes = new Map();
    this.place = null;
    this.list = el("div", { class: "list" });
    this.empty = el("div", { class: "empty", hidden: true });
    log.append(this.empty, this.list);
    this.jump = el("button", { type: "button", class: "jump", "aria-label": "To the newest message", hidden: true, onclick: () => this.end.toEnd(true) }, icon("down"));
    log.parentElement.append(this.jump);
    this.ctx = { avatars: group, onPress, onReply, onPhoto, onJump: (id) => this.show(id) };
    this.end = new StayAtEnd(log, this.list, (held) => {
      this.jump.hidden = held;
      if (held) this.jump.classList.remove("news");
    });
  }

  show(id) {
    const node = this.list.querySelector(`[data-message~="${CSS.escape(String(id))}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    void node.offsetWidth; // Restarts the animation when the same quote is pressed twice.
    node.classList.add("flash");
  }

  setEmpty(...children) {
    this.empty.replaceChildren(...children);
  }

  // `place` names what is being looked at (who, chat, topic); another place starts at its end.
  update(messages, me, place) {
    const moved = place !== this.place;
    const lastId = messages.at(-1)?.message_id;
    const news = !moved && lastId !== this.lastId;
    const ownNews = news && messages.at(-1)?.from?.id === me;
    this.place = place;
    this.lastId = lastId;
    if (moved) {
      this.nodes.clear();
      this.list.replaceChildren();
      this.end.held = true;
    }
    const blocks = toBlocks(messages, me, this.group);
    const kept = new Map();
    let cursor = this.list.firstChild;
    for (const block of blocks) {
      const sign = JSON.stringify(block);
      let entry = this.nodes.get(block.key);
      if (!entry || entry.sign !== sign) entry = this.redraw(block, sign, entry, moved);
      if (entry.node === cursor) cursor = cursor.nextSibling;
      else if (entry.replaced === cursor && cursor) {
        cursor = cursor.nextSibling;
        entry.replaced.replaceWith(entry.node);
      } else this.list.insertBefore(entry.node, cursor);
      if (entry.refocus) entry.refocus();
      kept.set(block.key, { sign, node: entry.node });
    }
    while (cursor) {
      const gone = cursor;
      cursor = cursor.nextSibling;
      gone.remove();
    }
    this.nodes = kept;
    this.empty.hidden = blocks.length > 0;
    this.list.hidden = blocks.length === 0;
    if (this.end.held || ownNews) this.end.toEnd();
    else if (news) this.jump.classList.add("news");
  }

  redraw(block, sign, old, moved) {
    const node = drawBlock(block, this.ctx);
    if (!old && !moved) node.classList.add("fresh");
    const entry = { sign, node, replaced: old?.node };
    // Pressing a button often makes the bot edit that very message: the keyboard user stays there.
    const active = document.activeElement;
    if (old && old.node.contains(active)) {
      const words = active.textContent;
      entry.refocus = () => {
        const same = [...node.querySelectorAll("button")].find((button) => button.textContent === words);
        (same || node.querySelector(".key") || this.log).focus({ preventScroll: true });
      };
    }
    return entry;
  }
}
