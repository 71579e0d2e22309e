"""What the story's people say and look for, in both languages, and the pictures they send."""

import struct
import zlib
from collections.abc import Mapping

# The doctors' group reads the clinic's first language, whatever the owner speaks.
GROUP = {"go": "接案", "prompt": "請回覆這則訊息"}

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **GROUP,
        "language": "English", "none_of_these": "None of these", "agree": "I agree to all", "go_on": "Go on",
        "ask_emergency": "First, the most important question", "ask_amber": "And do you see any of these", "ask_opinion": "What this opinion is",
        "ask_terms": "How we work", "ask_options": "Two things are up to you", "ask_checklist": "For this illness", "texts": "Yes, by text too",
        "skip": "Skip these questions", "advised": "Nothing yet", "due": "No date is set", "quality": "Good and bad days", "enough": "That is all", "reason": "No diagnosis after the tests",
        "ask_name": "What is your cat called", "name": "Mimi", "age": "7–10", "sex": "Female, neutered", "place": "Taiwan",
        "problem": "Kidneys", "since": "A few weeks", "ask_story": "in your own words",
        "story": "She drinks a lot and has lost weight. Creatinine was high in May; the vet is not sure why.",
        "no_medicines": "None", "question": "What could it be", "ask_records": "Now the records", "received": "safely received: 3",
        "done": "Done", "ask_phone": "Share it with the button", "send": "Send to the doctors",
        "why": "We can say which tests would settle it and what to feed meanwhile.",
        "paid": "your payment has arrived", "days": "Please choose a day", "book": "Yes, book it", "booked": "your call is booked",
    },
    "zh_Hant": {
        **GROUP,
        "language": "繁體中文", "none_of_these": "以上都沒有", "agree": "我全部同意", "go_on": "繼續",
        "ask_emergency": "首先是最重要的問題", "ask_amber": "那麼，有下面這些情形嗎", "ask_opinion": "這份意見是什麼", "ask_terms": "進行方式",
        "ask_options": "有兩件事由您決定", "ask_checklist": "對這個病", "texts": "好，也傳簡訊",
        "skip": "略過這些問題", "advised": "還沒有", "due": "沒有期限", "quality": "時好時壞", "enough": "就這些", "reason": "做過檢查，還找不到原因",
        "ask_name": "您的貓咪叫什麼名字", "name": "咪咪", "age": "7–10", "sex": "母貓，已結紮", "place": "台灣",
        "problem": "腎臟", "since": "幾週", "ask_story": "用您自己的話",
        "story": "最近一直喝水，變瘦很多。五月驗血的腎指數偏高，醫師也不確定原因。",
        "no_medicines": "沒有", "question": "可能是什麼問題", "ask_records": "接下來請傳病歷資料", "received": "已平安收到 3",
        "done": "傳完了", "ask_phone": "按鈕分享號碼", "send": "送給醫師",
        "why": "我們可以建議該做哪項檢查，以及目前的飲食。",
        "paid": "已收到款項", "days": "請選擇要哪一天通話", "book": "好，預約這個時段", "booked": "預約好了",
    },
}  # fmt: skip


def sample_picture(number: int) -> bytes:
    """A small PNG of squares, of another size and shade for each number; enough to be stored, previewed and told apart."""
    side, wide, shade = 240, 23 + 14 * number, 60 + 30 * number
    rows = b"".join(
        b"\x00" + bytes(shade if (x // wide + y // wide) % 2 else 230 for x in range(side)) for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
