// A picture or canvas that can be moved, made larger and turned: by fingers, mouse, wheel and keys. What a plain drag means is the owner's choice.

const MOST = 24, STEP = 1.25, SLOP = 3;

export class Stage {
  // drag(dx, dy, event): what one finger or the left button does; "move" where it gives false. wheel(direction): gives true where it was used.
  constructor(box, { drag = () => false, wheel = () => false, tap = () => {}, hover = () => {} } = {}) {
    Object.assign(this, { box, drag, wheel, tap, hover, subject: null, scale: 1, fitted: 1, x: 0, y: 0, turned: 0, ratio: 1 });
    this.fingers = new Map();
    box.addEventListener("pointerdown", (event) => this.down(event));
    box.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, (event) => this.up(event));
    box.addEventListener("pointerleave", () => this.hover(null));
    box.addEventListener("wheel", (event) => this.turnWheel(event), { passive: false });
    box.addEventListener("contextmenu", (event) => event.preventDefault());
    box.addEventListener("dblclick", (event) => (this.scale > this.fitted * 1.01 ? this.fit() : this.zoom(3, event.clientX, event.clientY)));
    new ResizeObserver(() => this.fit()).observe(box);
  }

  // What is shown, with its own size in pixels; ratio: how much higher a pixel is than wide. The view stays where the size stays.
  show(subject, width, height, ratio = 1) {
    const same = this.subject && this.width === width && this.height === height && this.ratio === ratio;
    if (this.subject !== subject) { this.box.replaceChildren(subject); this.subject = subject; }
    Object.assign(this, { width, height, ratio });
    subject.style.width = `${width}px`;
    subject.style.height = `${height}px`;
    if (same) this.draw(); else this.fit();
  }

  fit() {
    if (!this.subject) return;
    const across = this.turned % 180 === 0, height = this.height * this.ratio;
    const [wide, high] = across ? [this.width, height] : [height, this.width];
    this.fitted = Math.min(this.box.clientWidth / wide, this.box.clientHeight / high) || 1;
    Object.assign(this, { scale: this.fitted, x: 0, y: 0 });
    this.draw();
  }

  turn() { this.turned = (this.turned + 90) % 360; this.fit(); }

  // Around a point of the screen, or the middle.
  zoom(factor, clientX, clientY) {
    const box = this.box.getBoundingClientRect();
    const fromX = (clientX ?? box.left + box.width / 2) - box.left - box.width / 2, fromY = (clientY ?? box.top + box.height / 2) - box.top - box.height / 2;
    const scale = Math.min(Math.max(this.scale * factor, this.fitted * 0.5), Math.max(this.fitted, 1) * MOST), real = scale / this.scale;
    this.x = fromX - (fromX - this.x) * real;
    this.y = fromY - (fromY - this.y) * real;
    this.scale = scale;
    this.draw();
  }

  by(dx, dy) { this.x += dx; this.y += dy; this.draw(); }

  draw() {
    const reachX = (this.width * this.scale + this.box.clientWidth) / 2 - 40, reachY = (this.height * this.scale * this.ratio + this.box.clientHeight) / 2 - 40;
    this.x = Math.min(reachX, Math.max(-reachX, this.x));
    this.y = Math.min(reachY, Math.max(-reachY, this.y));
    const { style } = this.subject;
    style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) rotate(${this.turned}deg) scale(${this.scale}, ${this.scale * this.ratio})`;
    style.imageRendering = this.scale > 3 ? "pixelated" : "auto";
    this.box.dataset.scale = this.scale.toFixed(3);
  }

  // The pixel of the picture below a point of the screen.
  pixel(clientX, clientY) {
    const box = this.box.getBoundingClientRect();
    const dx = clientX - box.left - box.width / 2 - this.x, dy = clientY - box.top - box.height / 2 - this.y;
    const angle = (-this.turned * Math.PI) / 180, cos = Math.round(Math.cos(angle)), sin = Math.round(Math.sin(angle));
    return [Math.floor((dx * cos - dy * sin) / this.scale + this.width / 2), Math.floor((dx * sin + dy * cos) / (this.scale * this.ratio) + this.height / 2)];
  }

  down(event) {
    this.box.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.moved = 0;
    if (this.fingers.size > 1) this.moved = SLOP + 1;
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) { this.hover(event); return; }
    const dx = event.clientX - before.x, dy = event.clientY - before.y;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.moved += Math.abs(dx) + Math.abs(dy);
    if (this.fingers.size === 2) this.pinch(event, before);
    else if (event.buttons & 6 || event.shiftKey || !this.drag(dx, dy, event)) this.by(dx, dy);
    this.hover(event);
  }

  pinch(event, before) {
    const other = [...this.fingers.entries()].find(([id]) => id !== event.pointerId)[1];
    const was = Math.hypot(before.x - other.x, before.y - other.y), is = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    if (was > 0) this.zoom(is / was, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
    this.by((event.clientX - before.x) / 2, (event.clientY - before.y) / 2);
  }

  up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && this.moved <= SLOP) this.tap(event);
  }

  turnWheel(event) {
    event.preventDefault();
    if (event.ctrlKey || !this.wheel(Math.sign(event.deltaY))) this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX, event.clientY);
  }
}
