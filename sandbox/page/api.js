// The only module that talks to the server. Every other module asks here, so that the control
// API of docs/sandbox.md is spelled in one place and errors look the same everywhere.

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

// Servers put the reason of a refusal under different names; a person should see the words, not "400".
function reasonOf(body, fallback) {
  if (body && typeof body === "object") {
    const reason = body.error ?? body.description ?? body.detail ?? body.message;
    if (reason) return typeof reason === "string" ? reason : JSON.stringify(reason);
  }
  return fallback;
}

async function call(method, path, body) {
  const options = { method, headers: {}, cache: "no-store" };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("The sandbox server does not answer.", 0);
  }
  const raw = await response.text();
  let parsed = null;
  try {
    parsed = raw ? JSON.parse(raw) : null;
  } catch {
    // A plain text answer is kept as the reason below.
  }
  if (!response.ok) throw new ApiError(reasonOf(parsed, raw.slice(0, 200) || response.statusText), response.status);
  return parsed;
}

// Empty values are left out: the server must not see "reply_to": null where nothing is meant.
function compact(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""));
}

export const api = {
  people: () => call("GET", "/sandbox/people"),
  chat: (as, chat) => call("GET", `/sandbox/chat?as=${as}&chat=${chat}`),
  send: (fields) => call("POST", "/sandbox/send", compact(fields)),
  press: (fields) => call("POST", "/sandbox/press", compact(fields)),
  payInvoice: (as, invoice) => call("POST", "/sandbox/invoice/pay", { as, invoice }),
  callback: (id) => call("GET", `/sandbox/callback/${encodeURIComponent(id)}`),
  contact: (fields) => call("POST", "/sandbox/contact", compact(fields)),
  block: (as) => call("POST", "/sandbox/block", { as, bot: "owner" }),
  unblock: (as) => call("POST", "/sandbox/unblock", { as, bot: "owner" }),
  phone: (number) => call("GET", `/sandbox/phone?number=${encodeURIComponent(number)}`),
  sms: (from, body) => call("POST", "/sandbox/sms", { from, body }),
  clock: () => call("GET", "/sandbox/clock"),
  advance: (seconds) => call("POST", "/sandbox/clock", { advance_s: seconds }),
  files({ as, chat, kind, caption, files, reply_to, thread }) {
    const form = new FormData();
    for (const [name, value] of Object.entries(compact({ as, chat, kind, caption, reply_to, thread }))) form.append(name, value);
    for (const file of files) form.append("file", file, file.name);
    return call("POST", "/sandbox/files", form);
  },
};

// The bot answers a pressed button on its own time, so the page asks for the answer until it is
// there. Ten seconds is about when Telegram's own clients stop showing the spinner.
export async function waitForAnswer(id, limitMs = 10000) {
  const end = performance.now() + limitMs;
  for (let pause = 120; performance.now() < end; pause = Math.min(pause * 1.4, 700)) {
    try {
      const found = await api.callback(id);
      const answer = found && "answer" in found ? found.answer : found;
      const given = answer && (answer.text !== undefined || answer.show_alert !== undefined || answer.url !== undefined);
      if (given) return answer;
    } catch (error) {
      if (error.status !== 404) throw error;
    }
    await new Promise((done) => setTimeout(done, pause));
  }
  return null;
}
