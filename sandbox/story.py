"""One whole story, played through the control API as people would: an owner, a doctor, a phone, a card. Prints the transcript.

Exit code 0 only if all of it happened by the sandbox's own records: the case decided, paid exactly once, the call booked, reminded of.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from sandbox.story_words import WORDS, sample_picture

Json = dict[str, Any]
PATIENCE_S = 20.0


class StoryBroken(Exception):
    """What was awaited did not come."""


class Story:
    """The player: acts, waits for what must be said, prints both."""

    def __init__(self, url: str, language: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=40)
        self.words: Mapping[str, str] = WORDS[language]
        people = self.http.get("/sandbox/people").json()
        self.owner: Json = people["owners"][0]
        self.doctor: Json = people["doctors"][0]
        self.group: int = people["staff_chat_id"]
        self.seen: dict[tuple[int, int], int] = {}

    # --- acting -------------------------------------------------------------------------------------------------------
    def post(self, path: str, **body: Any) -> Json:
        answer = self.http.post(f"/sandbox/{path}", json=body)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def say(self, text: str) -> None:
        print(f"owner: {text}")
        self.post("send", **{"as": self.owner["id"], "chat": 0, "text": text})

    def press(self, words: str, person: Json | None = None) -> None:
        """Presses the newest button with these words."""
        who = person or self.owner
        chat = 0 if person is None else self.group
        message = self.until(lambda: self._with_button(who, chat, words), f"a button “{words}”")
        print(f"{'owner' if person is None else person['name']}: [{words}]")
        button = next(b for row in message["buttons"] for b in row if words in b["text"])
        self.post(
            "press", **{"as": who["id"], "chat": chat, "message_id": message["message_id"], "data": button["data"]}
        )

    def _with_button(self, who: Json, chat: int, words: str) -> Json | None:
        """The newest message with buttons, if one of them is the wanted one: earlier questions are answered already."""
        newest = next((m for m in reversed(self.messages(who, chat)) if m.get("buttons")), None)
        fits = newest and any(words in b["text"] and "data" in b for row in newest["buttons"] for b in row)
        return newest if fits else None

    def files(self) -> None:
        print("owner: (album: three pictures)")
        pictures = [("file", (f"lab-{n}.png", sample_picture(n), "image/png")) for n in range(3)]
        data = {"as": str(self.owner["id"]), "chat": "0", "kind": "photo", "caption": "lab and X-ray"}
        self.http.post("/sandbox/files", data=data, files=pictures).raise_for_status()

    # --- waiting ------------------------------------------------------------------------------------------------------
    def messages(self, who: Json, chat: int) -> list[Json]:
        found = self.http.get("/sandbox/chat", params={"as": who["id"], "chat": chat}).json()["messages"]
        for message in found:
            self._show(chat, message)
        return list(found)

    def _show(self, chat: int, message: Json) -> None:
        key = (chat, message["message_id"])
        text = message.get("text") or message.get("caption") or ""
        if key in self.seen or not message.get("from", {}).get("is_bot"):
            return
        self.seen[key] = 1
        name = "bot" if chat == 0 else "staff group"
        print(f"{name}: " + text.replace("\n", "\n     "))
        for row in message.get("buttons") or []:
            print("     " + " ".join(f"[{b['text']}]" for b in row))

    def expect(self, words: str, person: Json | None = None) -> Json:
        who, chat = person or self.owner, 0 if person is None else self.group
        found: Json = self.until(lambda: self._saying(who, chat, words), f"“{words}”")
        return found

    def _saying(self, who: Json, chat: int, words: str) -> Json | None:
        fits = (m for m in self.messages(who, chat) if words in (m.get("text") or m.get("caption") or ""))
        return next(fits, None)

    def until(self, look: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.05)
        raise StoryBroken(f"{what} did not come within {PATIENCE_S:.0f} s")

    def truth(self, kind: str) -> list[Json]:
        return list(self.http.get("/sandbox/log", params={"kind": kind}).json())


def intake(story: Story) -> None:
    """From /start to the doctors' group."""
    w = story.words
    # Each doctor has started the staff bot once, or it may not write to her alone before a call.
    story.post("send", **{"as": story.doctor["id"], "chat": "staff", "text": "/start"})
    story.say("/start")
    story.press(w["language"])
    # What is asked in the same words twice is waited for by what else it says.
    for asked, button in (
        ("ask_emergency", "none_of_these"), ("ask_amber", "none_of_these"), ("ask_opinion", "agree"), ("ask_terms", "agree"),
        ("ask_options", "go_on"),
    ):  # fmt: skip
        story.expect(w[asked])
        story.press(w[button])
    for step in ("place", "reason"):
        story.press(w[step])
    story.expect(w["ask_name"])
    story.say(w["name"])
    for step in ("age", "sex", "problem", "since", "skip"):
        story.press(w[step])
    story.expect(w["ask_story"])
    story.say(w["story"])
    for step in ("no_medicines", "advised", "due", "quality", "question", "enough"):
        story.press(w[step])
    story.expect(w["ask_records"])
    story.files()
    story.expect(w["received"])
    story.press(w["done"])
    story.expect(w["ask_checklist"])
    story.press(w["go_on"])
    story.expect(w["ask_phone"])
    print("owner: (shares her phone number)")
    story.post("contact", **{"as": story.owner["id"], "chat": 0})
    story.press(w["texts"])
    story.press(w["send"])


def decision(story: Story) -> None:
    """A doctor says go, with a reason."""
    w = story.words
    story.press(w["go"], story.doctor)
    prompt = story.until(lambda: _prompt(story), "the request for a reason")
    print(f"{story.doctor['name']}: {w['why']}")
    story.post(
        "send",
        **{
            "as": story.doctor["id"],
            "chat": story.group,
            "text": w["why"],
            "reply_to": prompt["message_id"],
            "thread": prompt.get("thread_id"),
        },
    )
    story.expect(w["why"])


def _prompt(story: Story) -> Json | None:
    words = story.words["prompt"]
    return next(
        (m for m in reversed(story.messages(story.doctor, story.group)) if words in (m.get("text") or "")), None
    )


def payment(story: Story) -> None:
    """The link, the pay page, the provider's word."""
    session = story.until(lambda: story.truth("session"), "a payment session")[-1]
    story.until(lambda: _pay_link(story), "the payment link")
    print("owner: (opens the link and pays)")
    story.post("pay", session=session["id"], outcome="paid")
    story.expect(story.words["paid"])


def _pay_link(story: Story) -> Json | None:
    fits = (
        m
        for m in story.messages(story.owner, 0)
        for row in m.get("buttons") or []
        for b in row
        if "/upload/" not in b.get("url", "/upload/")
    )
    return next(fits, None)


def booking(story: Story) -> None:
    """A day four or more days ahead, so that the reminder of three days before still lies ahead."""
    message = story.expect(story.words["days"])
    days = [b["text"] for row in message["buttons"] for b in row]
    story.press(days[min(4, len(days) - 1)])
    times = story.until(lambda: story._with_button(story.owner, 0, ":"), "the times")
    story.press(times["buttons"][0][0]["text"])
    story.press(story.words["book"])
    story.expect(story.words["booked"])
    story.until(lambda: any(".ics" in str(d.get("name", "")) for d in story.truth("document")), "the calendar file")


def reminding(story: Story) -> None:
    """Day after day until the call; the texts must come, each once."""
    for day in range(1, 12):
        if len(story.truth("sms")) >= 4:
            break
        print(f"(the clock moves on: day {day})")
        for _ in range(8):  # in steps, as time passes: a service that keeps quiet hours must see the day
            story.post("clock", advance_s=3 * 3600)
            time.sleep(0.9)
            story.messages(story.owner, 0)
    for text in story.truth("sms"):
        print(f"phone: {text['body']}")


def check(story: Story) -> list[str]:
    """What did not happen as it should have, by the sandbox's own records."""
    texts = [row["body"] for row in story.truth("sms")]
    wrong = []
    if len(story.truth("session")) != 1 or len(story.truth("paid")) != 1:
        wrong.append("not exactly one payment")
    if len(texts) < 4:
        wrong.append(f"only {len(texts)} text messages: the booking and three reminders were due")
    if story.truth("refused"):
        wrong.append(f"the provider refused calls: {story.truth('refused')[:3]}")
    return wrong


def main() -> int:
    """Plays; prints what is missing; gives the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://127.0.0.1:8090")
    parser.add_argument("--language", choices=tuple(WORDS), default="en")
    wish = parser.parse_args()
    story = Story(wish.url, wish.language)
    try:
        for chapter in (intake, decision, payment, booking, reminding):
            print(f"\n— {chapter.__name__} —")
            chapter(story)
        wrong = check(story)
    except StoryBroken as error:
        wrong = [str(error)]
    for line in wrong:
        print(f"\nMISSING: {line}", file=sys.stderr)
    print(
        "\nThe story is complete: decided, paid once, booked, reminded."
        if not wrong
        else "\nThe story is NOT complete."
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
