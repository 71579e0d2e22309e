// One record looked at closely: pictures and pages, series of images, and the parts of an archive.

import { Series } from "./series.js";
import { Stage } from "./stage.js";

const place = document.getElementById("stage"), view = document.getElementById("view");
const tools = document.getElementById("steps"), partsBar = document.getElementById("parts");
const stateLine = document.getElementById("state"), valueLine = document.getElementById("value");
const words = JSON.parse(place.dataset.words), base = place.dataset.base, kind = place.dataset.kind;
const STACKED = ["dicom", "zip"], DRAWN = ["jpeg", "png", "webp", "heic", "pdf"];
const DRAGS = ["drag_scroll", "drag_window", "drag_move"];

const say = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), words[name] ?? name);
const tell = (name) => { stateLine.textContent = name ? say(name) : ""; };
const failed = (status) => tell(status === 404 ? "gone" : status === 503 ? "away" : "failed");

let series = null, paper = null, dragging = matchMedia("(pointer: coarse)").matches ? "drag_scroll" : "drag_window", wheeled = 0, playing = 0;

const stage = new Stage(view, {
  drag(dx, dy) {
    if (!series || dragging === "drag_move") return false;
    if (dragging === "drag_window") series.drag(dx, dy);
    else { wheeled += dy; const steps = Math.trunc(wheeled / Math.max(4, view.clientHeight / series.total / 1.5)); if (steps) { wheeled = 0; series.go(series.at + steps); } }
    return true;
  },
  wheel(direction) { if (!series || series.total < 2) return false; series.go(series.at + direction); return true; },
  tap: (event) => point(event),
  hover: (event) => (event ? point(event) : (valueLine.textContent = "")),
});

function point(event) {
  if (!series?.head) return;
  const [column, row] = stage.pixel(event.clientX, event.clientY), value = series.value(column, row);
  valueLine.textContent = value === null ? "" : `x ${column} · y ${row} · ${Array.isArray(value) ? value.join(" ") : value}${series.head.unit ? ` ${series.head.unit}` : ""}`;
}

// --- tools ---------------------------------------------------------------------------------------------------------
function button(name, act, sign) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.tool = name;
  made.textContent = sign ?? say(name);
  if (sign) { made.setAttribute("aria-label", say(name)); made.title = say(name); }
  made.addEventListener("click", act);
  return made;
}

function choice(name, options, chosen, act) {
  const label = document.createElement("label"), made = document.createElement("select");
  label.append(say(name), " ", made);
  made.dataset.tool = name;
  made.append(...options.map((one) => new Option(say(one), one, false, one === chosen)));
  made.addEventListener("change", () => act(made.value));
  return label;
}

function slider() {
  const made = document.createElement("input");
  Object.assign(made, { type: "range", min: 0, max: series.total - 1, value: series.at, id: "slider" });
  made.setAttribute("aria-label", say("slice", { n: series.at + 1, total: series.total }));
  made.addEventListener("input", () => series.go(Number(made.value)));
  return made;
}

const sizes = () => [button("smaller", () => stage.zoom(1 / 1.5), "−"), button("fit", () => stage.fit()), button("larger", () => stage.zoom(1.5), "+"), button("turn", () => stage.turn(), "⟳")];

function drawTools() {
  tools.replaceChildren();
  if (series) drawSeriesTools();
  else if (paper) {
    if (paper.pages > 1) tools.append(button("back", () => turnPage(-1), "‹"), count("page", paper.page + 1, paper.pages), button("next", () => turnPage(1), "›"));
    tools.append(...sizes());
  }
}

function count(name, n, total) {
  const made = document.createElement("span");
  made.className = "count";
  made.textContent = say(name, { n, total });
  return made;
}

function drawSeriesTools() {
  if (series.total > 1) {
    const made = count("slice", series.at + 1, series.total);
    made.id = "count";
    tools.append(slider(), made, button("play", play, "▶"));
  }
  if (series.presets().length) {
    tools.append(choice("window", series.chosen === "hand" ? ["hand", ...series.presets()] : series.presets(), series.chosen, (name) => series.choose(name).then(drawTools)));
    tools.append(button("invert", () => series.invert()));
  }
  tools.append(choice("drag", series.total > 1 ? DRAGS : DRAGS.slice(1), dragging, (name) => { dragging = name; }), ...sizes());
}

function play() {
  if (playing) { clearInterval(playing); playing = 0; }
  else playing = setInterval(() => series?.go((series.at + 1) % series.total), 90);
  const made = tools.querySelector('[data-tool="play"]');
  if (made) { made.textContent = playing ? "■" : "▶"; made.setAttribute("aria-label", say(playing ? "stop" : "play")); }
}

// --- series --------------------------------------------------------------------------------------------------------
function openSeries(number, about) {
  leave();
  if (!("DecompressionStream" in window)) { tell("old"); return; }
  tell("loading");
  const mine = new Series(base, number, about, { changed: () => mine === series && changed(), failed: (status) => mine === series && failed(status) });
  series = mine;
  series.begin();
}

function changed() {
  if (!series.head) return;
  const first = !tools.childElementCount;
  if (first) drawTools();
  stage.show(series.canvas, series.head.columns, series.head.rows, series.ratio());
  if (series.shown === series.at) tell("");
  else tell("loading");
  const range = document.getElementById("slider"), counted = document.getElementById("count"), names = tools.querySelector('[data-tool="window"]');
  if (range) { range.value = series.at; range.setAttribute("aria-valuetext", say("slice", { n: series.at + 1, total: series.total })); range.style.setProperty("--here", series.loaded()); }
  if (counted) counted.textContent = say("slice", { n: series.at + 1, total: series.total });
  if (names && series.chosen === "hand" && names.value !== "hand") drawTools();
  const shown = series.window && series.chosen === "hand" ? say("centre", { c: Math.round(series.window[0]), w: Math.round(series.window[1]) }) : "";
  if (shown) valueLine.textContent = shown;
  place.dataset.shown = series.shown;
  place.dataset.loaded = series.packed.size;
}

// --- pictures and pages --------------------------------------------------------------------------------------------
function openPaper(one) {
  leave();
  paper = { page: 0, ...one };
  drawTools();
  showPaper();
}

function turnPage(by) {
  paper.page = Math.min(paper.pages - 1, Math.max(0, paper.page + by));
  drawTools();
  showPaper();
}

// The preview is there at once; the whole picture takes its place when it has come.
async function showPaper() {
  const mine = paper, page = paper.page, image = new Image();
  tell("loading");
  image.alt = "";
  image.draggable = false;
  image.src = `${base}/picture?part=${encodeURIComponent(paper.key)}&page=${page}`;
  try { await image.decode(); } catch { if (mine === paper) failed(422); return; }
  if (mine !== paper || page !== paper.page) return;
  tell("");
  stage.show(image, image.naturalWidth, image.naturalHeight);
  place.dataset.shown = page;
}

function showPreview() {
  const image = document.getElementById("picture");
  if (!image) return;
  image.draggable = false;
  const ready = () => { if (!series?.head && !(paper && place.dataset.shown)) stage.show(image, image.naturalWidth, image.naturalHeight); };
  if (image.complete && image.naturalWidth) ready(); else image.addEventListener("load", ready);
}

// --- what is in it -------------------------------------------------------------------------------------------------
function leave() {
  series?.end();
  if (playing) play();
  series = paper = null;
  stage.turned = 0;
  valueLine.textContent = "";
  delete place.dataset.shown;
  tools.replaceChildren();
}

function part(title, about, act) {
  const made = document.createElement("button");
  made.type = "button";
  const head = document.createElement("b"), rest = document.createElement("span");
  head.textContent = title;
  rest.textContent = about;
  made.append(head, rest);
  made.addEventListener("click", () => {
    for (const one of partsBar.children) one.setAttribute("aria-pressed", one === made);
    act();
  });
  return made;
}

function seriesWords(one) {
  const about = [say("series", { n: one.slices })];
  if (one.missing) about.push(say("missing", { n: one.missing }));
  if (one.compressed === "lossy") about.push(say("lossy"));
  return about.join(" · ");
}

async function openStacked() {
  tell("loading");
  const answer = await fetch(`${base}/contents`).catch(() => null);
  if (!answer?.ok) { failed(answer?.status ?? 503); return; }
  const found = await answer.json();
  const parts = [
    ...found.series.map((one, number) => part([one.modality, one.description].filter(Boolean).join(" · ") || say("series", { n: one.slices }), seriesWords(one), () => openSeries(number, one))),
    ...found.papers.map((one, number) => part(say("picture", { n: number + 1 }), one.pages > 1 ? say("page", { n: 1, total: one.pages }) : one.kind.toUpperCase(), () => openPaper(one))),
  ];
  partsBar.append(...parts);
  partsBar.hidden = parts.length < 2;
  if (parts.length) parts[0].click(); else tell(place.dataset.preview ? "" : "failed");
}

// --- keys ----------------------------------------------------------------------------------------------------------
const KEYS = {
  ArrowUp: () => (series ? series.go(series.at - 1) : stage.by(0, 60)), ArrowDown: () => (series ? series.go(series.at + 1) : stage.by(0, -60)),
  ArrowLeft: () => (paper?.pages > 1 ? turnPage(-1) : stage.by(60, 0)), ArrowRight: () => (paper?.pages > 1 ? turnPage(1) : stage.by(-60, 0)),
  PageUp: () => series?.go(series.at - 10), PageDown: () => series?.go(series.at + 10), Home: () => series?.go(0), End: () => series?.go(series.total - 1),
  "+": () => stage.zoom(1.25), "=": () => stage.zoom(1.25), "-": () => stage.zoom(0.8), 0: () => stage.fit(), r: () => stage.turn(), i: () => series?.invert(),
};
view.addEventListener("keydown", (event) => {
  const act = event.ctrlKey || event.metaKey || event.altKey ? null : KEYS[event.key];
  if (act && stage.subject) { event.preventDefault(); act(); }
});

showPreview();
if (STACKED.includes(kind)) openStacked();
else if (DRAWN.includes(kind)) openPaper({ key: "", kind, pages: Number(place.dataset.pages) || 1 });
