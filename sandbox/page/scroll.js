// Keeps a message list at its end while the reader is at its end, and nowhere else. Only a scroll
// upwards lets go: a gap alone does not, since pictures that finish loading make gaps too.

const NEAR_BOTTOM = 60;

export class StayAtEnd {
  constructor(log, list, onMove = () => {}) {
    this.log = log;
    this.held = true;
    this.top = 0;
    log.addEventListener("scroll", () => {
      const gap = log.scrollHeight - log.scrollTop - log.clientHeight;
      if (gap < NEAR_BOTTOM) this.held = true;
      else if (log.scrollTop < this.top - 2) this.held = false;
      this.top = log.scrollTop;
      onMove(this.held);
    }, { passive: true });
    // The list grows with messages and pictures, the log shrinks when the bot offers a keyboard.
    const watch = new ResizeObserver(() => this.held && this.toEnd());
    watch.observe(list);
    watch.observe(log);
  }

  toEnd(smooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }
}
