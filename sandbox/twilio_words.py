"""Twilio's errors, key words, segment count and signature, as its documentation gives them."""

import base64
import hashlib
import hmac

from sandbox.answers import Answer

STOPS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
STARTS = {"START", "YES", "UNSTOP"}
NO = {
    20001: (400, "Unknown parameter"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {what} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "Invalid 'To' Phone Number: {what}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, ("The 'From' phone number provided is not a valid message-capable Twilio phone number for this "
                 "destination.")),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
}  # fmt: skip
_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = set("^{}\\[~]|€\f")


def refusal(code: int, what: str) -> Answer:
    """An error in Twilio's form: ``{"code", "message", "more_info", "status"}``."""
    status, words = NO[code]
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": words.format(what=what), "more_info": more, "status": status})


def segments(body: str) -> int:
    """How many parts the text is billed as: 160 and 153 signs in GSM-7, 70 and 67 units in UCS-2."""
    if set(body) <= _BASIC | _EXTENDED:
        length, single, part = sum(2 if sign in _EXTENDED else 1 for sign in body), 160, 153
    else:
        length, single, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else -(-length // part)


def signature(token: str, url: str, facts: list[tuple[str, str]]) -> str:
    """``X-Twilio-Signature``: HMAC-SHA1 over the URL and the sorted parameters."""
    signed = url + "".join(name + value for name, value in sorted(set(facts)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
