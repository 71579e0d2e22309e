"use strict";
// The upload page: what was chosen or dropped goes up in pieces (tus), two at a time, and goes on after whatever stopped it.
(() => {
  const place = document.getElementById("drop");
  const words = JSON.parse(place.dataset.words);
  const lines = document.getElementById("now");
  const news = document.getElementById("news");
  const PIECE = 8 * 1024 * 1024;
  const RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000];
  const AGAIN_MS = 30000;
  const AT_ONCE = 2;
  const LOOSE = 20; // so many chosen files that are no pictures are one archive, not as many records
  const HASHED = 32 * 1024 * 1024; // up to here the whole file is hashed before it leaves
  const SPEED_MS = 6000;
  const PREFIX = `second-look:${place.dataset.case}:`;
  const waiting = [], active = new Set(), all = new Set();

  const number = new Intl.NumberFormat(place.dataset.language, { maximumFractionDigits: 1 });
  const say = (sentence, values) => Object.entries(values || {}).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), words[sentence]);
  const size = (bytes) => {
    const units = ["kB", "MB", "GB"];
    let value = bytes / 1000, unit = 0;
    while (value >= 1000 && unit < 2) { value /= 1000; unit++; }
    return `${number.format(value)} ${units[unit]}`;
  };
  const time = (seconds) => (seconds < 90 ? say("seconds", { n: Math.max(1, Math.round(seconds)) }) : say("minutes", { n: Math.round(seconds / 60) }));
  const tell = (text) => { news.textContent = text; };

  class Line {
    // One file or folder on the page. kind: "file" with file, or "folder" with entries.
    constructor(name, bytes, key, source) {
      Object.assign(this, { name, bytes, key, source, marks: [], state: "waiting" });
      this.view = document.getElementById("line").content.firstElementChild.cloneNode(true);
      this.find = (selector) => this.view.querySelector(selector);
      this.find(".name").textContent = name;
      this.find("progress").setAttribute("aria-label", name);
      this.find(".pause").addEventListener("click", () => this.toggle());
      this.find(".stop").addEventListener("click", () => this.cancel());
      this.find(".stop").textContent = words.cancel;
      this.find(".stop").setAttribute("aria-label", `${words.cancel}: ${name}`);
      lines.append(this.view);
      this.show("waiting", words.waiting);
    }

    show(state, text) {
      this.state = state;
      this.view.className = state;
      this.find(".state").textContent = text;
      const pause = this.find(".pause");
      const label = state === "paused" || state === "bad" ? words.resume : words.pause;
      pause.textContent = label;
      pause.setAttribute("aria-label", `${label}: ${this.name}`);
      pause.hidden = state === "preparing" || state === "never";
      if (state === "never") {
        this.find("progress").hidden = true;
        this.find(".stop").textContent = words.remove;
        this.find(".stop").setAttribute("aria-label", `${words.remove}: ${this.name}`);
      }
      if (state === "done") { this.find(".steps").remove(); this.find("progress").remove(); }
    }

    toggle() {
      if (this.state === "paused" || this.state === "bad") {
        this.show("waiting", words.waiting);
        waiting.push(this);
      } else {
        this.rest();
        this.show("paused", words.paused);
      }
      next();
    }

    rest() {
      clearTimeout(this.timer);
      if (this.upload) this.upload.abort().catch(() => {});
      active.delete(this);
      const at = waiting.indexOf(this);
      if (at >= 0) waiting.splice(at, 1);
    }

    remove() {
      this.rest();
      this.cancelled = true;
      all.delete(this);
      this.view.remove();
    }

    async cancel() {
      this.remove();
      tell(say("cancelled", { name: this.name }));
      document.getElementById("files").focus();
      forget(this.key);
      next();
      if (this.upload) await this.upload.abort(true).catch(() => {}); // what cannot be taken away now runs out by itself
    }

    async run() {
      try {
        if (!this.upload) await this.prepare();
        if (this.cancelled || this.state === "paused") return;
        this.marks = [];
        this.show("going", words.starting);
        this.upload.start();
      } catch (error) {
        this.fail(say("unreadable", { name: this.name }), "never");
      }
    }

    async prepare() {
      let content = this.source.file;
      const metadata = { filename: this.name, filetype: this.source.file ? this.source.file.type : "application/zip" };
      if (this.source.entries) {
        this.show("preparing", words.preparing);
        content = await zip.pack(this.source.entries, (part) => { this.find("progress").value = part * 1000; });
        this.find("progress").value = 0;
      } else {
        metadata.relativePath = this.source.path;
        await content.slice(0, 1).arrayBuffer(); // a file that cannot be read says so now
      }
      if (content.size <= HASHED && crypto.subtle) metadata.sha256 = await hashed(content);
      this.bytes = content.size;
      this.upload = new tus.Upload(content, {
        endpoint: `${place.dataset.base}/files`, chunkSize: PIECE, retryDelays: RETRY_MS, metadata,
        removeFingerprintOnSuccess: true, fingerprint: async () => this.key,
        onShouldRetry: (error) => mayPass(statusOf(error)),
        onProgress: (sent, total) => this.progress(sent, total),
        onSuccess: () => this.done(), onError: (error) => this.failed(error),
      });
      const [former] = await this.upload.findPreviousUploads();
      if (former) {
        // The link may be a newer one than that with which the upload was begun.
        former.uploadUrl = `${place.dataset.base}/files/${former.uploadUrl.split("/").pop()}`;
        this.upload.resumeFromPreviousUpload(former);
      }
    }

    progress(sent, total) {
      if (this.state !== "going") return;
      const now = performance.now();
      this.marks = this.marks.filter(([at]) => now - at < SPEED_MS);
      this.marks.push([now, sent]);
      this.find("progress").value = (sent / total) * 1000;
      const [since, from] = this.marks[0];
      const speed = ((sent - from) * 1000) / (now - since);
      const parts = [say("sent", { sent: size(sent), total: size(total) })];
      if (now - since > 800 && speed > 0) parts.push(`${size(speed)}/s`, say("to_go", { time: time((total - sent) / speed) }));
      if (sent === total) parts.splice(1, 9, words.checking);
      this.show("going", parts.map((part) => part.replaceAll(" ", "\u00a0")).join(" · "));
    }

    done() {
      active.delete(this);
      all.delete(this);
      this.show("done", `✓ ${words.received} · ${size(this.bytes)}`);
      tell(`${this.name}: ${words.received}`);
      next();
    }

    failed(error) {
      const status = statusOf(error);
      if (mayPass(status)) { // the line is gone, or the service restarts: it goes on by itself
        this.show("going", words.no_line);
        this.timer = setTimeout(() => this.run(), AGAIN_MS);
        return;
      }
      const told = error.originalResponse ? error.originalResponse.getBody() : "";
      if (status === 460) forget(this.key);
      this.upload = null;
      this.fail(told || (status === 403 || status === 404 ? words.expired : status === 460 ? words.changed : words.failed), "bad");
    }

    fail(sentence, state) {
      active.delete(this);
      this.show(state, sentence);
      tell(`${this.name}: ${sentence}`);
      next();
    }

    wake() {
      if (!this.timer || this.state !== "going") return;
      clearTimeout(this.timer);
      this.timer = 0;
      this.run();
    }
  }

  const statusOf = (error) => (error.originalResponse ? error.originalResponse.getStatus() : 0);
  const mayPass = (status) => status === 0 || status === 408 || status === 409 || status === 423 || (status >= 500 && status !== 507);

  async function hashed(content) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await content.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function next() {
    while (active.size < AT_ONCE && waiting.length) {
      const line = waiting.shift();
      active.add(line);
      line.run();
    }
    stayAwake();
    showLeft();
  }

  function add(name, bytes, mark, source) {
    const key = PREFIX + [name, bytes, mark].join(":");
    const twice = [...all].find((line) => line.key === key);
    if (twice && twice.state === "never") twice.remove(); // a second try
    else if (twice) return twice.state === "paused" || twice.state === "bad" ? twice.toggle() : undefined;
    const line = new Line(name, bytes, key, source);
    all.add(line);
    if (!bytes) return line.fail(words.empty, "never");
    if (source.entries && !zip.fits(source.entries)) return line.fail(words.too_large, "never");
    waiting.push(line);
  }

  function addFolder(name, entries) {
    const used = entries.filter((one) => !/(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX\/.*)$/i.test(one.path));
    const bytes = used.reduce((sum, one) => sum + one.file.size, 0);
    const newest = used.reduce((latest, one) => Math.max(latest, one.file.lastModified), 0);
    add(`${name}.zip`, bytes, `${used.length}:${newest}`, { entries: used });
  }

  function addFiles(files) {
    const loose = files.filter((file) => !file.type.startsWith("image/"));
    const together = loose.length > LOOSE;
    if (together) addFolder(words.files, loose.map((file) => ({ path: file.name, file })));
    for (const file of together ? files.filter((one) => one.type.startsWith("image/")) : files) addFile(file, file.name);
  }

  const addFile = (file, path) => add(file.name, file.size, file.lastModified, { file, path });

  function addTree(files) {
    const tops = new Map();
    for (const file of files) {
      const [top, ...rest] = file.webkitRelativePath.split("/");
      if (!tops.has(top)) tops.set(top, []);
      tops.get(top).push({ path: rest.join("/"), file });
    }
    for (const [top, entries] of tops) addFolder(top, entries);
  }

  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null)); // gone after the first await
    const files = [...transfer.files];
    if (!entries.some((entry) => entry && entry.isDirectory)) return addFiles(files);
    const loose = [];
    for (const entry of entries.filter(Boolean)) {
      if (entry.isDirectory) addFolder(entry.name, await below(entry, ""));
      else loose.push(await new Promise((found, lost) => entry.file(found, lost)));
    }
    addFiles(loose);
  }

  async function below(folder, path) {
    const reader = folder.createReader();
    const found = [];
    for (;;) { // a reader gives a hundred at a time
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) return found;
      for (const entry of some) {
        const here = path + entry.name;
        if (entry.isDirectory) found.push(...(await below(entry, `${here}/`)));
        else found.push({ path: here, file: await new Promise((good, bad) => entry.file(good, bad)) });
      }
    }
  }

  // What the page remembers of uploads that have not ended: tus keeps "tus::<key>::<chance>" in the browser's storage.
  function remembered() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(`tus::${PREFIX}`));
    } catch (error) {
      return []; // a browser that keeps nothing
    }
  }

  function forget(key) {
    for (const name of remembered().filter((one) => one.startsWith(`tus::${key}::`))) localStorage.removeItem(name);
  }

  function showLeft() {
    const box = document.getElementById("left");
    const keys = new Set(remembered().map((name) => name.slice(5, name.lastIndexOf("::"))));
    for (const line of all) keys.delete(line.key);
    const names = [...keys].map((key) => key.slice(PREFIX.length).replace(/:\d+:[\d:]+$/, ""));
    box.querySelector("ul").replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
    box.hidden = !names.length;
  }

  let lock = null;
  async function stayAwake() { // a phone that goes to sleep stops sending
    try {
      if (active.size && !lock && navigator.wakeLock) lock = await navigator.wakeLock.request("screen");
      else if (!active.size && lock) { const held = lock; lock = null; await held.release(); }
    } catch (error) {
      lock = null;
    }
  }

  function chosen(input, take) {
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
      next();
    });
  }

  if (typeof tus === "undefined") {
    tell(words.failed);
    return;
  }
  chosen(document.getElementById("files"), addFiles);
  const folder = document.getElementById("folder");
  if ("webkitdirectory" in folder) chosen(folder, addTree);
  else folder.hidden = folder.nextElementSibling.hidden = true;
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => { event.preventDefault(); place.classList.add("over"); });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) place.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    place.classList.remove("over");
    await dropped(event.dataTransfer).catch(() => tell(words.failed));
    next();
  });
  addEventListener("online", () => all.forEach((line) => line.wake()));
  document.addEventListener("visibilitychange", () => { lock = null; if (!document.hidden) { stayAwake(); all.forEach((line) => line.wake()); } });
  showLeft();
})();
