// Keeps the page fresh. The server pushes a line per change; when that stream is down the page
// asks once a second instead, so a broken stream costs freshness of a second and never a message.

const POLL_MS = 1000;

export class Live {
  constructor({ onChange, onState }) {
    this.onChange = onChange;
    this.onState = onState;
    this.timer = null;
  }

  start() {
    this.setPolling(true);
    this.connect();
  }

  connect() {
    const source = new EventSource("/sandbox/events");
    source.onopen = () => {
      this.setPolling(false);
      // Whatever happened while the stream was down was never announced to us.
      this.onChange({ kind: "everything" });
    };
    source.onmessage = (event) => {
      let change = { kind: "everything" };
      try {
        change = JSON.parse(event.data);
      } catch {
        // A line we cannot read still says that something changed.
      }
      this.onChange(change);
    };
    source.onerror = () => {
      this.setPolling(true);
      // The browser reconnects by itself, except after a refusal, when it gives up for good.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), 3000);
    };
  }

  setPolling(polling) {
    this.onState(polling ? "polling" : "live");
    clearInterval(this.timer);
    this.timer = polling ? setInterval(() => this.onChange({ kind: "everything" }), POLL_MS) : null;
  }
}

// One request at a time per view: a burst of events (an album of ten pictures) leads to one fetch
// now and one after it, not to ten fetches that may also answer out of order.
export function refresher(work) {
  let running = false;
  let again = false;
  let scheduled = false;
  let waiters = [];
  async function run() {
    scheduled = false;
    if (running) {
      again = true;
      return;
    }
    running = true;
    const served = waiters;
    waiters = [];
    try {
      await work();
      for (const { done } of served) done();
    } catch (error) {
      for (const { fail } of served) fail(error);
    }
    running = false;
    if (again) {
      again = false;
      run();
    }
  }
  return () =>
    new Promise((done, fail) => {
      waiters.push({ done, fail });
      if (scheduled) return;
      scheduled = true;
      setTimeout(run, 30);
    });
}
