"""One owner: looks at the chat when something new is there, and does the next thing that her plan says.

She acts on what she sees and never on what the service keeps, so a crash is to her what it is to anybody: silence, then an answer.
A screen is answered once (its buttons carry its key), a typed question once; a message that came twice changes nothing.
"""

import random
import re
import time
from typing import Any

from httpx import HTTPStatusError

from sandbox.story_words import sample_picture
from tests.crash.script import PLANS, QUESTIONS, REASONS, WEIGHTS, Question
from tests.sandbox_process import Sandbox

Json = dict[str, Any]
ALBUM = 3
PEACE_S = 1.0
ENDS = {
    "book": "Done: your call is booked.", "move": "Done: your call is booked.", "earlier": "Done: your call is booked.", "away": "Done: your call is booked.", "need_more": "Done: your call is booked.", "cancel": "The call is cancelled",
    "no_go": "cannot give a recommendation", "withdraw": "This case is ended", "refund": "has been paid back to you",
}  # fmt: skip
TWICE = frozenset({"move", "earlier", "away"})  # booked a second time
BOOKED = re.compile(
    r"Your call: \w{3} (?P<day>\d+ \w{3}), (?P<hour>\d\d:\d\d) \([^)]* time\) with (?P<doctor>[^.]*\. \w+)\."
)
NO_LONGER = "We no longer look for an earlier time"
PATIENCE_S = 6.0  # so long she waits for an earlier time: in the night of the rehearsal none is offered
OUR_PAGES = ("/upload/", "/call/")  # other buttons with an address lead to the payment


class Owner:
    """``number`` makes her id, her cat's name and her phone; ``chance`` her choices."""

    def __init__(self, sandbox: Sandbox, number: int, chance: random.Random, plan: str = "") -> None:
        self.sandbox = sandbox
        self.number = number
        self.id = 500_000 + number
        self.cat = f"Cat{number}x"
        self.phone = f"+85291{number:06}"  # what phones there begin with: nothing else gets texts
        self.plan = plan or chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        self.chance = chance
        self.expected: dict[str, str] = {}
        self.seen = 0
        self.done: set[str] = set()
        self.screens: set[str] = set()
        self.ended = False
        self.stopped = False
        self.call: tuple[str, ...] = ()  # her doctor, the day and the hour of the newest booking that she was told of
        self.gave_up = False  # she waits for an earlier time no longer, and keeps the one she has
        self.acted_at = 0.0
        self.waits = False  # there is something that she will do when it has become quiet
        self._ends: set[str] = set()
        self._safe = 0  # files that she was told are safely there
        self.heard: set[str] = set()  # the doctors' decisions that have reached her
        self.acts = 0
        self.nudges = 0

    # --- acting -------------------------------------------------------------------------------------------------------
    def begin(self) -> None:
        """She finds the bot and writes /start."""
        person = {
            "role": "owner",
            "id": self.id,
            "name": f"Owner {self.number}",
            "phone": self.phone,
            "language_code": "en",
        }
        self.sandbox.control("people", **person)
        self.say("/start")

    def say(self, text: str) -> None:
        """She writes."""
        self.acts += 1
        self.sandbox.send(self.id, text)

    def stop_texts(self) -> None:
        """STOP from her phone."""
        self.stopped = True
        self.sandbox.sms(self.phone, "STOP")

    def look(self) -> bool:
        """Reads what is new and does at most one thing; whether she did something."""
        fresh = [m for m in self.sandbox.chat(self.id, after=self.seen)["messages"] if m["from"]["is_bot"]]
        for message in fresh:
            self._listen(message)
        for message in reversed(fresh):
            if self._react(message):
                self.seen = max(m["message_id"] for m in fresh)
                return True
        return False

    def _listen(self, message: Json) -> None:
        """Whether it tells of a decision, or of her plan's end: for a move that is the second booking, not the first told twice."""
        text = message.get("text") or ""
        self._safe = max([self._safe, *(int(n) for n in re.findall(r"Files in this case: (\d+)", text))])
        self.heard |= {action for action, words in REASONS.items() if words.format(cat=self.cat) in text}
        if ENDS[self.plan] in text:
            data = [b.get("data") or "" for row in message.get("buttons") or [] for b in row]
            self._ends.add(data[0].partition(".")[0] if data else "")
        told = BOOKED.search(text)
        self.call = (told["doctor"], told["day"], told["hour"]) if told else self.call
        self.gave_up = self.gave_up or NO_LONGER in text
        self.ended = self.gave_up or len(self._ends) > (self.plan in TWICE)

    def _react(self, message: Json) -> bool:
        text = message.get("text") or message.get("caption") or ""
        if self._press(message, "Skip the"):  # a question about the illness, whichever it is
            return True
        question = next((q for q in QUESTIONS if q.asks in text), None)
        if question is not None:
            return self._answer(question, message)
        if "Share it with the button" in text:
            return self._once("contact", lambda: self.sandbox.contact(self.id))
        if "Now the records" in text and self._once("album", self._album):
            return True
        return self._afterwards(text, message)

    def _afterwards(self, text: str, message: Json) -> bool:
        if self.plan == "withdraw" and "Your case is with the doctors now" in text:
            return self._once("cancel", lambda: self.say("/cancel"))
        if self.plan == "refund" and "your payment has arrived" in text:
            return self._once("cancel", lambda: self.say("/cancel"))
        if "needs a little more before deciding" in text:
            return self._once("more", lambda: self._file("x-ray", ALBUM))
        urls = (b.get("url", "") for row in message.get("buttons") or [] for b in row)
        link = next((url for url in urls if url and not any(page in url for page in OUR_PAGES)), "")
        if link:
            return self._once(link, lambda: self._pay(link))
        return self._choose(text, message)

    def _choose(self, text: str, message: Json) -> bool:
        """Presses what brings her nearer to the end of her plan."""
        wanted = ["Send to the doctors", "Yes, end it", "A new link", "Yes, book it", "Yes, cancel it"]
        if self._safe >= ALBUM:  # also on a question asked again, as a nudge or /status does
            wanted += ["Done"] + (["I have sent everything"] if self._safe > ALBUM else [])
        if self.plan == "move" and not self.ended and self._in_peace():
            wanted.append("Move the call")
        if self.plan == "earlier" and not self.ended:
            wanted += ["Yes, take it", "Tell me if an earlier time"]
            wanted += ["Stop looking"] if self._has_waited(message) else []
        if self.plan == "cancel":
            wanted.append("Cancel the call")
        # Who has cancelled is reminded to choose anew, and does not; nor does who wants her money back.
        choosing = self.plan != "refund" and not (self.plan == "cancel" and self._ends)
        if choosing and "choose a day" in text:
            return self._press_any(message, late=self.plan in ("move", "cancel", "earlier", "away"))
        if choosing and "which time?" in text:
            return self._press_any(message, but="Another day")
        if "Has anything changed?" in text and self.number % 3 == 0:
            wanted.append("I will be there")
        return any(self._press(message, words) for words in wanted)

    def _in_peace(self) -> bool:
        """Whether she is not in the middle of choosing: who begins a second move beside the first one confuses both.

        When a reminder has come in between, she begins once more as soon as nothing has happened for a second.
        """
        self.waits = "moved" in self.done and time.monotonic() - self.acted_at < PEACE_S
        return not self.waits

    def _has_waited(self, message: Json) -> bool:
        """Whether an earlier time has stayed away for so long that she keeps the one she has."""
        if not any("Stop looking" in b["text"] for row in message.get("buttons") or [] for b in row):
            return False  # another message beside the one that says so
        self.waits = time.monotonic() - self.acted_at < PATIENCE_S
        return not self.waits

    # --- single gestures ----------------------------------------------------------------------------------------------
    def _answer(self, question: Question, message: Json) -> bool:
        if question.say:
            words = question.say.format(cat=self.cat, story=f"{self.cat} drinks a lot; owner {self.number} is worried.")
            self.expected[question.step] = words
            return self._once(question.step, lambda: self.say(words))
        words, value = self.chance.choice(question.presses)
        pressed = self._press(message, words)
        if pressed and question.step:
            self.expected[question.step] = value
        return pressed

    def _once(self, name: str, act: Any) -> bool:
        if name in self.done:
            return False
        self.done.add(name)
        self.acts += 1
        act()
        return True

    def _press(self, message: Json, words: str) -> bool:
        fits = [b for row in message.get("buttons") or [] for b in row if words in b["text"] and b.get("data")]
        return bool(fits) and self._press_data(message, fits[0])

    def _press_any(self, message: Json, but: str = "\n", late: bool = False) -> bool:
        """``late``: one of the last four. The rehearsal's clock leaps by six hours, also over a call of tomorrow; then it
        has begun before a press to move or cancel it is read, and is rightly refused."""
        fits = [b for row in message.get("buttons") or [] for b in row if but not in b["text"] and b.get("data")]
        fits = fits[-4:] if late else fits
        return bool(fits) and self._press_data(message, self.chance.choice(fits))

    def _press_data(self, message: Json, button: Json) -> bool:
        screen = button["data"].partition(".")[0]
        if screen in self.screens:
            return False
        self.screens.add(screen)
        self.acts += 1
        self.acted_at, self.waits = time.monotonic(), False
        if button["text"] == "Move the call":
            self.done.add("moved")
        self.sandbox.press(self.id, message["message_id"], data=button["data"])
        return True

    def _album(self) -> None:
        pictures = [(f"lab-{n}.png", sample_picture(n), "image/png") for n in range(ALBUM)]
        self.sandbox.files(self.id, pictures, caption="lab and X-ray")

    def _file(self, name: str, number: int) -> None:
        self.sandbox.files(self.id, [(f"{name}.png", sample_picture(number), "image/png")])

    def _pay(self, link: str) -> None:
        """She pays every link that she is shown, so that a second session would be a second charge."""
        try:
            self.sandbox.pay(link.rstrip("/").rpartition("/")[2])
        except HTTPStatusError as error:  # it expired or was closed meanwhile, which the pay page would tell her
            if error.response.status_code != 400:
                raise

    def last_seen(self) -> list[str]:
        """The end of her chat, for the sentence that says she got stuck; rehearsed words only."""
        last = self.sandbox.chat(self.id)["messages"][-4:]
        return [(m.get("text") or m.get("caption") or "a file").replace("\n", " ")[:90] for m in last]

    def moves(self) -> tuple[str, ...]:
        """What the history of her case must show."""
        return PLANS["book"] if self.gave_up else PLANS[self.plan]
