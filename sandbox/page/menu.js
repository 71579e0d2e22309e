// A list of choices that opens at a button: arrows move, Enter chooses, Esc closes. It uses the
// browser's popover, which brings closing on a click elsewhere and stands above everything.

import { el } from "./ui.js";

export class Menu {
  constructor(label) {
    this.node = el("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" });
    document.body.append(this.node);
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  fill(items) {
    this.node.replaceChildren(...items.map((item) =>
      el("button", {
        type: "button", role: "menuitem", class: "menu-item", "data-testid": item.testid,
        onclick: () => {
          this.close();
          item.run();
        },
      }, el("b", {}, item.name), item.hint ? el("span", {}, item.hint) : null)));
  }

  toggle(anchor, items) {
    if (this.node.matches(":popover-open")) this.close();
    else this.open(anchor, items);
  }

  open(anchor, items) {
    this.fill(items);
    this.anchor = anchor;
    this.node.showPopover();
    const spot = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const below = spot.bottom + height + 12 < window.innerHeight;
    this.node.style.left = `${Math.max(8, Math.min(spot.left, window.innerWidth - width - 8))}px`;
    this.node.style.top = `${below ? spot.bottom + 6 : Math.max(8, spot.top - height - 6)}px`;
    this.node.firstElementChild?.focus();
  }

  close() {
    if (!this.node.matches(":popover-open")) return;
    this.node.hidePopover();
    this.anchor?.focus();
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...this.node.children];
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
  }
}

export function menuButton(button, label, items) {
  const menu = new Menu(label);
  button.setAttribute("aria-haspopup", "menu");
  // The popover closes itself on the pointer going down, so whether it was open must be known before.
  let wasOpen = false;
  button.addEventListener("pointerdown", () => (wasOpen = menu.node.matches(":popover-open")));
  button.addEventListener("click", () => {
    if (wasOpen) menu.close();
    else menu.open(button, items());
    wasOpen = false;
  });
  return menu;
}
