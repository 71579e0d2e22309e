// The three things that cover the page: a bot's alert, a picture in full size, and the shortcuts.
// All are <dialog> elements, which keep the focus inside and close with Esc without our help.

import { el, icon } from "./ui.js";

function open(className, label, ...children) {
  const box = el("dialog", { class: className, "aria-label": label }, ...children);
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.showModal();
  return box;
}

export function alertBox(text) {
  const ok = el("button", { type: "button", class: "primary", "data-testid": "alert-ok" }, "OK");
  const box = open("alert", "Message from the bot", el("p", {}, text), ok);
  ok.addEventListener("click", () => box.close());
  ok.focus();
}

export function lightbox(addresses, start) {
  let at = start;
  const picture = el("img", { alt: "" });
  const count = el("span", { class: "count" });
  const show = (index) => {
    at = (index + addresses.length) % addresses.length;
    picture.src = addresses[at];
    picture.alt = `Photo ${at + 1} of ${addresses.length}`;
    count.textContent = addresses.length > 1 ? `${at + 1} / ${addresses.length}` : "";
  };
  const close = el("button", { type: "button", class: "icon-button light", "aria-label": "Close" }, icon("close"));
  const box = open("lightbox", "Photo", picture, count, close);
  close.addEventListener("click", () => box.close());
  picture.addEventListener("click", () => (addresses.length > 1 ? show(at + 1) : box.close()));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
  });
  show(start);
}

const SHORTCUTS = [
  ["Alt 1", "Write as the owner"],
  ["Alt 2", "Write in the doctors' group"],
  ["Alt 3", "Answer a text message on the phone"],
  ["Enter", "Send"],
  ["Shift Enter", "New line"],
  ["Esc", "Leave the reply, or take the files out"],
  ["Tab", "Move through messages, buttons and fields"],
  ["← →", "Previous and next picture of an album"],
  ["?", "This list"],
];

export function shortcutsBox() {
  const rows = SHORTCUTS.map(([keys, words]) =>
    el("div", {}, el("dt", {}, ...keys.split(" ").map((key) => el("kbd", {}, key))), el("dd", {}, words)));
  const close = el("button", { type: "button", class: "primary" }, "Close");
  const box = open("alert wide", "Keyboard shortcuts", el("h2", {}, "Keyboard shortcuts"), el("dl", {}, ...rows), close);
  close.addEventListener("click", () => box.close());
  close.focus();
}
