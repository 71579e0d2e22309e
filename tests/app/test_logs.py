"""No log line holds a token, a number, a name, a file's name or a word of a person, even while everything goes wrong."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.logs import ALLOWED
from tests.app.whole import GROUP, Whole, running_whole

pytestmark = pytest.mark.enable_socket

OWNER, PHONE, DOCTOR = 5001, "+886912345678", 9001
CAT, STORY, FILE = "Canarina", "canary-in-the-story", "canary-file.pdf"
REASON, SMS, BODY = "canary-in-the-reason", "canary-in-the-text", "canary-in-the-body"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


class Walk:
    """An owner who answers by the position of buttons, so that no wording matters here."""

    def __init__(self, whole: Whole) -> None:
        self.sandbox = whole.sandbox
        self.seen = 0

    def press(self, index: int) -> None:
        """Waits for a question newer than the last and presses its button number ``index``."""
        message = self.sandbox.until(self._newer, 60)
        self.seen = message["message_id"]
        button = [key for row in message["buttons"] for key in row][index]
        self.sandbox.press(OWNER, self.seen, data=button["data"])

    def _newer(self) -> dict[str, Any] | None:
        messages = self.sandbox.chat(OWNER, after=self.seen)["messages"]
        asked = [m for m in messages if m.get("buttons") and m["message_id"] > self.seen]
        return asked[-1] if asked else None

    def link(self) -> str:
        """The address under the newest question, once it is there."""
        message = self.sandbox.until(self._newer, 60)
        return next(str(key["url"]) for row in message["buttons"] for key in row if key.get("url"))

    def say(self, text: str) -> None:
        """Waits for the question, which has at least a way back, and answers it in words."""
        self.sandbox.until(self._newer, 60)
        self.seen = self.sandbox.send(OWNER, text)


def everything_goes_wrong(whole: Whole) -> None:
    """An intake with canaries in every field, failing providers, forged and broken webhooks, a doctor, a text, a block."""
    sandbox, walk = whole.sandbox, Walk(whole)
    sandbox.fault("telegram", "500", method="sendMessage", times=2)
    sandbox.fault("telegram", "429", method="sendMessage", times=1, retry_after=1)
    sandbox.send(OWNER, "/start")
    for index in (0, 7, 14, 0, 0, 2, 0, 0):  # language, the two lists of signs, consent, options, place, reason
        walk.press(index)
    walk.say(CAT)
    for index in (2, 0, 0, 1, -2):  # age, sex, problem, since, questions skipped
        walk.press(index)
    walk.say(STORY)
    for index in (0, 0, -2, 0, 0, -2):  # medicines, advised, due, quality, question, that is all
        walk.press(index)
    sandbox.until(walk._newer, 60)
    walk.seen = sandbox.files(OWNER, [(FILE, PDF, "application/pdf")], kind="document", caption=STORY)[-1]
    page = walk.link()
    walk.press(0)  # done
    walk.press(-3)  # on from the checklist
    walk.seen = sandbox.until(walk._newer, 60)["message_id"]
    sandbox.contact(OWNER)
    walk.press(0)  # texts too
    walk.press(0)  # send
    sandbox.until(lambda: [m for m in sandbox.chat(DOCTOR, GROUP)["messages"] if m.get("buttons")], 60)
    sandbox.send(DOCTOR, REASON, chat=GROUP)
    sandbox.sms(PHONE, SMS)
    uploaded(page)
    forged(whole)
    sandbox.block(OWNER)
    sandbox.send(DOCTOR, f"/case {CAT}", chat=GROUP)
    sandbox.until(lambda: sum(sandbox.pending().values()) == 0, 60)


def uploaded(page: str) -> None:
    """A file through the link of the chat, in two pieces; the second is sent twice."""
    pdf, tus = PDF + b"%", {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    with httpx.Client(trust_env=False, timeout=30) as http:
        assert http.get(page).status_code == 200
        told = {"Upload-Length": str(len(pdf)), "Upload-Metadata": f"filename {b64encode(FILE.encode()).decode()}"}
        begun = http.post(f"{page}/files", headers={**tus, **told})
        at = str(httpx.URL(page).join(begun.headers["location"]))
        assert http.patch(at, content=pdf[:9], headers={**tus, "Upload-Offset": "0"}).status_code == 204
        answers = [http.patch(at, content=pdf[9:], headers={**tus, "Upload-Offset": "9"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [204, 409]


def forged(whole: Whole) -> None:
    """Requests of strangers, and bytes that nobody can read behind a right secret."""
    secret = {"X-Telegram-Bot-Api-Secret-Token": whole.secrets["TELEGRAM_WEBHOOK_SECRET"]}
    unreadable = {"update_id": 77, "message": {"text": BODY, "chat": "nowhere"}}
    with httpx.Client(base_url=whole.url, trust_env=False, timeout=30) as http:
        for path in ("/telegram/owner", "/telegram/staff", "/sms/inbound", "/sms/status", "/stripe/webhook"):
            http.post(path, content=BODY)
            http.post(path, content=BODY, headers={"X-Telegram-Bot-Api-Secret-Token": BODY, "Stripe-Signature": BODY})
        for path in ("/telegram/owner", "/telegram/staff"):
            http.post(path, content=BODY, headers=secret)
            http.post(path, json=unreadable, headers=secret)
        http.get(f"/{BODY}?{BODY}={BODY}", headers={"Accept-Language": BODY})


def test_no_canary_reaches_the_log_even_at_debug_level(tmp_path: Path) -> None:
    """Secrets, the owner's number, the cat's name, typed words, a file's name: none of them is in any line."""
    with running_whole(tmp_path, log_level="debug") as whole:
        everything_goes_wrong(whole)
    lines = whole.log.splitlines()
    assert any("started" in line for line in lines)
    canaries = [*whole.secrets.values(), PHONE, PHONE[4:], "Canar", "canary", "Mei", str(OWNER)]
    for canary in canaries:
        assert [line for line in lines if canary in line] == []


def test_every_line_of_ours_holds_allowed_fields_only(tmp_path: Path) -> None:
    """A log line is JSON with fields of the closed list; the service ends orderly when it is told to."""
    with running_whole(tmp_path, log_level="debug") as whole:
        whole.sandbox.send(OWNER, "/start")
        whole.sandbox.until(lambda: len(whole.sandbox.chat(OWNER)["messages"]) > 1, 60)
    assert whole.process is not None
    assert whole.process.returncode == 0
    ours = [json.loads(line) for line in whole.log.splitlines() if line.startswith("{")]
    assert {"started", "stopping"} <= {line["event"] for line in ours}
    assert set().union(*ours) <= ALLOWED
    assert "Traceback" not in whole.log
