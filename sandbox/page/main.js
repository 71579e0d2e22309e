// Starts the page: who plays, the three panes, the live stream, the shortcuts.

import { api } from "./api.js";
import { Live } from "./live.js";
import { OwnerPane } from "./owner.js";
import { StaffPane } from "./staff.js";
import { Phone } from "./phone.js";
import { Clock } from "./clock.js";
import { shortcutsBox } from "./dialogs.js";

const STATES = { live: "live", polling: "polling", off: "no server" };

function showState(state) {
  const node = document.getElementById("live");
  if (node.dataset.state === state) return;
  node.dataset.state = state;
  node.textContent = STATES[state];
}

async function peopleWhenReady() {
  for (;;) {
    try {
      return await api.people();
    } catch {
      // The page is often open before the server is started again.
      showState("off");
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function setUpShortcuts() {
  const targets = { Digit1: "owner-input", Digit2: "staff-input", Digit3: "phone-input" };
  document.addEventListener("keydown", (event) => {
    // The physical key is asked, since Alt with a digit types another character on some layouts.
    if (event.altKey && targets[event.code]) {
      event.preventDefault();
      const field = document.querySelector(`[data-testid="${targets[event.code]}"]`);
      field.scrollIntoView({ inline: "start", block: "nearest" });
      field.focus();
    } else if (event.key === "?" && !event.target.closest("input, textarea, select, dialog")) {
      event.preventDefault();
      shortcutsBox();
    }
  });
  document.getElementById("help").addEventListener("click", shortcutsBox);
}

// On narrow windows the panes lie side by side in a scrolling strip with tabs above it.
function setUpTabs() {
  const strip = document.querySelector(".panes");
  const tabs = [...document.querySelectorAll(".pane-tabs button")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => strip.scrollTo({ left: document.getElementById(tab.dataset.pane).offsetLeft - strip.offsetLeft, behavior: "smooth" }));
  }
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const tab of tabs) tab.toggleAttribute("aria-current", tab.dataset.pane === entry.target.id);
      tabs.find((tab) => tab.hasAttribute("aria-current"))?.setAttribute("aria-current", "true");
    }
  }, { root: strip, threshold: 0.6 });
  for (const pane of document.querySelectorAll(".pane")) watch.observe(pane);
}

async function start() {
  setUpShortcuts();
  setUpTabs();
  const people = await peopleWhenReady();
  people.owners ??= [];
  people.doctors ??= [];
  people.outsiders ??= [];
  const clock = new Clock();
  const phone = new Phone(null);
  const owner = new OwnerPane(people, { onOwner: (person) => phone.setOwner(person) });
  const staff = new StaffPane(people);
  phone.setOwner(owner.owner);

  const views = { owner, staff, phone, clock };
  // The chat of a doctor with the staff bot has the doctor's own number.
  const doctors = new Set([...people.doctors, ...people.outsiders].map((person) => person.id));
  // A view that cannot be fetched keeps what it shows; the mark in the header tells that it is old.
  let stream = "polling";
  const quietly = (view) => (view.refresh ? view.refresh() : view.load()).then(
    () => showState(stream),
    (error) => (error.status === 0 ? showState("off") : console.error(error)),
  );
  // An event names the chat it is about; one that does not is taken to be about everything.
  const affected = ({ kind = "", chat }) => {
    if (kind === "clock") return ["clock"];
    if (/sms|phone|twilio/.test(kind)) return ["phone"];
    if (chat === people.staff_chat_id || doctors.has(chat)) return ["staff"];
    if (chat !== undefined && chat !== null) return ["owner"];
    return ["owner", "staff", "phone", "clock"];
  };
  const live = new Live({
    onChange: (change) => affected(change).forEach((name) => quietly(views[name])),
    onState: (state) => {
      stream = state;
      showState(state);
    },
  });
  for (const view of Object.values(views)) quietly(view);
  live.start();
  document.documentElement.dataset.ready = "true";
}

start();
