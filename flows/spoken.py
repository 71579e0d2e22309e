"""What people type where a button is meant. A "no" to the emergency question is not guessed: it has to be pressed."""

_YES = (
    "yes", "yes please", "ok", "okay", "sure", "right", "yes it is right", "agreed", "i agree",
    "好", "是", "對", "可以", "同意", "好的",
)  # fmt: skip
_NO = (
    "no", "nope", "none", "not now", "later", "i will send them later", "no thanks",
    "不", "不要", "沒有", "没有", "之後再傳", "不同意",
)  # fmt: skip
_UNKNOWN = (
    "idk", "dunno", "i don't know", "i dont know", "don't know", "no idea", "not sure",
    "不知道", "不清楚", "不確定",
)  # fmt: skip
_ENOUGH = ("done", "that is all", "that's all", "nothing else", "沒了", "就這些", "沒有了")
_ON = ("ok", "okay", "go on", "next", "continue", "好", "好的", "繼續", "下一步")
UNSURE = "red:unsure"  # a typed yes to the gate: no button says it, and it is taken at its word
UNSHOWN = (UNSURE, "enough")  # nobody has to ask a question, though no button says so before the first one

SPOKEN: dict[str, dict[str, tuple[str, ...]]] = {
    "emergency": {UNSURE: (*_YES, "maybe", "not sure", "i don't know", "有", "不確定")},
    "amber": {"on": _NO},
    "consent": {"agree": _YES, "refuse": _NO},
    "point": {"yes": _YES, "no": _NO},
    "options": {"on": _ON},
    "medicines": {"none": _NO},
    "medicine": {"enough": (*_NO, *_ENOUGH, *_ON)},
    "question": {"enough": (*_NO, *_ENOUGH, *_ON)},
    "checklist": {"on": (*_ON, *_ENOUGH)},
    "records": {
        "whose:mine": _YES, "whose:not": _NO, "whose:unsure": _UNKNOWN, "picture:promised": _YES, "picture:best": _NO,
        "none": _NO, "done": (*_ENOUGH, *_NO),
    },
    "phone": {"no_sms": _NO},
    "sms": {"yes": _YES, "no": _NO},
    "summary": {"submit": _YES},
}  # fmt: skip


def says_nothing(said: str) -> bool:
    """Whether these (folded) words are only a nod, such as "ok": nothing a doctor would want to read."""
    return said in _YES or said in _ON


def meant(step: str, said: str, options: tuple[str, ...]) -> str | None:
    """The button of this question that these (folded) words mean; None when none does."""
    if said in _UNKNOWN and "unknown" in options:
        return "unknown"
    fits = (
        value
        for value, words in SPOKEN.get(step, {}).items()
        if said in words and (value in options or value in UNSHOWN)
    )
    return next(fits, None)
