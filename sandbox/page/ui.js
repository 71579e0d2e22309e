// Small building blocks shared by the panes: elements, icons, avatars, toasts and time words.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  send: "M4 12 20 4l-4.5 16-4-6.500zM11.5 13.5 20 4",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M6 9l6 6 6-6",
  clip: "M20 11.500l-8 8a5 5 0 0 1-7-7l8.5-8.500a3.3 3.3 0 0 1 4.7 4.700l-8.4 8.400a1.7 1.7 0 0 1-2.4-2.400l7.6-7.6",
  reply: "M10 7 4 12l6 5M4.5 12H14a6 6 0 0 1 6 6",
  close: "M6 6l12 12M18 6 6 18",
  slash: "M15 5 9 19",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  file: "M13 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V9zM13 3v6h6",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.500h.01",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
  phone: "M6 3h3l2 5-2.5 1.500a12 12 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// One colour per person, the same in every pane and on every visit.
export function hueOf(id) {
  const hues = [168, 28, 212, 340, 264, 96, 48];
  return hues[Math.abs(Number(id) || 0) % hues.length];
}

export function initials(name) {
  const words = String(name || "?").replace(/^(Dr|Prof|Ms|Mr|Mrs)\.?\s+/i, "").trim().split(/\s+/);
  const first = [...(words[0] || "?")][0];
  // Chinese names are recognised by one character, latin ones better by two initials.
  const second = /[a-z]/i.test(first) ? [...(words.slice(1).reverse().find((word) => /^[a-z]/i.test(word)) ?? "")][0] ?? "" : "";
  return (first + second).toUpperCase();
}

export function paintAvatar(node, person) {
  node.textContent = initials(person.name);
  node.style.setProperty("--hue", hueOf(person.id));
}

export function moment(value) {
  if (typeof value === "number") return new Date(value * 1000);
  if (/^\d+(\.\d+)?$/.test(String(value))) return new Date(Number(value) * 1000);
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

const pad = (n) => String(n).padStart(2, "0");
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Written by hand and not by the browser's locale, so that screenshots and tests read alike everywhere.
export const timeWords = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;
export const dayWords = (date) => `${DAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}`;
export const fullWords = (date) => `${dayWords(date)} ${date.getFullYear()}, ${timeWords(date)}`;

export function sizeWords(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function toast(text, kind = "info") {
  const node = el("div", { class: `toast ${kind}` }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), kind === "error" ? 7000 : 3800);
}

// Runs something the person asked for and says in words when the server refuses it.
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message || "That did not work.", "error");
    return undefined;
  }
}
