// What the owner's and the doctors' pane have in common: sending as somebody into a chat,
// pressing buttons and hearing the bot's answer, the bot's reply keyboard.

import { api, waitForAnswer } from "./api.js";
import { el, icon, toast, attempt } from "./ui.js";
import { alertBox } from "./dialogs.js";

const ALBUM = 10;

// Telegram takes at most ten pictures or files as one album, and pictures and files do not mix.
export async function deliver({ as, chat, thread }, { text, files = [], asFile = false, reply = null }) {
  const reply_to = reply?.message_id;
  if (!files.length) return api.send({ as, chat, text, reply_to, thread });
  const isPicture = (file) => !asFile && /^image\/(jpeg|png|webp)$/.test(file.type);
  const piles = [["photo", files.filter(isPicture)], ["document", files.filter((file) => !isPicture(file))]];
  let caption = text;
  for (const [kind, pile] of piles) {
    for (let from = 0; from < pile.length; from += ALBUM) {
      await api.files({ as, chat, thread, reply_to, kind, caption, files: pile.slice(from, from + ALBUM) });
      caption = "";
    }
  }
  return undefined;
}

export async function press({ as, chat }, message, key, node) {
  if (key.url) {
    window.open(key.url, "_blank", "noopener");
    return;
  }
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  await attempt(async () => {
    if (key.invoice) {
      const done = await api.payInvoice(as, key.invoice);
      if (!done.paid) alertBox(done.error_message);
      return;
    }
    const by = key.data === undefined || key.data === null ? { button: key.text } : { data: key.data };
    const pressed = await api.press({ as, chat, message_id: message.message_id, ...by });
    const answer = pressed.answer ?? (await waitForAnswer(pressed.callback_query_id));
    if (answer?.url) window.open(answer.url, "_blank", "noopener");
    else if (answer?.text && answer.show_alert) alertBox(answer.text);
    else if (answer?.text) toast(answer.text);
    else if (!answer) toast("The bot has not answered this button.", "error");
  });
  node.classList.remove("busy");
  node.removeAttribute("aria-busy");
}

// Redrawn only when it changes: otherwise each poll would take the focus from a key.
export function drawReplyKeyboard(box, rows, onKey) {
  const sign = JSON.stringify(rows ?? null);
  if (box.dataset.sign === sign) return;
  box.dataset.sign = sign;
  box.hidden = !rows?.length;
  box.replaceChildren(...(rows ?? []).map((row) =>
    el("div", { class: "key-row" }, ...row.map((key) => {
      const words = typeof key === "string" ? { text: key } : key;
      return el("button", { type: "button", class: "reply-key", onclick: () => onKey(words) }, words.request_contact ? icon("phone") : null, words.text);
    }))));
}

export function fillPeople(select, groups) {
  const filled = groups.filter(([, people]) => people.length);
  const options = (people) => people.map((person) => el("option", { value: person.id }, person.name));
  // A heading over a single group would only be noise.
  select.replaceChildren(...(filled.length > 1
    ? filled.map(([label, people]) => el("optgroup", { label }, ...options(people)))
    : filled.flatMap(([, people]) => options(people))));
  const before = sessionStorage.getItem(select.id);
  if ([...select.options].some((option) => option.value === before)) select.value = before;
  select.addEventListener("change", () => sessionStorage.setItem(select.id, select.value));
}
