// Draws one block of a conversation: a day mark, a service line, or a bubble (one message, or an
// album of several) with its quote, media, words, time stamp and inline keyboard.

import { el, icon, initials, hueOf, moment, timeWords, sizeWords } from "./ui.js";
import { richText } from "./richtext.js";

function photos(messages, ctx) {
  const pictures = messages.filter((message) => message.photo);
  if (!pictures.length) return null;
  const addresses = pictures.map((message) => message.photo.url);
  const grid = el("div", { class: `photos n${Math.min(pictures.length, 10)}` });
  pictures.forEach((message, index) => {
    const words = message.caption ? `Photo: ${message.caption}` : `Photo ${index + 1} of ${pictures.length}`;
    grid.append(
      el("button", { type: "button", class: "photo", "aria-label": `${words}. Open large`, onclick: () => ctx.onPhoto(addresses, index) },
        el("img", { src: message.photo.url, alt: "", decoding: "async" })),
    );
  });
  return grid;
}

function documents(messages) {
  return messages
    .filter((message) => message.document)
    .map(({ document: file }) => {
      const ending = (file.name || "").split(".").pop().slice(0, 4).toUpperCase();
      return el("a", { class: "file", href: file.url, target: "_blank", rel: "noopener", download: file.name || true },
        el("span", { class: "file-icon", "aria-hidden": "true" }, icon("file"), el("b", {}, ending)),
        el("span", { class: "file-words" }, el("span", { class: "file-name" }, file.name || "File"), el("small", {}, sizeWords(file.size))));
    });
}

function quote(block, ctx) {
  if (!block.quote) return null;
  const { id, name, words, person } = block.quote;
  return el("button", { type: "button", class: "quote", style: `--hue:${hueOf(person)}`, "aria-label": `In reply to ${name}: ${words}`, onclick: () => ctx.onJump(id) },
    el("b", {}, name), el("span", {}, words));
}

function keyboard(message, ctx) {
  const wanted = message.invoice ? [[{ text: "Pay", invoice: message.invoice }]] : message.buttons;
  if (!wanted?.length) return null;
  const rows = wanted.map((row) =>
    el("div", { class: "key-row" }, ...row.map((key) => {
      const node = el("button", { type: "button", class: key.url ? "key url" : "key" }, key.text);
      // A link button goes to a new tab as in Telegram; the reader is told, the words stay the words.
      if (key.url) node.title = key.url;
      node.addEventListener("click", () => ctx.onPress(message, key, node));
      return node;
    })));
  return el("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" }, ...rows);
}

function meta(block) {
  const last = block.messages.at(-1);
  const date = moment(last.date);
  return el("span", { class: "meta" },
    block.messages.some((message) => message.edited) ? el("span", { class: "edited" }, "edited ") : null,
    el("time", { datetime: date.toISOString(), title: date.toString() }, timeWords(date)),
    block.own ? el("span", { class: "ticks", "aria-hidden": "true" }, "✓✓") : null);
}

function bubble(block, ctx) {
  const [first] = block.messages;
  const author = first.from || { id: 0, name: "" };
  const worded = block.messages.find((message) => message.html || message.text || message.caption);
  const media = photos(block.messages, ctx);
  const files = documents(block.messages);
  const body = el("div", { class: "bubble" });
  if (block.showName) {
    body.append(el("div", { class: "author", style: `--hue:${hueOf(author.id)}` }, author.name,
      author.is_bot ? el("span", { class: "tag" }, "bot") : null));
  } else {
    // Without a visible name a screen reader would not know who speaks.
    body.append(el("span", { class: "sr" }, `${block.own ? "You" : author.name}: `));
  }
  const quoted = quote(block, ctx);
  if (quoted) body.append(quoted);
  if (media) body.append(media);
  body.append(...files);
  const words = el("div", { class: "words" });
  if (worded) words.append(richText(worded));
  // The stamp stands in the corner; the space after the last word keeps the words clear of it.
  const edited = block.messages.some((message) => message.edited);
  words.append(el("span", { class: `stamp-space${block.own ? " own" : ""}${edited ? " edited" : ""}` }), meta(block));
  body.append(words);
  if (media) body.classList.add("with-media");
  if (media && !worded) body.classList.add("only-media");
  if (files.length && !worded) body.classList.add("only-files");
  return body;
}

function messageRow(block, ctx) {
  const last = block.messages.at(-1);
  const author = last.from || { id: 0, name: "?" };
  const row = el("article", {
    class: `row ${block.own ? "own" : "other"}${block.first ? " first" : ""}${block.last ? " last" : ""}`,
    "data-message": block.messages.map((message) => message.message_id).join(" "),
  });
  if (!block.own && ctx.avatars) {
    row.append(block.last
      ? el("span", { class: "avatar small", style: `--hue:${hueOf(author.id)}`, "aria-hidden": "true" }, initials(author.name))
      : el("span", { class: "avatar-gap" }));
  }
  const words = bubble(block, ctx);
  const reply = el("button", { type: "button", class: "reply-arrow", title: "Reply", "aria-label": `Reply to ${author.name}`, onclick: () => ctx.onReply(block.messages[0]) }, icon("reply"));
  row.append(el("div", { class: "line" }, words, reply));
  // Only one message of an album can carry buttons; whichever has them shows them under the album.
  const keyed = block.messages.find((message) => message.invoice || message.buttons?.length);
  const keys = keyed && keyboard(keyed, ctx);
  if (keys) {
    row.classList.add("keyed");
    row.append(keys);
  }
  return row;
}

export function drawBlock(block, ctx) {
  if (block.kind === "day") return el("div", { class: "day" }, el("span", {}, block.words));
  if (block.kind === "service") {
    return el("div", { class: "service", "data-message": block.messages[0].message_id }, el("span", {}, block.words));
  }
  return messageRow(block, ctx);
}
