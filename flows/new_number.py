"""A telephone number that the owner writes while her call is chosen or booked: it is the one to ring, and it is not posted to the group as her words would be."""

import re
import unicodedata
from dataclasses import replace

from flows import call_briefing, reading, standing
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Noted
from flows.wording import say

SHORT = 80  # characters; in a longer message a number is a part of what she tells
_NUMBER = re.compile(r"(?:\+|00|09)[\d\s().\-‐–]{7,22}")


def taken(case: Case, context: Context, text: str) -> Decision | None:
    """None for words that are no number. Texts go only to numbers that Telegram vouches for (pitfall 66), and so not to this one."""
    wanted = case.status in (Status.PAID, Status.BOOKED) and len(text) <= SHORT
    found = _NUMBER.search(unicodedata.normalize("NFKC", text)) if wanted else None
    number = reading.phone(found[0]) if found else None
    if number is None:
        return None
    if number == case.phone:
        return standing.status(case, context, _words(case, number))
    fresh = replace(case, phone=number, vouched=False, sms=False)
    words = _words(case, number)
    if case.sms:
        words += " " + say(case.language, "Text messages do not go to this number; we remind you here.")
    shown = standing.status(fresh, context, words)
    call = fresh.call
    again = (call_briefing.told(fresh, context, call),) if call and call_briefing.is_near(call, context) else ()
    return Decision(shown.case, (Noted("number", "owner"), *shown.effects, *again))


def _words(case: Case, number: str) -> str:
    return say(case.language, "Thank you. The doctor will ring you at {phone}; only the doctor who rings you gets this number.", phone=number)  # fmt: skip
