"""What the story's people say and look for, in both languages, and the pictures they send."""

import struct
import zlib
from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "language": "English", "no_emergency": "None of these", "agree": "I agree", "reason": "No diagnosis after the tests",
        "ask_name": "What is your cat called", "name": "Mimi", "age": "7–10", "sex": "Female, neutered", "place": "Taiwan",
        "problem": "Kidneys", "since": "A few weeks", "ask_story": "in your own words",
        "story": "She drinks a lot and has lost weight. Creatinine was high in May; the vet is not sure why.",
        "no_medicines": "None", "question": "What could it be", "ask_records": "Now the records", "received": "safely received: 3",
        "done": "Done", "ask_phone": "Share it with the button", "send": "Send to the doctors",
        "go": "Go", "why": "We can say which tests would settle it and what to feed meanwhile.", "prompt": "Please reply to this message",
        "paid": "your payment has arrived", "month": "Nov", "book": "Yes, book it", "booked": "It is booked",
    },
    "zh_Hant": {},
}  # fmt: skip


def sample_picture(number: int) -> bytes:
    """A small PNG of stripes, different for each number; enough to be stored, previewed and told apart."""
    side, shade = 240, 60 + 50 * number
    rows = b"".join(
        b"\x00" + bytes(shade if (x // 20 + y // 20) % 2 else 230 for x in range(side)) for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
