"""What people type where a button is meant. A "no" to the emergency question is not guessed: it has to be pressed."""

_YES = (
    "yes", "yes please", "ok", "okay", "sure", "right", "yes it is right", "agreed", "i agree",
    "好", "是", "對", "可以", "同意", "好的",
)  # fmt: skip
_NO = (
    "no", "nope", "none", "not now", "later", "i will send them later", "no thanks",
    "不", "不要", "沒有", "没有", "之後再傳", "不同意",
)  # fmt: skip

SPOKEN: dict[str, dict[str, tuple[str, ...]]] = {
    "emergency": {"yes": (*_YES, "maybe", "not sure", "i don't know", "有", "不確定")},
    "consent": {"agree": _YES, "refuse": _NO},
    "records": {"none": _NO, "done": ("done", "that is all", "that's all", "沒了", "就這些")},
    "phone": {"no_sms": _NO},
    "summary": {"submit": _YES},
}


def meant(step: str, said: str, options: tuple[str, ...]) -> str | None:
    """The button of this question that these (folded) words mean; None when none does."""
    fits = (value for value, words in SPOKEN.get(step, {}).items() if said in words and value in options)
    return next(fits, None)
