// Turns message text into nodes. Nothing here assigns innerHTML to the page: text becomes text
// nodes, and the server's `html` is parsed in an inert document and rebuilt from an allow-list,
// so that a mistake in the server's escaping cannot run script in the tester's browser.

import { el } from "./ui.js";

const PLAIN = {
  b: "b", strong: "b", i: "i", em: "i", u: "u", ins: "u", s: "s", strike: "s", del: "s",
  code: "code", pre: "pre", blockquote: "blockquote",
};
const SAFE_LINK = /^(https?:|mailto:|tel:|tg:)/i;
const WEB_ADDRESS = /https?:\/\/[^\s<>"'，。；！？（）「」]+/g;

function link(address, ...children) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// Messengers make bare addresses pressable, and the pay link of a text message is one of them.
function addText(parent, text) {
  let from = 0;
  for (const found of text.matchAll(WEB_ADDRESS)) {
    const address = found[0].replace(/[.,;:!?)\]]+$/, "");
    parent.append(text.slice(from, found.index), link(address, address));
    from = found.index + address.length;
  }
  parent.append(text.slice(from));
}

// A spoiler is a real button-like element: it must open from the keyboard too.
function spoiler() {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show" });
  const open = () => {
    node.classList.add("open");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open();
    }
  });
  return node;
}

function rebuild(source, target, literal) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      if (literal) target.append(child.data);
      else addText(target, child.data);
      continue;
    }
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const name = child.localName;
    if (name === "br") {
      target.append("\n");
      continue;
    }
    if (name === "script" || name === "style") continue;
    let copy = target;
    if (PLAIN[name]) copy = el(PLAIN[name]);
    else if (name === "a" && SAFE_LINK.test(child.getAttribute("href") || "")) copy = link(child.getAttribute("href"));
    else if (name === "tg-spoiler" || (name === "span" && /(^|\s)(tg-)?spoiler(\s|$)/.test(child.className))) copy = spoiler();
    // An element outside the list loses its tag and keeps its words.
    rebuild(child, copy, literal || ["a", "code", "pre"].includes(name));
    if (copy !== target) target.append(copy);
  }
}

export function richText({ text, caption, html }) {
  const out = document.createDocumentFragment();
  if (html) rebuild(new DOMParser().parseFromString(html, "text/html").body, out, false);
  else addText(out, text ?? caption ?? "");
  return out;
}

// The first words of a message, for quotes and topic previews.
export function snippet(message, length = 90) {
  if (!message) return "Deleted message";
  const words = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").trim();
  const kind = message.photo ? "Photo" : message.document ? message.document.name || "File" : "";
  const service = typeof message.service === "string" ? message.service : "";
  const all = [kind, words].filter(Boolean).join(" · ") || service || "Message";
  return all.length > length ? `${all.slice(0, length - 1)}…` : all;
}
