// The line where a person writes: text, a quote to answer, files waiting to go, slash commands.
// Both Telegram panes use it; what a send means is the pane's business.

import { el, icon, sizeWords, toast } from "./ui.js";
import { snippet } from "./richtext.js";
import { menuButton } from "./menu.js";

export class Composer {
  constructor(slot, { name, placeholder, commands, quick = [], onSend, onCommand }) {
    this.onSend = onSend;
    this.files = [];
    this.reply = null;
    this.input = el("textarea", { class: "input", rows: "1", placeholder, "aria-label": placeholder, "data-testid": `${name}-input` });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, "data-testid": `${name}-file` });
    this.asFile = el("input", { type: "checkbox", "data-testid": `${name}-as-file` });
    this.quote = el("div", { class: "reply-bar", hidden: true });
    this.tray = el("div", { class: "tray", hidden: true });
    const slash = el("button", { type: "button", class: "icon-button", "aria-label": "Commands", title: "Commands", "data-testid": `${name}-commands` }, icon("slash"));
    const clip = el("button", { type: "button", class: "icon-button", "aria-label": "Attach photos or files", title: "Attach photos or files", "data-testid": `${name}-attach`, onclick: () => this.picker.click() }, icon("clip"));
    this.sendButton = el("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)", "data-testid": `${name}-send` }, icon("up"));
    this.form = el("form", { class: "composer" },
      this.quote, this.tray,
      quick.length ? el("div", { class: "quick" }, ...quick) : null,
      el("div", { class: "compose-line" }, slash, el("div", { class: "field" }, this.input, clip, this.picker), this.sendButton));
    slot.append(this.form);
    this.menu = menuButton(slash, "Commands", () => commands.map((command) => ({
      name: command.name, hint: command.hint, testid: `${name}-command-${command.name.slice(1)}`,
      // A command that wants a word after it is put into the line instead of being sent.
      run: () => (command.open ? this.write(`${command.name} `) : onCommand(command.name)),
    })));
    this.wire(slot.closest(".pane"));
  }

  wire(pane) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("keydown", (event) => {
      // Enter that ends the choosing of Chinese characters must not send the message.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.submit();
      } else if (event.key === "Escape" && (this.reply || this.files.length)) {
        event.preventDefault();
        if (this.reply) this.setReply(null);
        else this.clearFiles();
      }
    });
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) this.addFiles(event.clipboardData.files);
    });
    this.picker.addEventListener("change", () => {
      this.addFiles(this.picker.files);
      this.picker.value = "";
    });
    // dragenter and dragleave fire for every child passed over, so depth is counted.
    let depth = 0;
    const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const mark = (change) => {
      depth = Math.max(0, depth + change);
      pane.classList.toggle("dropping", depth > 0);
    };
    pane.addEventListener("dragenter", (event) => carries(event) && mark(1));
    pane.addEventListener("dragleave", (event) => carries(event) && mark(-1));
    pane.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    pane.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      mark(-depth);
      this.addFiles(event.dataTransfer.files);
    });
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 150)}px`;
  }

  write(text) {
    this.input.value = text;
    this.fit();
    this.input.focus();
  }

  setReply(message) {
    this.reply = message;
    this.quote.hidden = !message;
    if (!message) return this.quote.replaceChildren();
    this.quote.replaceChildren(icon("reply"),
      el("div", {}, el("b", {}, `Reply to ${message.from?.name ?? "message"}`), el("span", {}, snippet(message))),
      el("button", { type: "button", class: "icon-button", "aria-label": "Do not reply", onclick: () => this.setReply(null) }, icon("close")));
    this.input.focus();
    return undefined;
  }

  addFiles(list) {
    this.files.push(...list);
    this.drawTray();
    this.input.focus();
  }

  clearFiles() {
    this.files = [];
    this.drawTray();
  }

  drawTray() {
    for (const picture of this.tray.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.tray.hidden = this.files.length === 0;
    this.tray.replaceChildren(
      ...this.files.map((file, index) =>
        el("div", { class: "tray-item", title: `${file.name} · ${sizeWords(file.size)}` },
          file.type.startsWith("image/") ? el("img", { src: URL.createObjectURL(file), alt: file.name }) : el("span", { class: "tray-file" }, icon("file"), file.name),
          el("button", { type: "button", "aria-label": `Leave out ${file.name}`, onclick: () => { this.files.splice(index, 1); this.drawTray(); } }, icon("close")))),
      el("label", { class: "as-file" }, this.asFile, " as file"));
  }

  async submit() {
    const text = this.input.value.trim();
    if ((!text && !this.files.length) || this.busy) return;
    const message = { text, files: this.files, asFile: this.asFile.checked, reply: this.reply };
    this.busy = true;
    // The line empties at once, as in a messenger; a refusal gives the words and files back.
    this.write("");
    this.setReply(null);
    this.clearFiles();
    this.asFile.checked = false;
    try {
      await this.onSend(message);
    } catch (error) {
      toast(error.message, "error");
      if (!this.input.value) this.write(text);
      this.files = [...message.files, ...this.files];
      this.drawTray();
      if (message.reply) this.setReply(message.reply);
    } finally {
      this.busy = false;
    }
  }
}
